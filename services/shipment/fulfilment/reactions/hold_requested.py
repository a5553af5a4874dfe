"""The order asks its shipments to be held, and to be released from the hold.

The order waits for an answer to each request, so each is answered, repeated ones too. A repeat has
no second effect (rules: Orders, "held means held").
"""

from collections.abc import Sequence
from dataclasses import replace

from services.shipment.fulfilment import events
from services.shipment.fulfilment.allowed import already_shipped
from services.shipment.fulfilment.guards import destination
from services.shipment.fulfilment.lifecycle import Trigger
from services.shipment.fulfilment.shipment import Shipment
from services.shipment.fulfilment.state import Fulfilment
from services.shipment.fulfilment.stock_requests import request_stock
from shared.contracts import Message
from shared.contracts.error_texts import blocker
from shared.contracts.orders import HoldRequested, ReleaseHoldRequested
from shared.contracts.replies import Blocker, Reason
from shared.contracts.shipments import Held, HoldLifted, HoldRefused
from shared.runtime.decider import Context


def hold(request: HoldRequested, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Every open shipment is held, and warehouses stop; refused if none is open."""
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
    """Each held shipment is exactly where it was; then comes what it missed meanwhile."""
    if not order.is_known:
        return []
    standings = tuple(shipment.standing for shipment in order.open)
    lifted = HoldLifted(order_id=request.order_id, shipments=standings)
    if not order.held:
        return [lifted]
    restored = {s.shipment_id: _restored(order, s, context) for s in order.open}
    free = replace(order, held=False, shipments=restored)
    return [lifted, *(e for each in restored for e in _resumed(free, each, context))]


def _restored(order: Fulfilment, shipment: Shipment, context: Context) -> Shipment:
    before = destination(Trigger.LIFT_HOLD, order, shipment, context.site)
    return replace(shipment, status=before or shipment.status, before=None)


def _resumed(order: Fulfilment, shipment_id: str, context: Context) -> list[Message]:
    """A warehouse hears again what it is to send; stock that came is assigned, or is asked for."""
    shipment = order.shipments[shipment_id]
    if shipment.is_at_warehouse:
        return [events.released(shipment, shipment.status, context)]
    if shipment.stock_assigned:
        status = destination(Trigger.ALLOCATED, order, shipment, context.site)
        return [events.inventory_assigned(shipment, status)] if status else []
    return request_stock(order, shipment_id, context)


def _nothing_open(order: Fulfilment) -> Blocker:
    if shipped := order.any_in("Shipped"):
        return already_shipped(shipped)
    return blocker("already-canceled")
