"""The shipments' answer to a deletion."""

from services.order.allowed import why_gone
from services.order.pending_requests import outcomes_of
from services.order.reactions.customer_deletion import answers
from services.order.state import Order
from shared.contracts import orders, shipments
from shared.contracts.replies import Reason
from shared.runtime.decider import Context, Decision


def confirm_delete(fact: shipments.Deleted, order: Order | None, _context: Context) -> Decision:
    """Deletes the order after its shipments and refuses every other pending request.

    A customer who is being deleted with the order is told.
    """
    if order is None:
        return Decision()
    gone = orders.Deleted(
        order_id=order.order_id,
        order_number=order.number,
        by=fact.by,
        at=fact.at,
        exchange_of=None if order.progress == "Completed" else order.exchange_of,
    )
    for_that = [request for request in order.requests if request.kind == "delete"]
    for_more = [request for request in order.requests if request.kind != "delete"]
    refused = outcomes_of(for_more, Reason.of(why_gone(gone)))
    told = answers(order, [each.for_customer for each in for_that if each.for_customer])
    return Decision([gone, *told], outcomes=outcomes_of(for_that) + refused)


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
    customers = [each.for_customer for each in waiting if each.for_customer]
    told = answers(order, customers, fact.reason)
    return Decision([happened, *told], outcomes=outcomes_of(waiting, fact.reason))
