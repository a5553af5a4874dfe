"""A shipment was released: its share is captured, if its market captures on release."""

from collections.abc import Sequence

from services.order.capture_due import capture_due
from services.order.state import Order
from shared.contracts import Message, shipments
from shared.runtime.decider import Context


def capture_on_release(
    fact: shipments.Released, order: Order | None, context: Context
) -> Sequence[Message]:
    """Says what is due now; nothing for a shipment that is released again."""
    if order is None or order.shipments.get(fact.shipment_id) != "Open":
        return []
    if fact.shipment_id in order.capture_due_for:
        return []
    return capture_due(order, order.shipments, (), context, released=[fact.shipment_id])
