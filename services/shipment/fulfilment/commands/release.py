"""Releases shipments."""

from collections.abc import Sequence

from services.shipment.fulfilment import events
from services.shipment.fulfilment.allowed import permit
from services.shipment.fulfilment.lifecycle import Trigger
from services.shipment.fulfilment.preconditions import require_shipment
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import Message
from shared.contracts.shipments import Release
from shared.runtime.decider import Context


def release(command: Release, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Releases the shipment to its warehouse."""
    shipment = require_shipment(command, order)
    status = permit(Trigger.RELEASE, order, shipment, context.site)
    return [events.released(shipment, status, context)] if status else []
