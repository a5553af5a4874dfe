"""Names holds in rejections: which they are, why, whose, and who may lift them."""

from collections.abc import Iterable

from shared.contracts.error_texts import blocker
from shared.contracts.holds import HoldDetails
from shared.contracts.replies import Blocker
from shared.site.model import Site


def on_hold(holds: Iterable[HoldDetails], site: Site) -> Blocker | None:
    """Returns the blocker that names these holds; None if there are none.

    Holds without type, reason and owner have nothing to name.
    """
    found = list(holds)
    if not found:
        return None
    if not any(hold.hold_type or hold.owner or hold.reason for hold in found):
        return blocker("on-hold")
    names = "; ".join(_described(hold, site) for hold in found)
    return blocker("on-hold.named", holds=names, lifters=lifters(found, site))


def hold_name(hold: HoldDetails, site: Site) -> str:
    """Returns the name of the hold's type; a hold without a type, or of one that the site no
    longer has, is called by its id.
    """
    kind = site.hold_types.get(hold.hold_type or "")
    return kind.name if kind else hold.hold_type or hold.hold_id


def lifters(holds: Iterable[HoldDetails], site: Site) -> str:
    """Returns the roles that may lift each hold: `Fraud check: supervisor`."""
    return "; ".join(
        f"{hold_name(hold, site)}: {', '.join(roles_to_lift(hold.hold_type, site))}"
        for hold in holds
    )


def roles_to_lift(hold_type: str | None, site: Site) -> tuple[str, ...]:
    """Returns the roles that may lift holds of a type.

    Holds without a type, or of a type that the site no longer has, are lifted by customer service.
    """
    kind = site.hold_types.get(hold_type or "")
    return kind.lift_roles if kind else ("csr", "supervisor")


def _described(hold: HoldDetails, site: Site) -> str:
    more = ", ".join(filter(None, (hold.reason, hold.owner)))
    return f"{hold_name(hold, site)} ({more})" if more else hold_name(hold, site)
