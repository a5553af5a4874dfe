"""Reactions to the outcome of an allocation: the stock was allocated, or is short."""

from collections.abc import Sequence

from services.shipment.fulfilment import events
from services.shipment.fulfilment.guards import destination
from services.shipment.fulfilment.lifecycle import Trigger
from services.shipment.fulfilment.shipment import Shipment
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import Message
from shared.contracts.stock import AllocationMade, AllocationShort
from shared.runtime.decider import Context


def assign_inventory(
    fact: AllocationMade, order: Fulfilment, context: Context
) -> Sequence[Message]:
    """Assigns the inventory. A held shipment keeps it until the hold is lifted."""
    shipment = _requesting_shipment(fact, order)
    status = shipment and destination(Trigger.ALLOCATED, order, shipment, context.site)
    return [events.inventory_assigned(shipment, status)] if shipment and status else []


def record_backorder(
    fact: AllocationShort, order: Fulfilment, context: Context
) -> Sequence[Message]:
    """Records that the shipment is backordered."""
    shipment = _requesting_shipment(fact, order)
    status = shipment and destination(Trigger.BACKORDERED, order, shipment, context.site)
    return [events.backordered(shipment, status, fact.short)] if shipment and status else []


def _requesting_shipment(
    fact: AllocationMade | AllocationShort, order: Fulfilment
) -> Shipment | None:
    """The shipment that `fact` is about; None if it is about an earlier revision of its lines."""
    shipment = order.shipments.get(fact.shipment_id)
    return shipment if shipment and shipment.revision == fact.revision else None
