"""The way out of a blocker: the button or page that resolves it."""

from dataclasses import asdict, dataclass
from urllib.parse import quote

from services.portal.i18n import N_, _
from shared.contracts.queue_places import QUEUED
from shared.contracts.replies import Blocker

_HOLD = (N_("Release OnHold"), "order.release-hold")
_PAY = (N_("Add Payment"), "payment.add")
_REORDER = (N_("Reorder"), "order.reorder")
# The action that resolves a blocker, by the key of its text or, for all of its texts, by its code.
_ACTIONS = {
    "on-hold": _HOLD,
    "last-open-on-hold": _HOLD,
    "not-paid": _PAY,
    "no-inventory.unpaid": _PAY,
    "no-payments": _PAY,
    "wrong-status.final": _REORDER,
    "completed": _REORDER,
    "canceled": _REORDER,
}
_STOCK = (*QUEUED, *QUEUED.values())


@dataclass(frozen=True, slots=True)
class WayOut:
    """A link. Where its page has the button of `action`, a click on the link clicks that."""

    label: str
    href: str
    action: str = ""

    def fields(self) -> dict[str, str]:
        """The same, for a script."""
        return asdict(self)


def way_out(blocker: Blocker, order_id: str) -> WayOut | None:
    """The way out of a blocker of an order; None if it takes waiting, or another order."""
    facts = blocker.facts or {}
    if blocker.text in _STOCK and facts.get("warehouse") and facts.get("skus"):
        sku = facts["skus"].split(", ")[0]
        href = f"/warehouse/{quote(facts['warehouse'], safe='')}/stock?sku={quote(sku, safe='')}"
        return WayOut(_("Stock of %(sku)s") % {"sku": sku}, href)
    found = _ACTIONS.get(blocker.text or "") or _ACTIONS.get(blocker.code)
    if found is None:
        return None
    label, action = found
    return WayOut(_(label), f"/orders/{quote(order_id, safe='')}", action)
