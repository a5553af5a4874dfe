"""Preconditions of commands on a shipment."""

from services.shipment.fulfilment.shipment import Shipment
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts.shipments import (
    AddToPicklist,
    Cancel,
    Complete,
    CorrectTracking,
    Edit,
    Release,
    RemoveFromPicklist,
)
from shared.runtime.decider import rejected


def require_order(order: Fulfilment, order_id: str) -> None:
    """Raises `Rejected` if fulfilment doesn't know the order."""
    if not order.is_known:
        raise rejected("unknown-order", order=order_id)


Command = AddToPicklist | Cancel | Complete | CorrectTracking | Edit | Release | RemoveFromPicklist


def require_shipment(command: Command, order: Fulfilment) -> Shipment:
    """Returns the shipment that `command` is about; raises `Rejected` if it doesn't exist."""
    require_order(order, command.order_id)
    if command.shipment_id not in order.shipments:
        raise rejected("unknown-shipment", shipment=command.shipment_id)
    return order.shipments[command.shipment_id]
