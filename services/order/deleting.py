"""Deleting an order: a question to the shipments, and their answer.

Once they have agreed, nothing of the order can ship, and it is deleted; the other services hear of
that and forget what they know of it (rules: Orders, "delete").
"""

from services.order.actions import why_gone, why_no_delete
from services.order.requests import known, settled
from services.order.state import Order
from shared.contracts import orders, shipments
from shared.contracts.replies import Reason
from shared.runtime.decider import Context, Decision, refuse


def delete(command: orders.Delete, order: Order | None, context: Context) -> Decision:
    """Asks the shipments, which know whether a warehouse is at it."""
    order = known(order, command.order_id)
    refuse(why_no_delete(order))
    asked = orders.DeleteRequested(
        order_id=order.order_id,
        order_number=order.number,
        request=context.cause,
        by=context.actor,
    )
    return Decision([asked], deferred=True)


def deleted(fact: shipments.Deleted, order: Order | None, _context: Context) -> Decision:
    """The shipments are gone, and so is the order. Who had asked for anything else is refused."""
    if order is None:
        return Decision()
    gone = orders.Deleted(
        order_id=order.order_id, order_number=order.number, by=fact.by, at=fact.at
    )
    for_that = [request for request in order.requests if request.kind == "delete"]
    for_more = [request for request in order.requests if request.kind != "delete"]
    refused = settled(for_more, Reason.of(why_gone(gone)))
    return Decision([gone], settles=settled(for_that) + refused)


def delete_refused(
    fact: shipments.DeleteRefused, order: Order | None, _context: Context
) -> Decision:
    """A warehouse is at it: the order stays. Somebody who asked later may still be heard."""
    waiting = [r for r in order.requests if r.cause == fact.request] if order else []
    if not order or not waiting:
        return Decision()
    happened = orders.DeleteRefused(
        order_id=order.order_id, request=fact.request, reason=fact.reason
    )
    return Decision([happened], settles=settled(waiting, fact.reason))
