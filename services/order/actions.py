"""Why not? For every action on an order: nothing in its way, or each thing that is, in words.

The commands' refusals come from here too, so what is told beforehand and what is told afterwards
can't differ (rules: Orders).
"""

from collections.abc import Callable, Mapping

from services.order.state import Order
from shared.contracts.replies import Blocker

Blockers = tuple[Blocker, ...]

NOT_ON_HOLD = Blocker(code="not-on-hold", message="The order is not on hold.")


def why_not(order: Order) -> dict[str, Blockers]:
    """For each action its blockers; an action without blockers is allowed."""
    return {action: blockers(order) for action, blockers in ACTIONS.items()}


def why_no_hold(order: Order) -> Blockers:
    """A hold needs an order in progress or partially shipped."""
    found = _ended(order, "held")
    if order.waits_for("cancel"):
        found += (Blocker(code="cancel-pending", message="The order is being canceled."),)
    if order.on_hold and not order.requests:
        found += (Blocker(code="on-hold", message="The order is on hold already."),)
    return found


def why_no_release_hold(order: Order) -> Blockers:
    """Releasing a hold needs one, even if the shipments have still to confirm it."""
    if order.on_hold or order.waits_for("hold") or order.waits_for("release-hold"):
        return ()
    return (NOT_ON_HOLD,)


def why_no_cancel(order: Order) -> Blockers:
    """Canceling needs an order in progress: not on hold, nothing shipped."""
    found = _ended(order, "canceled")
    if order.on_hold:
        found += (Blocker(code="on-hold", message="The order is on hold; release the hold first."),)
    elif order.waits_for("hold"):
        found += (Blocker(code="hold-pending", message="A hold has been asked for."),)
    return found + tuple(
        Blocker(code="shipped", message=f"Shipment {shipment_id} has shipped.")
        for shipment_id, end in order.shipments.items()
        if end == "Shipped"
    )


def why_no_note(_order: Order) -> Blockers:
    """A note is always welcome."""
    return ()


ACTIONS: Mapping[str, Callable[[Order], Blockers]] = {
    "hold": why_no_hold,
    "release-hold": why_no_release_hold,
    "cancel": why_no_cancel,
    "add-note": why_no_note,
}


def _ended(order: Order, done: str) -> Blockers:
    if order.status not in ("Completed", "Canceled"):
        return ()
    ended = order.status.lower()
    message = f"The order is {ended} and can't be {done} any more."
    return (Blocker(code=ended, message=message),)
