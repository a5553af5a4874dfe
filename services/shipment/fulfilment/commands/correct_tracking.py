"""Corrects the tracking number and the carrier of what has shipped."""

from collections.abc import Sequence

from services.shipment.fulfilment import events
from services.shipment.fulfilment.allowed import permit
from services.shipment.fulfilment.lifecycle import Trigger
from services.shipment.fulfilment.preconditions import require_shipment
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import Message
from shared.contracts.shipments import CorrectTracking
from shared.runtime.decider import Context


def correct_tracking(
    command: CorrectTracking, order: Fulfilment, context: Context
) -> Sequence[Message]:
    """Replaces what is given and clears what is null; nothing else of the shipment changes.

    A hold doesn't stop it: nothing moves.
    """
    shipment = require_shipment(command, order)
    status = permit(Trigger.CORRECT_TRACKING, order, shipment, context.site)
    given = command.model_fields_set
    number = command.tracking_number if "tracking_number" in given else shipment.tracking_number
    carrier = command.carrier if "carrier" in given else shipment.carrier
    if status is None or (number, carrier) == (shipment.tracking_number, shipment.carrier):
        return []
    return [events.tracking_corrected(shipment, status, number, carrier)]
