"""Completes shipments."""

from collections.abc import Sequence

from services.shipment.fulfilment import events
from services.shipment.fulfilment.allowed import permit
from services.shipment.fulfilment.lifecycle import Trigger
from services.shipment.fulfilment.preconditions import require_shipment
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import Message
from shared.contracts.shipments import Complete
from shared.runtime.decider import Context


def complete(command: Complete, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Completes the shipment: it has left the warehouse."""
    shipment = require_shipment(command, order)
    status = permit(Trigger.COMPLETE, order, shipment, context.site)
    return [events.shipped(shipment, status, command, context)] if status else []
