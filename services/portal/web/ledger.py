"""The money of an order as a ledger: what it costs, what came in, what is open."""

from dataclasses import dataclass
from decimal import Decimal

from services.portal.queries.models.details import OrderDetails, Payment
from services.portal.web.total_breakdown import ZERO, TotalBreakdown, breakdown_of

# Payments that move nothing, or nothing yet.
_IDLE = ("Pending", "Failed")


@dataclass(frozen=True, slots=True)
class Ledger:
    """paid = authorized + received − refunded; outstanding = total − paid, negative if overpaid.

    authorized  neither captured nor voided yet
    received    captures and sales
    refunded    refunds and credits
    """

    sums: TotalBreakdown
    total: Decimal
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
    return Decimal(payment.amount) - Decimal(payment.captured or 0) - Decimal(payment.voided or 0)


def _received(payment: Payment) -> Decimal:
    if payment.transaction_type in ("Capture", "Sale"):
        return Decimal(payment.amount)
    return Decimal(payment.captured or 0)


def _refunded(payment: Payment) -> Decimal:
    credit = payment.amount if payment.transaction_type == "Credit" else 0
    return Decimal(payment.refunded or 0) + Decimal(credit)
