"""Reactions to the answers of the stock: it was allocated, is short, or may be elsewhere.

A shipment that may be sent by several warehouses waits in the queue of the first, and asks the
others, one after the other by priority. The first one that has everything sends it; what the
shipment has asked of others is given up in the same event. So at most two warehouses may have stock
for it at any time: `Shipment.claims`.
"""

from collections.abc import Sequence

from services.shipment.fulfilment import events
from services.shipment.fulfilment.evolution import evolve
from services.shipment.fulfilment.guards import destination
from services.shipment.fulfilment.lifecycle import Trigger
from services.shipment.fulfilment.shipment import Shipment
from services.shipment.fulfilment.splitting import split, to_ask_again
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import Message
from shared.contracts.stock import (
    AllocationMade,
    AllocationOffered,
    AllocationShort,
    AllocationUnavailable,
)
from shared.runtime.decider import Context

Answer = AllocationMade | AllocationShort | AllocationUnavailable | AllocationOffered


def assign_inventory(
    fact: AllocationMade, order: Fulfilment, context: Context
) -> Sequence[Message]:
    """Assigns the inventory. A held shipment keeps it until the hold is lifted.

    An answer of a warehouse that the shipment has given up counts for nothing: that warehouse has
    been told to take the goods back.
    """
    shipment = _requesting_shipment(fact, order)
    if shipment is None or fact.warehouse not in shipment.claims:
        return []
    status = destination(Trigger.ALLOCATED, order, shipment, context.site)
    return [events.inventory_assigned(shipment, status, fact.warehouse)] if status else []


def record_backorder(
    fact: AllocationShort, order: Fulfilment, context: Context
) -> Sequence[Message]:
    """Records that the shipment is backordered, and asks the other warehouses for its goods."""
    shipment = _requesting_shipment(fact, order)
    if shipment is None or fact.warehouse != shipment.warehouse:
        return []
    status = destination(Trigger.BACKORDERED, order, shipment, context.site)
    if not status:
        return []
    asks = _open(shipment.others, context)
    waits = events.backordered(shipment, status, fact.short, asks)
    return [waits, *events.asked_for(shipment, status, asks)]


def ask_next(fact: AllocationUnavailable, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Records that the warehouse is short, and asks the next one, if any.

    If it was the last, and several have everything together, the shipment may be split.
    """
    shipment = _requesting_shipment(fact, order)
    if shipment is None or fact.warehouse != shipment.asked:
        return []
    status = destination(Trigger.ASK_ELSEWHERE, order, shipment, context.site)
    if not status:
        return []
    answered = events.inventory_unavailable(shipment, status, fact.warehouse, fact.short, ())
    after = evolve(order.copy(), answered)
    asks = _open(shipment.to_ask, context) or to_ask_again(after, fact.shipment_id, context)
    parts = [] if asks else split(after, fact.shipment_id, context)
    short = events.inventory_unavailable(
        shipment, status, fact.warehouse, fact.short, asks, split=bool(parts)
    )
    return [short, *events.asked_for(shipment, status, asks), *parts]


def take_offer(fact: AllocationOffered, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Asks the warehouse that has offered goods: now, or after the one that is being asked."""
    shipment = _requesting_shipment(fact, order)
    if shipment is None or fact.warehouse != shipment.warehouse:
        return []
    status = destination(Trigger.ASK_ELSEWHERE, order, shipment, context.site)
    if not status or not _open((fact.source,), context):
        return []
    offered = events.inventory_offered(shipment, status, fact.source)
    if shipment.asked is not None:
        return [offered]
    return [offered, *events.asked_for(shipment, status, (fact.source,))]


def _open(sources: Sequence[str], context: Context) -> tuple[str, ...]:
    """Those of `sources` that the site hasn't closed since."""
    return tuple(each for each in sources if each in context.site.warehouses)


def _requesting_shipment(fact: Answer, order: Fulfilment) -> Shipment | None:
    """The shipment that `fact` is about; None if it is about an earlier revision of its lines."""
    shipment = order.shipments.get(fact.shipment_id)
    return shipment if shipment and shipment.revision == fact.revision else None
