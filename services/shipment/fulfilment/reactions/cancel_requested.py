"""The order asks its shipments to be canceled."""

from collections.abc import Sequence

from services.shipment.fulfilment import events
from services.shipment.fulfilment.allowed import already_shipped
from services.shipment.fulfilment.guards import ON_HOLD
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import Message
from shared.contracts.orders import CancelRequested
from shared.contracts.replies import Reason
from shared.contracts.shipments import CancelRefused
from shared.runtime.decider import Context


def cancel_all(request: CancelRequested, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Every open shipment is canceled; refused if anything has shipped or the order is held."""
    if not order.is_known:
        return []
    if shipped := order.any_in("Shipped"):
        objection = already_shipped(shipped)
    elif order.held:
        objection = ON_HOLD
    else:
        return [e for each in order.open for e in events.canceled(each, "Canceled", context)]
    return [CancelRefused(order_id=request.order_id, reason=Reason.of(objection))]
