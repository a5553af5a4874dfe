"""Reaction to the deletion of an order: fulfilment decides it, as it knows what is at a warehouse.

The decision is an event in the order's stream, so that no shipment ships after it (rules: Orders,
"delete").
"""

from collections.abc import Sequence

from services.shipment.fulfilment.allowed import why_no_delete
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import Message
from shared.contracts.orders import DeleteRequested
from shared.contracts.replies import Reason
from shared.contracts.shipments import Deleted, DeleteRefused, GivenUp
from shared.runtime.decider import Context


def delete_all(request: DeleteRequested, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Deletes every shipment, and deallocates its stock or removes it from the queue.

    Refuses if a shipment is at a warehouse. An order that is unknown here, because it became a dead
    letter, can be deleted too.
    """
    if blockers := why_no_delete(order):
        reason = Reason.of(*blockers)
        return [DeleteRefused(order_id=request.order_id, request=request.request, reason=reason)]
    given_up = tuple(
        GivenUp(shipment_id=shipment.shipment_id, warehouse=warehouse)
        for shipment in order.open
        if shipment.stock_requested
        for warehouse in shipment.claims
    )
    deleted = Deleted(
        order_id=request.order_id,
        order_number=request.order_number,
        by=request.by,
        at=context.now,
        given_up=given_up,
    )
    return [deleted]
