"""More or less of the order is paid. The fact may arrive before the order does: it is kept."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from services.shipment.fulfilment.state import Fulfilment
from services.shipment.fulfilment.stock_requests import request_all
from shared.contracts import Message
from shared.contracts.payments import OrderPaid, OrderUnpaid, Recorded, Refunded, Voided
from shared.contracts.shipments import PaymentNoted
from shared.runtime.decider import Context

Money = OrderPaid | OrderUnpaid | Recorded | Voided | Refunded


def record_payment(fact: Money, order: Fulfilment, context: Context) -> Sequence[Message]:
    """So much is paid now; once that is all, stock is asked for every shipment that waits for it.

    Whether it is all is worked out here: the fact may have been told before an edit.
    """
    if order.paid == fact.paid or (order.is_known and not order.open):
        return []
    total = _total_of(fact) if order.total is None else order.total
    noted = PaymentNoted(
        order_id=fact.order_id,
        in_full=fact.paid >= total,
        currency=fact.currency,
        outstanding=total - fact.paid,
        paid=fact.paid,
    )
    return [noted, *request_all(replace(order, paid=fact.paid), context)]


def _total_of(fact: Money) -> Decimal:
    """What the order costs, as the payment service knows it."""
    if isinstance(fact, OrderPaid | OrderUnpaid):
        return fact.total
    return fact.paid + fact.outstanding
