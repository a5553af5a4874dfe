"""A shipment was split over several warehouses: the order has more shipments, at the same cost.

The shipments have decided it (`services/shipment/fulfilment/splitting.py`), so it isn't refused.
"""

from collections import Counter
from collections.abc import Sequence

from services.order.new_total import lines_changed_event
from services.order.state import Order
from shared.contracts import Malformed, Message, shipments
from shared.contracts.edit_texts import Change, change
from shared.runtime.decider import Context


def apply_split(fact: shipments.Split, order: Order | None, _context: Context) -> Sequence[Message]:
    """Returns the event with the order's shipments; the total is what it was.

    Raises `Malformed` for more of a line than the shipment has: the fact becomes a dead letter.
    """
    if order is None or fact.shipment_id not in order.shipments:
        return []
    if any(part.shipment_id in order.shipments for part in fact.parts):
        return []  # it was applied before
    parts = {
        part.shipment_id: {line.line_id: line.quantity for line in part.lines}
        for part in fact.parts
    }
    _check(order, fact)
    after = order.content.split(fact.shipment_id, parts)
    return [lines_changed_event(order, after, None, _change(fact), split=fact.shipment_id)]


def _check(order: Order, fact: shipments.Split) -> None:
    whole = order.content.shipment(fact.shipment_id)
    left = Counter({line.line_id: line.quantity for line in whole.lines} if whole else {})
    for part in fact.parts:
        left.subtract({line.line_id: line.quantity for line in part.lines})
    if too_much := sorted(line for line, quantity in left.items() if quantity < 0):
        raise Malformed("parts", f"more of line {too_much[0]} than shipment {fact.shipment_id} has")


def _change(fact: shipments.Split) -> Change:
    moved = [
        change("split-off", quantity=str(line.quantity), name=line.name, to=part.shipment_id)
        for part in fact.parts
        for line in part.lines
    ]
    return change("split", *moved, shipment=fact.shipment_id)
