"""The money of an order as a ledger: what it costs, what came in, what is open."""

from dataclasses import dataclass
from decimal import Decimal

from services.portal.queries.models.details import OrderDetails, Payment
from services.portal.web.order.breakdown import ZERO, TotalBreakdown, breakdown_of

# Payments that move nothing, or nothing yet.
_IDLE = ("Pending", "Failed")


@dataclass(frozen=True, slots=True)
class Ledger:
    """charged = total − returned − shipping_returned; paid = authorized + received − refunded;
    outstanding = charged − paid, negative if overpaid.

    returned    by returns; shipping_returned without one
    authorized  neither captured, voided nor expired yet
    received    captures and sales
    refunded    refunds and credits
    """

    sums: TotalBreakdown
    total: Decimal
    returned: Decimal
    shipping_returned: Decimal
    authorized: Decimal
    received: Decimal
    refunded: Decimal
    paid: Decimal
    outstanding: Decimal

    @property
    def overpaid(self) -> Decimal:
        """What is paid beyond the total; zero if nothing is."""
        return max(-self.outstanding, ZERO)


def ledger_of(order: OrderDetails) -> Ledger:
    """The ledger of an order."""
    moved = [payment for payment in order.payments if payment.status not in _IDLE]
    return Ledger(
        sums=breakdown_of(order),
        total=Decimal(order.total),
        returned=Decimal(order.returned) - Decimal(order.shipping_returned),
        shipping_returned=Decimal(order.shipping_returned),
        authorized=max(sum(map(_authorized, moved), ZERO), ZERO),
        received=sum(map(_received, moved), ZERO),
        refunded=sum(map(_refunded, moved), ZERO),
        paid=Decimal(order.paid or 0),
        outstanding=Decimal(order.outstanding),
    )


def _authorized(payment: Payment) -> Decimal:
    """A void that a checkout reports as a payment of its own takes off what is authorized."""
    if payment.transaction_type == "Void":
        return -Decimal(payment.amount)
    if payment.transaction_type != "Authorization":
        return ZERO
    gone = (Decimal(each or 0) for each in (payment.captured, payment.voided, payment.expired))
    return Decimal(payment.amount) - sum(gone, ZERO)


def _received(payment: Payment) -> Decimal:
    if payment.transaction_type in ("Capture", "Sale"):
        return Decimal(payment.amount)
    return Decimal(payment.captured or 0)


def _refunded(payment: Payment) -> Decimal:
    """A credit that moved the worth of a return to an exchange order may have come back."""
    refunded = Decimal(payment.refunded or 0)
    if payment.transaction_type == "Credit":
        refunded += Decimal(payment.amount) - Decimal(payment.voided or 0)
    return refunded
