"""Parts of the messages about purchase orders: lines, shipments, statuses."""

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
    """A line of a shipment. `manual_discount` is the part of `discount` entered by hand."""

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
    """The lines that go to one address by one shipping method.

    `shipping_price` is the price before discounts, if it is higher than `shipping_cost`.
    """

    shipment_id: Id
    shipping_method: Id
    shipping_cost: Amount
    shipping_tax: Amount
    shipping_price: Amount | None = None
    address: Address
    lines: tuple[Line, ...]


class Basis(Part):
    """How a line's discount and tax follow its quantity and price.

    The discount was `discount` on a value of `value`, the tax was `tax` on `net`. Without a tax,
    the market's rate applies.
    """

    value: Amount
    discount: Amount
    net: Amount
    tax: Amount | None


class Origin(Part):
    """A line before it was split; restored when its parts are merged again.

    `value`, `discount` and `tax` are those of the whole line.
    """

    value: Amount
    discount: Amount
    tax: Amount
    basis: Basis | None
    origin: "Origin | None" = None


class WholeLine(Part):
    """Identifies a line, as it was before its shipment was split."""

    shipment_id: Id
    line_id: Id


class EditedLine(Line):
    """A line of an edited order. Without a basis, its present amounts are the basis.

    `part_of` is the line that it was part of before its shipment was split over several warehouses.
    Discounts apply to all parts together, as to the line before.
    """

    basis: Basis | None = None
    origin: Origin | None = None
    part_of: WholeLine | None = None


class ShippingBasis(Part):
    """Price, cost and tax of a shipment's original shipping method."""

    shipping_method: Id
    price: Amount
    cost: Amount
    tax: Amount


class EditedShipment(Shipment):
    """A shipment of an edited order. A canceled one isn't part of the total.

    `split_from` is the shipment that it was part of before that was split over several warehouses.
    """

    lines: tuple[EditedLine, ...]
    canceled: bool = False
    shipping_basis: ShippingBasis | None = None
    split_from: Id | None = None


class AboutOrder(Message):
    order_id: Id


class AboutLine(AboutOrder):
    shipment_id: Id
    line_id: Id
