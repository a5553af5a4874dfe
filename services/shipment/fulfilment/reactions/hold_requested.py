"""Reactions to a hold of an order, and to the release of the hold.

The order service waits for an answer to each request, so repeated requests are answered too. A
repeat has no second effect (rules: Orders, "held means held").
"""

from collections.abc import Sequence

from services.shipment.fulfilment import events
from services.shipment.fulfilment.allowed import already_shipped
from services.shipment.fulfilment.guards import destination
from services.shipment.fulfilment.lifecycle import Trigger
from services.shipment.fulfilment.shipment import Shipment
from services.shipment.fulfilment.state import Fulfilment, evolve
from services.shipment.fulfilment.stock_requests import request_stock
from shared.contracts import Message
from shared.contracts.error_texts import blocker
from shared.contracts.orders import HoldRequested, ReleaseHoldRequested
from shared.contracts.replies import Blocker, Reason
from shared.contracts.shipments import Held, HoldLifted, HoldRefused
from shared.runtime.decider import Context


def hold(request: HoldRequested, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Holds every open shipment and recalls those at a warehouse; refuses if none is open."""
    if not order.is_known:
        return []
    if not order.open:
        return [HoldRefused(order_id=request.order_id, reason=Reason.of(_nothing_open(order)))]
    recalls: list[Message] = [
        events.recalled(shipment, "OnHold", "held", context)
        for shipment in order.open
        if shipment.is_at_warehouse
    ]
    standings = tuple(shipment.standing for shipment in order.open)
    return [*recalls, Held(order_id=request.order_id, shipments=standings)]


def release_hold(
    request: ReleaseHoldRequested, order: Fulfilment, context: Context
) -> Sequence[Message]:
    """Restores the status of each held shipment, then does what the hold has delayed."""
    if not order.is_known:
        return []
    standings = tuple(shipment.standing for shipment in order.open)
    lifted = HoldLifted(order_id=request.order_id, shipments=standings)
    if not order.held:
        return [lifted]
    after = evolve(order.copy(), lifted)
    return [lifted, *(e for shipment in after.open for e in _resumed(after, shipment, context))]


def _resumed(order: Fulfilment, shipment: Shipment, context: Context) -> list[Message]:
    """Releases the shipment again, or assigns the stock that has arrived, or requests stock."""
    if shipment.is_at_warehouse:
        return [events.released(shipment, shipment.status, context)]
    if shipment.stock_assigned:
        status = destination(Trigger.ALLOCATED, order, shipment, context.site)
        return [events.inventory_assigned(shipment, status)] if status else []
    return request_stock(order, shipment.shipment_id, context)


def _nothing_open(order: Fulfilment) -> Blocker:
    if shipped := order.any_in("Shipped"):
        return already_shipped(shipped)
    return blocker("already-canceled")
