"""What a checkout publishes: a cart that has become an order."""

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

TransactionType = Literal["Authorization", "Capture", "Sale", "Credit", "Void"]
PaymentStatus = Literal["Pending", "Processed", "Failed", "Voided"]


Reference = Annotated[str, StringConstraints(max_length=200)]


class ConvertedLine(Part):
    """One article of a shipment, priced as the shopper saw it.

    `discount` is all that is taken off; `manual_discount` is what was set by hand of that.
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
    """What goes to one address by one method.

    `shipping_price` is what its method costs before discounts, if that is more.
    """

    shipment_id: Id | None = None
    shipping_method: Id
    shipping_cost: Amount
    shipping_tax: Amount | None = None
    shipping_price: Amount | None = None
    address: Address
    lines: Annotated[tuple[ConvertedLine, ...], Field(min_length=1)]


class ConvertedPayment(Part):
    """Money that the checkout has already taken, or tried to."""

    payment_id: Id
    method: Id
    transaction_type: TransactionType
    amount: Signed
    status: PaymentStatus
    reference: Reference | None = None


@message("waybill.cart.converted.v1", on=CHECKOUT)
class CartConverted(Message):
    """A cart has become an order: the whole of it, as the customer agreed to it.

    `draft` is the cart service's: it hears whether the order was placed. Nobody else sets it.
    `pricing` has the rules that led to the amounts; the order keeps them, and an edit applies
    them again. Without it, or where they lead to other amounts, the amounts are what counts.
    `manual_discount` is what was set by hand of the order's discount.
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

    def check(self) -> None:
        """Money in the currency's own decimals; ids unique where they must be."""
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
    raise Malformed(f"{path}.{position}.{field}", f"{given[position]} is there twice")
