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
from services.shipment.state import Fulfilment, evolve
from shared.contracts import Message
from shared.contracts.orders import Placed
from shared.contracts.payments import OrderPaid, OrderUnpaid, Recorded, Refunded, Voided
from shared.contracts.shipments import PaymentNoted
from shared.contracts.stock import AllocationMade, AllocationShort
from shared.runtime.decider import Context, Malformed


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


def order_paid(fact: OrderPaid, order: Fulfilment, context: Context) -> Sequence[Message]:
    """The order is paid in full: stock is asked for every shipment that still waits for that."""
    noted = _note(order, fact, True, fact.total - fact.paid)
    paid = replace(order, paid_in_full=True)
    return noted + [e for each in order.shipments for e in ask_stock(paid, each, context)]


def order_unpaid(fact: OrderUnpaid, order: Fulfilment, _: Context) -> Sequence[Message]:
    """The order was paid in full and no longer is."""
    return _note(order, fact, False, fact.total - fact.paid)


def balance_changed(
    fact: Recorded | Voided | Refunded, order: Fulfilment, _: Context
) -> Sequence[Message]:
    """Another amount is outstanding; whether the order is paid in full is said by other facts."""
    if order.paid_in_full or fact.outstanding <= 0:
        return []
    return _note(order, fact, False, fact.outstanding)


def allocation_made(fact: AllocationMade, order: Fulfilment, context: Context) -> Sequence[Message]:
    """All of it is set aside; a held shipment keeps that for when the hold is lifted."""
    shipment = order.shipments.get(fact.shipment_id)
    status = shipment and destination(Trigger.ALLOCATED, order, shipment, context.site)
    return [events.inventory_assigned(shipment, status)] if shipment and status else []


def allocation_short(
    fact: AllocationShort, order: Fulfilment, context: Context
) -> Sequence[Message]:
    """It waits for its turn."""
    shipment = order.shipments.get(fact.shipment_id)
    status = shipment and destination(Trigger.BACKORDERED, order, shipment, context.site)
    return [events.backordered(shipment, status, fact.short)] if shipment and status else []


def ask_stock(order: Fulfilment, shipment_id: str, context: Context) -> list[Message]:
    """The question to the stock, if it is time for it (rules: shipment state machine)."""
    shipment = order.shipments[shipment_id]
    status = destination(Trigger.ASK_STOCK, order, shipment, context.site)
    return [events.inventory_requested(shipment, status)] if status else []


def _note(
    order: Fulfilment,
    fact: OrderPaid | OrderUnpaid | Recorded | Voided | Refunded,
    in_full: bool,
    outstanding: Decimal,
) -> list[Message]:
    """What is outstanding now, if that is news."""
    if (order.paid_in_full, order.outstanding) == (in_full, outstanding):
        return []
    return [
        PaymentNoted(
            order_id=fact.order_id,
            in_full=in_full,
            currency=fact.currency,
            outstanding=outstanding,
        )
    ]
