"""When a shipment asks the stock for its items (rules: shipment state machine)."""

from services.shipment.fulfilment import events
from services.shipment.fulfilment.guards import destination
from services.shipment.fulfilment.lifecycle import Trigger
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import Message
from shared.runtime.decider import Context


def request_all(order: Fulfilment, context: Context) -> list[Message]:
    """The questions to the stock that it is time for, for all shipments."""
    return [e for each in order.shipments for e in request_stock(order, each, context)]


def request_stock(order: Fulfilment, shipment_id: str, context: Context) -> list[Message]:
    """The question to the stock, if it is time for it (rules: shipment state machine)."""
    shipment = order.shipments[shipment_id]
    status = destination(Trigger.ASK_STOCK, order, shipment, context.site)
    return [events.inventory_requested(shipment, status)] if status else []
