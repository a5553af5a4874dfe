"""How pages call holds and what they stop."""

from collections.abc import Collection

from services.portal.i18n import N_, _
from services.portal.queries.models.details import Hold
from shared.contracts.holds import STOPS, Stop
from shared.site import Site

STOP_NAMES: dict[Stop, str] = {
    "release": N_("releasing"),
    "pick": N_("picking"),
    "pack": N_("packing"),
    "ship": N_("shipping"),
    "cancel": N_("canceling"),
    "capture": N_("capturing"),
}


def hold_name(hold: Hold, site: Site) -> str:
    """The name of the hold's type; "Hold" if it has none."""
    if hold.hold_type is None:
        return _("Hold without a type")
    kind = site.hold_types.get(hold.hold_type)
    return kind.name if kind else hold.hold_type


def stops_text(stops: Collection[str]) -> str:
    """What a hold stops: "shipping, capturing"."""
    found = [_(name) for stop, name in STOP_NAMES.items() if stop in stops]
    if not found:
        return _("nothing")
    return _("everything") if len(found) == len(STOPS) else ", ".join(found)
