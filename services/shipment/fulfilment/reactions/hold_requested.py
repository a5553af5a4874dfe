"""Reactions to a hold of an order, and to the release of holds.

The order service waits for an answer to each request, so repeated requests are answered too. A
repeat has no second effect (rules: Orders, "held means held").

Shipments are on hold while the order's holds together stop all work on them. Otherwise they go on
until the next step is one that a hold stops (`guards.py`).
"""

from collections.abc import Sequence

from services.shipment.fulfilment import events
from services.shipment.fulfilment.allowed import already_shipped
from services.shipment.fulfilment.evolution import evolve
from services.shipment.fulfilment.guards import destination
from services.shipment.fulfilment.lifecycle import Trigger
from services.shipment.fulfilment.shipment import Shipment
from services.shipment.fulfilment.splitting import to_ask_again
from services.shipment.fulfilment.state import Fulfilment
from services.shipment.fulfilment.stock_requests import request_stock
from shared.contracts import Message
from shared.contracts.error_texts import blocker
from shared.contracts.orders import HoldRequested, ReleaseHoldRequested
from shared.contracts.replies import Blocker, Reason
from shared.contracts.shipments import Held, HoldLifted, HoldRefused
from shared.runtime.decider import Context


def hold(request: HoldRequested, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Holds every open shipment and recalls those at a warehouse, if all work on them is stopped
    now; refuses if none is open.
    """
    if not order.is_known:
        return []
    if not order.open:
        return [_refused(request, order)]
    held = Held(order_id=request.order_id, shipments=(), hold=request.hold)
    if not evolve(order.copy(), held).held:
        return [held]
    recalls: list[Message] = [
        events.recalled(shipment, "OnHold", "held", context)
        for shipment in order.open
        if shipment.is_at_warehouse
    ]
    standings = tuple(shipment.standing for shipment in order.open)
    return [*recalls, held.model_copy(update={"shipments": standings})]


def release_hold(
    request: ReleaseHoldRequested, order: Fulfilment, context: Context
) -> Sequence[Message]:
    """Restores the status of each held shipment and does what the holds have delayed, unless other
    holds keep the shipments on hold.
    """
    if not order.is_known:
        return []
    lifted = HoldLifted(order_id=request.order_id, shipments=(), holds=request.holds)
    if evolve(order.copy(), lifted).held:
        return [lifted]
    standings = tuple(shipment.standing for shipment in order.open)
    lifted = lifted.model_copy(update={"shipments": standings})
    if not order.held:
        return [lifted]
    after = evolve(order.copy(), lifted)
    return [lifted, *(e for shipment in after.open for e in _resumed(after, shipment, context))]


def _resumed(order: Fulfilment, shipment: Shipment, context: Context) -> list[Message]:
    """Releases the shipment again, or assigns the stock that has arrived, or requests stock, or
    asks whether it can be split.
    """
    if shipment.is_at_warehouse:
        return [events.released(shipment, shipment.status, context)]
    if shipment.stock_assigned:
        status = destination(Trigger.ALLOCATED, order, shipment, context.site)
        return [events.inventory_assigned(shipment, status, shipment.warehouse)] if status else []
    if shipment.stock_requested:
        asks = to_ask_again(order, shipment.shipment_id, context)
        return events.asked_for(shipment, shipment.status, asks)
    return request_stock(order, shipment.shipment_id, context)


def _refused(request: HoldRequested, order: Fulfilment) -> HoldRefused:
    return HoldRefused(
        order_id=request.order_id,
        reason=Reason.of(_nothing_open(order)),
        hold_id=request.hold.hold_id if request.hold else None,
    )


def _nothing_open(order: Fulfilment) -> Blocker:
    if shipped := order.any_in("Shipped"):
        return already_shipped(shipped)
    return blocker("already-canceled")
