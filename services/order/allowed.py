"""Why not? Each action on an order with everything that stands in its way.

Commands are refused with the same blockers, so the answer to "why not?" and the refusal can't
differ (rules: Orders).
"""

from collections.abc import Callable, Mapping, Sequence

from services.order.preconditions import require_order
from services.order.state import Order, RequestKind
from shared.contracts import Message, orders, reorders
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Action, Blocker
from shared.runtime.decider import Context
from shared.runtime.decider.deletion import was_deleted

Blockers = tuple[Blocker, ...]

NOT_ON_HOLD = blocker("not-on-hold")
HOLD_PENDING = blocker("hold-pending")
CANCEL_PENDING = blocker("cancel-pending")
DELETE_PENDING = blocker("delete-pending")
EDIT_PENDING = blocker("edit-pending")
REORDER_PENDING = blocker("reorder-pending")
# Requests that the shipments have to answer before the order can be deleted.
PENDING: Mapping[RequestKind, Blocker] = {
    "hold": HOLD_PENDING,
    "release-hold": blocker("release-pending"),
    "cancel": CANCEL_PENDING,
}


def is_held(order: Order) -> bool:
    """Whether the order is on hold and no other request is pending."""
    return order.on_hold and not order.requests


def is_canceled(order: Order) -> bool:
    """Whether the order is canceled already."""
    return order.status == "Canceled"


def why_no_hold(order: Order) -> Blockers:
    """A hold requires an order that is in progress or partially shipped."""
    found = _ended(order, "held")
    if order.waits_for("cancel"):
        found += (CANCEL_PENDING,)
    found += _being_deleted(order)
    if is_held(order):
        found += (blocker("on-hold.already"),)
    return found


def why_no_release_hold(order: Order) -> Blockers:
    """Releasing requires a hold, or one that the shipments have yet to confirm."""
    if deleting := _being_deleted(order):
        return deleting
    if order.on_hold or order.waits_for("hold") or order.waits_for("release-hold"):
        return ()
    return (NOT_ON_HOLD,)


def why_no_cancel(order: Order) -> Blockers:
    """Canceling requires an order in progress: not on hold, nothing shipped."""
    found = _ended(order, "canceled")
    if order.on_hold:
        found += (blocker("on-hold"),)
    elif order.waits_for("hold"):
        found += (HOLD_PENDING,)
    found += _being_deleted(order)
    return found + tuple(
        blocker("shipped", shipment=shipment_id)
        for shipment_id, end in order.shipments.items()
        if end == "Shipped"
    )


def why_no_delete(order: Order) -> Blockers:
    """An order may be deleted in any status unless another request is pending.

    The shipments know whether a warehouse is working on it.
    """
    waiting = {request.kind for request in order.requests}
    found = tuple(pending for kind, pending in PENDING.items() if kind in waiting)
    if order.edits:
        found += (EDIT_PENDING,)
    return (*found, REORDER_PENDING) if order.reorders else found


def why_gone(deleted: orders.Deleted) -> Blocker:
    """The blocker of every action on a deleted order."""
    return was_deleted(f"Order {deleted.order_number}", deleted.at, deleted.by)


def why_no_edit(order: Order) -> Blockers:
    """Lines and discounts can be edited while the order is in progress; the first to come wins."""
    found = _ended(order, "edited")
    if order.status == "PartiallyShipped":
        found += (blocker("partially-shipped"),)
    if order.on_hold:
        found += (blocker("on-hold"),)
    elif order.waits_for("hold"):
        found += (HOLD_PENDING,)
    if order.waits_for("cancel"):
        found += (CANCEL_PENDING,)
    return found + _being_deleted(order)


def why_no_reorder(order: Order) -> Blockers:
    """Any order may be reordered in any status until it is deleted."""
    return _being_deleted(order)


def why_no_note(_order: Order) -> Blockers:
    """Notes can always be added."""
    return ()


ACTIONS: Mapping[type[Message], Callable[[Order], Blockers]] = {
    orders.Hold: why_no_hold,
    orders.ReleaseHold: why_no_release_hold,
    orders.Cancel: why_no_cancel,
    orders.Delete: why_no_delete,
    orders.AddLine: why_no_edit,
    orders.ChangeLine: why_no_edit,
    orders.RemoveLine: why_no_edit,
    orders.MoveLine: why_no_edit,
    orders.SetDiscount: why_no_edit,
    orders.AddNote: why_no_note,
    reorders.Reorder: why_no_reorder,
}
# Repeating one of these when it is done is no error and changes nothing.
DONE: Mapping[type[Message], Callable[[Order], bool]] = {
    orders.Hold: is_held,
    orders.Cancel: is_canceled,
}


def explain(question: orders.Explain, order: Order | None, _context: Context) -> Sequence[Action]:
    """Returns every command of the contract on this order with its blockers now."""
    order = require_order(order, question.order_id)
    return [
        Action.judged(
            command,
            order.order_id,
            blockers(order),
            done=command in DONE and DONE[command](order),
        )
        for command, blockers in ACTIONS.items()
    ]


def _being_deleted(order: Order) -> Blockers:
    return (DELETE_PENDING,) if order.waits_for("delete") else ()


def _ended(order: Order, done: str) -> Blockers:
    if order.status not in ("Completed", "Canceled"):
        return ()
    return (blocker(order.status.lower(), done=done),)
