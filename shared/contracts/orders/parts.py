"""What the messages about purchase orders consist of: lines, shipments, statuses."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.contracts.address import Address
from shared.contracts.base import LINES, Id, Message, Part, Quantity
from shared.contracts.cards import ArticleName
from shared.contracts.money import Amount

OrderStatus = Literal[
    "InProgress", "OnHold", "PartiallyShipped", "Completed", "Canceled", "AwaitingExchange"
]


Note = Annotated[str, StringConstraints(min_length=1, max_length=4000), LINES]


class Line(Part):
    """One article of a shipment. `manual_discount` is what was set by hand, beside all others."""

    line_id: Id
    sku: Id
    name: ArticleName
    quantity: Quantity
    placed_price: Amount
    discount: Amount
    tax: Amount
    preorder: bool = False
    manual_discount: Amount | None = None


class Shipment(Part):
    """What goes to one address by one method.

    `shipping_price` is what that costs before discounts, if that is more than `shipping_cost`.
    """

    shipment_id: Id
    shipping_method: Id
    shipping_cost: Amount
    shipping_tax: Amount
    shipping_price: Amount | None = None
    address: Address
    lines: tuple[Line, ...]


class Basis(Part):
    """What a line's discount and tax follow when its quantity or price changes.

    The discount was `discount` on pieces worth `value`, and the tax was `tax` on `net`; without
    one, the market's rate holds.
    """

    value: Amount
    discount: Amount
    net: Amount
    tax: Amount | None


class Origin(Part):
    """A line as it was before it was split, for when its parts are together again.

    `value`, `discount` and `tax` are those of all its pieces.
    """

    value: Amount
    discount: Amount
    tax: Amount
    basis: Basis | None
    origin: "Origin | None" = None


class EditedLine(Line):
    """A line of an order that was edited; without a basis, what it costs now is its basis."""

    basis: Basis | None = None
    origin: Origin | None = None


class ShippingBasis(Part):
    """What a shipment's shipping cost with the method that it was placed with, and its tax."""

    shipping_method: Id
    price: Amount
    cost: Amount
    tax: Amount


class EditedShipment(Shipment):
    """A shipment of an order that was edited; one that was canceled isn't part of the total."""

    lines: tuple[EditedLine, ...]
    canceled: bool = False
    shipping_basis: ShippingBasis | None = None


class AboutOrder(Message):
    order_id: Id


class AboutLine(AboutOrder):
    shipment_id: Id
    line_id: Id
