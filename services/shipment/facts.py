"""What fulfilment hears of the order, its money and the stock, one function a fact.

A fact is never refused. One that can't be used, because the order is unknown or has moved on,
changes nothing. Money may be heard of before the order is: that is kept.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from services.shipment import events
from services.shipment.guards import destination
from services.shipment.lifecycle import Trigger
from services.shipment.state import Fulfilment, Shipment, evolve
from shared.contracts import Message
from shared.contracts.money import ZERO
from shared.contracts.orders import LinesChanged, Placed
from shared.contracts.payments import OrderPaid, OrderUnpaid, Recorded, Refunded, Voided
from shared.contracts.shipments import PaymentNoted, TotalNoted
from shared.contracts.stock import AllocationMade, AllocationShort
from shared.runtime.decider import Context, Malformed

Money = OrderPaid | OrderUnpaid | Recorded | Voided | Refunded


def placed(fact: Placed, order: Fulfilment, context: Context) -> Sequence[Message]:
    """The order's shipments come into being; stock is asked for what may be asked for at once."""
    if order.is_known:
        return []
    market = context.site.markets.get(fact.market)
    if market is None:
        raise Malformed("market", f"no market is called {fact.market}")
    made: list[Message] = []
    following = replace(order, shipments={})
    for shipment in fact.shipments:
        born = events.born(fact, shipment, market.warehouse)
        made.append(born)
        made += ask_stock(evolve(following, born), born.shipment_id, context)
    return made


def money_moved(fact: Money, order: Fulfilment, context: Context) -> Sequence[Message]:
    """So much is paid now; once that is all, stock is asked for every shipment that waits for it.

    Whether it is all is worked out here: the fact may have been told before an edit.
    """
    if order.paid == fact.paid or (order.is_known and not order.open):
        return []
    total = _total_told(fact) if order.total is None else order.total
    noted = PaymentNoted(
        order_id=fact.order_id,
        in_full=fact.paid >= total,
        currency=fact.currency,
        outstanding=total - fact.paid,
        paid=fact.paid,
    )
    return [noted, *ask_all(replace(order, paid=fact.paid), context)]


def lines_changed(fact: LinesChanged, order: Fulfilment, context: Context) -> Sequence[Message]:
    """The order costs this now; with less to pay it may be paid in full already."""
    if not order.is_known or (order.total == fact.total and fact.request not in order.unpriced):
        return []
    paid = order.paid or ZERO
    noted = TotalNoted(
        order_id=fact.order_id,
        request=fact.request,
        in_full=order.paid is not None and paid >= fact.total,
        currency=fact.currency,
        total=fact.total,
        outstanding=fact.total - paid,
    )
    return [noted, *ask_all(evolve(order.copy(), noted), context)]


def allocation_made(fact: AllocationMade, order: Fulfilment, context: Context) -> Sequence[Message]:
    """All of it is set aside; a held shipment keeps that for when the hold is lifted."""
    shipment = _asked(fact, order)
    status = shipment and destination(Trigger.ALLOCATED, order, shipment, context.site)
    return [events.inventory_assigned(shipment, status)] if shipment and status else []


def allocation_short(
    fact: AllocationShort, order: Fulfilment, context: Context
) -> Sequence[Message]:
    """It waits for its turn."""
    shipment = _asked(fact, order)
    status = shipment and destination(Trigger.BACKORDERED, order, shipment, context.site)
    return [events.backordered(shipment, status, fact.short)] if shipment and status else []


def ask_all(order: Fulfilment, context: Context) -> list[Message]:
    """The questions to the stock that it is time for, for all shipments."""
    return [e for each in order.shipments for e in ask_stock(order, each, context)]


def ask_stock(order: Fulfilment, shipment_id: str, context: Context) -> list[Message]:
    """The question to the stock, if it is time for it (rules: shipment state machine)."""
    shipment = order.shipments[shipment_id]
    status = destination(Trigger.ASK_STOCK, order, shipment, context.site)
    return [events.inventory_requested(shipment, status)] if status else []


def _asked(fact: AllocationMade | AllocationShort, order: Fulfilment) -> Shipment | None:
    """The shipment that asked for what the stock answers; an answer to its lines of old is none."""
    shipment = order.shipments.get(fact.shipment_id)
    return shipment if shipment and shipment.revision == fact.revision else None


def _total_told(fact: Money) -> Decimal:
    """What the order costs, as the payment service knows it."""
    if isinstance(fact, OrderPaid | OrderUnpaid):
        return fact.total
    return fact.paid + fact.outstanding
