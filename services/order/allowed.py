"""Why not? Each action on an order with everything that stands in its way.

Commands are refused with the same blockers, so the answer to "why not?" and the refusal can't
differ (rules: Orders).
"""

from collections.abc import Callable, Mapping, Sequence

from services.order.hold_rules import why_not_these
from services.order.preconditions import require_order
from services.order.returns.allowed import return_actions, why_return_stays_open
from services.order.state import Order, RequestKind
from shared.contracts import Message, orders, reorders
from shared.contracts.error_texts import blocker
from shared.contracts.holds import PLAIN_ID, STOPS, HoldDetails, Stop, stopping
from shared.contracts.replies import Action, Blocker
from shared.runtime.decider import Context
from shared.runtime.decider.deletion import was_deleted
from shared.site import Site
from shared.site.hold_texts import on_hold

Blockers = tuple[Blocker, ...]

NOT_ON_HOLD = blocker("not-on-hold")
UNTYPED = orders.ReleaseHold(order_id="-")  # releases the holds without a type
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


def is_held(order: Order, hold_id: str = PLAIN_ID) -> bool:
    """Whether the order has this hold and no request is pending."""
    return hold_id in order.holds and not order.requests


def is_canceled(order: Order) -> bool:
    """Whether the order is canceled already."""
    return order.progress == "Canceled"


def why_no_hold(order: Order, _site: Site, hold_id: str = PLAIN_ID) -> Blockers:
    """A hold requires an order that has open shipments and isn't being canceled or deleted."""
    found = _ended(order, "held")
    if order.waits_for("cancel"):
        found += (CANCEL_PENDING,)
    found += _being_deleted(order)
    if is_held(order, hold_id):
        found += (blocker("on-hold.already"),)
    return found


def why_no_release_hold(
    order: Order, site: Site, command: orders.ReleaseHold = UNTYPED, actor: str | None = None
) -> Blockers:
    """Releasing requires such a hold, or one that the shipments have yet to confirm, and that it
    isn't another program's.
    """
    return _being_deleted(order) or why_not_these(command, order, site, actor)


def why_no_cancel(order: Order, site: Site) -> Blockers:
    """Canceling requires that no hold stops it, and that nothing has shipped."""
    found = _ended(order, "canceled") + _held(order, site, "cancel")
    found += _being_deleted(order)
    return found + tuple(
        blocker("shipped", shipment=shipment_id)
        for shipment_id, end in order.shipments.items()
        if end == "Shipped"
    )


def why_no_delete(order: Order, _site: Site) -> Blockers:
    """An order may be deleted in any status unless another request is pending or a return is open.

    The shipments know whether a warehouse is working on it.
    """
    waiting = {request.kind for request in order.requests}
    found = tuple(pending for kind, pending in PENDING.items() if kind in waiting)
    if order.edits:
        found += (EDIT_PENDING,)
    if order.reorders:
        found += (REORDER_PENDING,)
    return found + why_return_stays_open(order)


def why_gone(deleted: orders.Deleted) -> Blocker:
    """The blocker of every action on a deleted order."""
    return was_deleted(f"Order {deleted.order_number}", deleted.at, deleted.by)


def why_no_edit(order: Order, site: Site) -> Blockers:
    """Lines and discounts can be edited while the order is in progress; the first to come wins."""
    found = _ended(order, "edited")
    if order.progress == "PartiallyShipped":
        found += (blocker("partially-shipped"),)
    found += _held(order, site, *STOPS)
    if order.waits_for("cancel"):
        found += (CANCEL_PENDING,)
    return found + _being_deleted(order)


def why_no_reorder(order: Order, _site: Site) -> Blockers:
    """Any order may be reordered in any status until it is deleted."""
    return _being_deleted(order)


def why_no_note(_order: Order, _site: Site) -> Blockers:
    """Notes can always be added."""
    return ()


ACTIONS: Mapping[type[Message], Callable[[Order, Site], Blockers]] = {
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


def explain(question: orders.Explain, order: Order | None, context: Context) -> Sequence[Action]:
    """Returns every command of the contract on this order with its blockers now.

    Releasing is judged once for the holds without a type, and once for each other hold.
    """
    order = require_order(order, question.order_id)
    on_order = [
        Action.judged(
            command,
            order.order_id,
            blockers(order, context.site),
            done=command in DONE and DONE[command](order),
        )
        for command, blockers in ACTIONS.items()
    ]
    releases = [
        _release_of(hold, order, context) for hold in order.holds.values() if hold.hold_type
    ]
    return [*on_order, *releases, *return_actions(order)]


def _release_of(hold: HoldDetails, order: Order, context: Context) -> Action:
    of = {"hold_id": hold.hold_id}
    command = orders.ReleaseHold(order_id=order.order_id, hold_id=hold.hold_id)
    blockers = why_no_release_hold(order, context.site, command, context.actor)
    return Action.judged(orders.ReleaseHold, order.order_id, blockers, given=of)


def _held(order: Order, site: Site, *stops: Stop) -> Blockers:
    """The holds that stop one of these actions; else whether such a hold is pending."""
    if found := on_hold(stopping(order.holds, *stops), site):
        return (found,)
    pending = {r.hold.hold_id: r.hold for r in order.requests if r.kind == "hold" and r.hold}
    return (HOLD_PENDING,) if stopping(pending, *stops) else ()


def _being_deleted(order: Order) -> Blockers:
    return (DELETE_PENDING,) if order.waits_for("delete") else ()


def _ended(order: Order, done: str) -> Blockers:
    if order.progress not in ("Completed", "Canceled"):
        return ()
    return (blocker(order.progress.lower(), done=done),)
