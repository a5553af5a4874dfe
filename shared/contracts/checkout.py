"""Input from checkouts: converted carts."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.contracts.address import Address, Customer
from shared.contracts.base import Id, Malformed, Message, Part, Quantity, Timestamp, message
from shared.contracts.cards import ArticleName
from shared.contracts.money import Amount, Currency, Signed, all_exact
from shared.contracts.pricing import Pricing
from shared.contracts.topics import CHECKOUT

MAX_LINES = 2000
MAX_SHIPMENTS = 100
MAX_PAYMENTS = 100
MAX_COUPONS = 100
# The method of payments that move the worth of a return to the exchange order.
EXCHANGE = "exchange"

TransactionType = Literal["Authorization", "Capture", "Sale", "Credit", "Void"]
PaymentStatus = Literal["Pending", "Processed", "Failed", "Voided"]


Reference = Annotated[str, StringConstraints(max_length=200)]


class ConvertedLine(Part):
    """A line of a shipment, with the prices that the shopper saw.

    `discount` is the whole discount of the line; `manual_discount` is the part of it that was
    entered by hand.
    """

    line_id: Id | None = None
    sku: Id
    name: ArticleName
    quantity: Quantity
    placed_price: Amount
    discount: Amount | None = None
    tax: Amount | None = None
    preorder: bool = False
    manual_discount: Amount | None = None


class ConvertedShipment(Part):
    """The lines that go to one address by one shipping method.

    `shipping_price` is the price of the method before discounts, if it is higher than
    `shipping_cost`.
    """

    shipment_id: Id | None = None
    shipping_method: Id
    shipping_cost: Amount
    shipping_tax: Amount | None = None
    shipping_price: Amount | None = None
    address: Address
    lines: Annotated[tuple[ConvertedLine, ...], Field(min_length=1)]


class ConvertedPayment(Part):
    """A payment that the checkout has made or attempted."""

    payment_id: Id
    method: Id
    transaction_type: TransactionType
    amount: Signed
    status: PaymentStatus
    reference: Reference | None = None


class ExchangeOf(Part):
    """The order, and its return, whose goods an exchange order replaces."""

    order_id: Id
    return_id: Id


@message("waybill.cart.converted.v1", on=CHECKOUT)
class CartConverted(Message):
    """A cart was converted to an order: everything that the customer agreed to.

    pricing  the rules behind the amounts, which later edits apply again; without it, or where the
             rules lead to other amounts, the given amounts count
    manual_discount  the part of `order_discount` that was entered by hand
    draft    set only by the cart service, which receives the result
    exchange_of  set only by the order service, for the order that a return is exchanged for
    """

    cart_id: Id
    market: Id
    currency: Currency
    converted_at: Timestamp
    customer: Customer | None = None
    coupons: Annotated[tuple[Id, ...], Field(max_length=MAX_COUPONS)] = ()
    order_discount: Amount | None = None
    shipments: Annotated[
        tuple[ConvertedShipment, ...], Field(min_length=1, max_length=MAX_SHIPMENTS)
    ]
    payments: Annotated[tuple[ConvertedPayment, ...], Field(max_length=MAX_PAYMENTS)] = ()
    draft: bool = False
    manual_discount: Amount | None = None
    pricing: Pricing | None = None
    exchange_of: ExchangeOf | None = None

    def check(self) -> None:
        """Amounts have the currency's decimals; ids are unique within their list."""
        all_exact(self, self.currency)
        for position, payment in enumerate(self.payments):
            if payment.amount < 0:
                raise Malformed(f"payments.{position}.amount", "an amount is never negative")
        if sum(len(shipment.lines) for shipment in self.shipments) > MAX_LINES:
            raise Malformed("shipments", f"an order has at most {MAX_LINES} lines")
        _unique("shipments", "shipment_id", (s.shipment_id for s in self.shipments))
        _unique("payments", "payment_id", (p.payment_id for p in self.payments))
        for position, shipment in enumerate(self.shipments):
            _unique(
                f"shipments.{position}.lines", "line_id", (line.line_id for line in shipment.lines)
            )


def _unique(path: str, field: str, ids: Iterable[str | None]) -> None:
    named = list(ids)
    if not any(named):
        return
    given = [i or str(position) for position, i in enumerate(named, 1)]
    if len(set(given)) == len(given):
        return
    position = next(p for p, one in enumerate(given) if one in given[:p])
    raise Malformed(f"{path}.{position}.{field}", f"{given[position]} is used twice")
