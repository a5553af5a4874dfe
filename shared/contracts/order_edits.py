"""Edits of an order's lines and discounts."""

from typing import Annotated, Any, Literal

from pydantic import Field

from shared.contracts.address import Address
from shared.contracts.base import Id, Part, Quantity
from shared.contracts.cards import ArticleName
from shared.contracts.money import Amount


class LineAdded(Part):
    """Add a line. Without a discount there is none; without a tax the market's rate applies."""

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
    """Change a line's quantity, price or discount. Other amounts follow or stay unchanged.

    `manual_discount` adds to the discounts of the checkout and the coupons; `discount`, from
    version 0.1, replaces them.
    """

    kind: Literal["change-line"] = "change-line"
    shipment_id: Id
    line_id: Id
    quantity: Quantity | None = None
    placed_price: Amount | None = None
    discount: Amount | None = None
    manual_discount: Amount | None = None


class LineTaken(Part):
    """Remove a line."""

    kind: Literal["remove-line"] = "remove-line"
    shipment_id: Id
    line_id: Id


class Destination(Part):
    """Address, shipping method and cost of a shipment that an edit creates."""

    address: Address
    shipping_method: Id
    shipping_cost: Amount
    shipping_tax: Amount | None = None


class LineMoved(Part):
    """Move a line, or `quantity` units of it, to another shipment.

    `destination` is for a shipment that doesn't exist yet.
    """

    kind: Literal["move-line"] = "move-line"
    shipment_id: Id
    line_id: Id
    quantity: Quantity | None = None
    to_shipment_id: Id
    to_line_id: Id
    destination: Destination | None = None


class DiscountSet(Part):
    """Set the order's manual discount.

    With `beside`, it adds to the discounts of the checkout and the coupons; in version 0.1 it
    replaced them.
    """

    kind: Literal["set-discount"] = "set-discount"
    amount: Amount
    beside: bool = False


Edit = Annotated[
    LineAdded | LineAltered | LineTaken | LineMoved | DiscountSet, Field(discriminator="kind")
]


def flatten_line(data: Any) -> Any:
    """Flattens a command with a nested line, `"line": {…}`.

    The contract says just "the line", so both forms are accepted. An outer field takes precedence.
    """
    if isinstance(data, dict) and isinstance(line := data.get("line"), dict):
        return {**line, **{name: value for name, value in data.items() if name != "line"}}
    return data
