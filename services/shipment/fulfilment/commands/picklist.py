"""Adds shipments to the picklist of their warehouse, and removes them."""

from collections.abc import Sequence

from services.shipment.fulfilment import events
from services.shipment.fulfilment.allowed import permit
from services.shipment.fulfilment.lifecycle import Trigger
from services.shipment.fulfilment.preconditions import require_shipment
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import Message
from shared.contracts.shipments import AddToPicklist, RemoveFromPicklist
from shared.runtime.decider import Context


def add_to_picklist(
    command: AddToPicklist, order: Fulfilment, context: Context
) -> Sequence[Message]:
    """Adds the shipment to the picklist: the warehouse packs it."""
    shipment = require_shipment(command, order)
    status = permit(Trigger.ADD_TO_PICKLIST, order, shipment, context.site)
    return [events.packing(shipment, status)] if status else []


def remove_from_picklist(
    command: RemoveFromPicklist, order: Fulfilment, context: Context
) -> Sequence[Message]:
    """Removes the shipment from the picklist; it stays released."""
    shipment = require_shipment(command, order)
    status = permit(Trigger.REMOVE_FROM_PICKLIST, order, shipment, context.site)
    return [events.removed_from_picklist(shipment, status)] if status else []
