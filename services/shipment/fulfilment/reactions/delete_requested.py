"""The order asks whether it may be forgotten: here is known whether a warehouse is at it.

The answer is given among the order's other messages, so whatever ships has shipped before it, and
nothing ships after it (rules: Orders, "delete").
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
    """Every shipment is gone, and what was set aside for it, or its place in the queue, is free.

    An order that is unknown here, because it was a dead letter, may be deleted as well.
    """
    if blockers := why_no_delete(order):
        reason = Reason.of(*blockers)
        return [DeleteRefused(order_id=request.order_id, request=request.request, reason=reason)]
    given_up = tuple(
        GivenUp(shipment_id=shipment.shipment_id, warehouse=shipment.warehouse)
        for shipment in order.open
        if shipment.stock_asked
    )
    deleted = Deleted(
        order_id=request.order_id,
        order_number=request.order_number,
        by=request.by,
        at=context.now,
        given_up=given_up,
    )
    return [deleted]
