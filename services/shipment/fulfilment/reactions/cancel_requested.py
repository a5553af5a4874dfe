"""Reaction to the cancellation of an order."""

from collections.abc import Sequence

from services.shipment.fulfilment import events
from services.shipment.fulfilment.allowed import already_shipped
from services.shipment.fulfilment.guards import why_stopped
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import Message
from shared.contracts.orders import CancelRequested
from shared.contracts.replies import Reason
from shared.contracts.shipments import CancelRefused
from shared.runtime.decider import Context


def cancel_all(request: CancelRequested, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Cancels every open shipment; refuses if anything has shipped or a hold stops it."""
    if not order.is_known:
        return []
    if shipped := order.any_in("Shipped"):
        blocker = already_shipped(shipped)
    elif held := why_stopped(order, context.site, "cancel"):
        blocker = held
    else:
        return [
            event
            for each in order.open
            for event in events.canceled_with_recall(each, "Canceled", context)
        ]
    return [CancelRefused(order_id=request.order_id, reason=Reason.of(blocker))]
