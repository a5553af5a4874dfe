"""Where the order's shipments go follows what was edited there, for whoever orders it once more."""

from collections.abc import Sequence

from services.order.state import Order
from shared.contracts import Message, orders, shipments
from shared.runtime.decider import Context


def reroute(fact: shipments.Edited, order: Order | None, _context: Context) -> Sequence[Message]:
    """The shipment goes elsewhere, or another way; nothing if the order knows no such shipment."""
    if order is None or fact.shipment_id not in order.shipments:
        return []
    edited = orders.ShipmentEdited(
        order_id=order.order_id,
        shipment_id=fact.shipment_id,
        address=fact.address,
        shipping_method=fact.shipping_method,
    )
    return [edited]
