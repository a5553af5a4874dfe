"""Edits of what an order holds: the lines of its shipments, and its discounts."""

from typing import Annotated, Any, Literal

from pydantic import Field

from shared.contracts.address import Address
from shared.contracts.base import Id, Part, Quantity
from shared.contracts.cards import ArticleName
from shared.contracts.money import Amount


class LineAdded(Part):
    """An article more. Without a discount there is none; without a tax the market's rate holds."""

    kind: Literal["add-line"] = "add-line"
    shipment_id: Id
    line_id: Id
    sku: Id
    name: ArticleName
    quantity: Quantity
    placed_price: Amount
    discount: Amount | None = None
    tax: Amount | None = None
    preorder: bool = False


class LineAltered(Part):
    """Another quantity, price or discount; what isn't given follows or stays.

    `manual_discount` stands beside the checkout's and the coupons'; `discount`, from version 0.1,
    is instead of them.
    """

    kind: Literal["change-line"] = "change-line"
    shipment_id: Id
    line_id: Id
    quantity: Quantity | None = None
    placed_price: Amount | None = None
    discount: Amount | None = None
    manual_discount: Amount | None = None


class LineTaken(Part):
    """An article less."""

    kind: Literal["remove-line"] = "remove-line"
    shipment_id: Id
    line_id: Id


class Destination(Part):
    """Where a shipment goes that an edit brings into being, how, and what that costs."""

    address: Address
    shipping_method: Id
    shipping_cost: Amount
    shipping_tax: Amount | None = None


class LineMoved(Part):
    """A line goes to another shipment, or so many pieces of it; without a quantity all of it."""

    kind: Literal["move-line"] = "move-line"
    shipment_id: Id
    line_id: Id
    quantity: Quantity | None = None
    to_shipment_id: Id
    to_line_id: Id
    destination: Destination | None = None


class DiscountSet(Part):
    """The order's manual discount, beside those of its lines.

    `beside` the checkout's and the coupons'; in version 0.1 it was instead of them.
    """

    kind: Literal["set-discount"] = "set-discount"
    amount: Amount
    beside: bool = False


Edit = Annotated[
    LineAdded | LineAltered | LineTaken | LineMoved | DiscountSet, Field(discriminator="kind")
]


def beside(data: Any) -> Any:
    """A command whose line is nested, as `"line": {…}`, with the line's fields beside the others.

    The contract says just "the line"; a field that is there twice counts as it stands outside.
    """
    if isinstance(data, dict) and isinstance(line := data.get("line"), dict):
        return {**line, **{name: value for name, value in data.items() if name != "line"}}
    return data
