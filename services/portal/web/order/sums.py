"""The sums of an order's documents, with its tax apart from its shipping."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from services.portal.queries.models.details import Line, OrderDetails, Payment, Shipment
from services.portal.web.order.breakdown import breakdown_of
from shared.contracts.money import decimals

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class OrderSums:
    """What an invoice adds up. `tax_rate` is None if the tax isn't that of one known rate."""

    goods: Decimal
    line_discounts: Decimal
    tax: Decimal
    tax_rate: Decimal | None
    shipping: Decimal
    shipping_tax: Decimal
    order_discount: Decimal


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A refund on a credit note; `at` is None for sums of which no time is known."""

    payment: Payment
    amount: Decimal
    at: datetime | None


def billed(order: OrderDetails) -> list[Shipment]:
    """The shipments that an invoice charges: all that aren't canceled."""
    return [each for each in order.shipments if each.status != "Canceled"]


def sums_of(order: OrderDetails, rate: Decimal | None) -> OrderSums:
    """The sums of an order. `rate` is its market's tax rate, if that is known."""
    sums, shipments = breakdown_of(order), billed(order)
    lines = [line for shipment in shipments for line in shipment.lines]
    shipping_tax = sum((Decimal(each.shipping_tax) for each in shipments), ZERO)
    return OrderSums(
        goods=sums.goods,
        line_discounts=sums.line_discounts,
        tax=sums.tax,
        tax_rate=rate if rate and _taxed_at(rate, lines, order.currency) else None,
        shipping=sums.shipping - shipping_tax,
        shipping_tax=shipping_tax,
        order_discount=sums.order_discount,
    )


def _taxed_at(rate: Decimal, lines: Sequence[Line], currency: str) -> bool:
    """Whether the tax of every line is that of this rate, as the site rounds it."""
    unit = Decimal(1).scaleb(-decimals(currency))
    return bool(lines) and all(
        Decimal(line.tax)
        == ((line.quantity * Decimal(line.placed_price) - Decimal(line.discount)) * rate).quantize(
            unit, ROUND_HALF_UP
        )
        for line in lines
    )


def refunds_of(order: OrderDetails) -> list[RefundRow]:
    """The refunds of an order, oldest first; those without a known time come before."""
    rows = []
    for payment in order.payments:
        known = [RefundRow(payment, Decimal(each.amount), each.at) for each in payment.refunds]
        rest = Decimal(payment.refunded or 0) - sum((each.amount for each in known), ZERO)
        rows += ([RefundRow(payment, rest, None)] if rest > 0 else []) + known
    return sorted(rows, key=lambda row: (row.at is not None, row.at))
