"""The formula of an order's total, for carts and purchase orders."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from shared.contracts.base import Malformed
from shared.contracts.checkout import ConvertedShipment
from shared.contracts.money import ZERO, zero
from shared.contracts.orders import Shipment

TOO_MUCH = Decimal(10) ** 15  # the contract writes at most 15 digits before the point


def writable(amount: Decimal, field: str) -> Decimal:
    """Returns `amount`. Raises `Malformed` if it has more digits than the contract allows."""
    if abs(amount) >= TOO_MUCH:
        raise Malformed(field, "more money than the contract can write: 15 digits before the point")
    return amount


def tax_on(value: Decimal, rate: Decimal, currency: str) -> Decimal:
    """The tax at `rate` on a line's value after its discount, rounded half up to the cent."""
    return (value * rate).quantize(zero(currency), ROUND_HALF_UP)


def shipment_total(shipment: ConvertedShipment | Shipment) -> Decimal:
    """The total of a shipment: lines with discounts and taxes, plus shipping with tax."""
    lines = sum(
        (
            line.quantity * line.placed_price - (line.discount or ZERO) + (line.tax or ZERO)
            for line in shipment.lines
        ),
        ZERO,
    )
    return lines + shipment.shipping_cost + (shipment.shipping_tax or ZERO)


def total(
    shipments: Iterable[ConvertedShipment | Shipment], order_discount: Decimal | None, currency: str
) -> Decimal:
    """What the customer owes for `shipments`. Raises `Malformed` if it has too many digits.

    Σ(quantity × placed_price − discount + tax) + Σ(shipping_cost + shipping_tax)
    − order_discount, never below zero (contract: `waybill.cart.converted.v1`).
    """
    owed = sum(map(shipment_total, shipments), zero(currency)) - (order_discount or ZERO)
    return writable(max(owed, zero(currency)), "shipments")
