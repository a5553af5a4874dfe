"""The shipments' answer to a deletion."""

from services.order.allowed import why_gone
from services.order.pending_requests import outcomes_of
from services.order.state import Order
from shared.contracts import orders, shipments
from shared.contracts.replies import Reason
from shared.runtime.decider import Context, Decision


def confirm_delete(fact: shipments.Deleted, order: Order | None, _context: Context) -> Decision:
    """Deletes the order after its shipments and refuses every other pending request."""
    if order is None:
        return Decision()
    gone = orders.Deleted(
        order_id=order.order_id, order_number=order.number, by=fact.by, at=fact.at
    )
    for_that = [request for request in order.requests if request.kind == "delete"]
    for_more = [request for request in order.requests if request.kind != "delete"]
    refused = outcomes_of(for_more, Reason.of(why_gone(gone)))
    return Decision([gone], outcomes=outcomes_of(for_that) + refused)


def refuse_delete(
    fact: shipments.DeleteRefused, order: Order | None, _context: Context
) -> Decision:
    """Refuses this deletion: a warehouse is working on a shipment. Later requests stay pending."""
    waiting = [r for r in order.requests if r.cause == fact.request] if order else []
    if not order or not waiting:
        return Decision()
    happened = orders.DeleteRefused(
        order_id=order.order_id, request=fact.request, reason=fact.reason
    )
    return Decision([happened], outcomes=outcomes_of(waiting, fact.reason))
