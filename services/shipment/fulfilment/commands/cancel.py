"""Cancels shipments."""

from collections.abc import Sequence

from services.shipment.fulfilment import events
from services.shipment.fulfilment.allowed import permit
from services.shipment.fulfilment.lifecycle import Trigger
from services.shipment.fulfilment.preconditions import require_shipment
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import Message
from shared.contracts.shipments import Cancel
from shared.runtime.decider import Context


def cancel(command: Cancel, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Cancels the shipment. It is never sent."""
    shipment = require_shipment(command, order)
    status = permit(Trigger.CANCEL, order, shipment, context.site)
    return events.canceled_with_recall(shipment, status, context) if status else []
