"""Reaction to a payment: notes the paid amount, even before the order has arrived."""

from collections.abc import Sequence
from decimal import Decimal

from services.shipment.fulfilment.state import Fulfilment
from services.shipment.fulfilment.stock_requests import request_all
from shared.contracts import Message
from shared.contracts.payments import (
    AuthorizationExpired,
    OrderPaid,
    OrderUnpaid,
    Recorded,
    Refunded,
    Voided,
)
from shared.contracts.shipments import PaymentNoted
from shared.runtime.decider import Context

Money = OrderPaid | OrderUnpaid | Recorded | Voided | Refunded | AuthorizationExpired


def record_payment(fact: Money, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Notes the paid amount, and requests stock for waiting shipments once it covers the total.

    Compares it with the total that fulfilment knows: the fact may be from before an edit.
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
    after = order.copy()
    after.paid = fact.paid
    return [noted, *request_all(after, context)]


def record_expiry(
    fact: AuthorizationExpired, order: Fulfilment, context: Context
) -> Sequence[Message]:
    """Notes the paid amount, unless a new authorization follows: then that event has it."""
    return [] if fact.renewed_by else record_payment(fact, order, context)


def _total_of(fact: Money) -> Decimal:
    """The order's total as the payment service knows it."""
    if isinstance(fact, OrderPaid | OrderUnpaid):
        return fact.total
    return fact.paid + fact.outstanding
