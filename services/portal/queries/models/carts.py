"""Carts, in a list and in full."""

from datetime import datetime

from pydantic import BaseModel

from shared.contracts.address import Address, Customer


class CartRow(BaseModel):
    """A cart in a list."""

    cart_id: str
    created: datetime
    changed: datetime
    by: str | None
    market: str
    currency: str
    customer: str | None
    customer_email: str | None
    lines: int
    total: str


class CartPage(BaseModel):
    """Some carts, newest first, as `OrderPage`."""

    carts: list[CartRow]
    after: str | None


class CartLine(BaseModel):
    """A line of a cart."""

    line_id: str
    sku: str
    name: str
    quantity: int
    placed_price: str
    discount: str | None = None
    tax: str
    preorder: bool


class CartShipment(BaseModel):
    """A shipment of a cart; it has no address before somebody says where it goes.

    `number` is what people call it, whatever its id.
    """

    shipment_id: str
    number: int = 1
    address: Address | None = None
    shipping_method: str | None = None
    shipping_cost: str | None = None
    lines: list[CartLine]


class Coupon(BaseModel):
    """A coupon of a cart: what it takes off now, or why it takes off nothing."""

    code: str
    takes_off: str
    why_not: str | None = None


class Totals(BaseModel):
    """What a cart costs: total = lines − line_discounts + tax + shipping − order_discount."""

    lines: str
    line_discounts: str
    tax: str
    shipping: str
    shipping_discount: str
    order_discount: str
    total: str
    coupons: list[Coupon]


class ReorderOf(BaseModel):
    """The order that a draft was made of once more, and what isn't as it was there, in words."""

    order_id: str
    number: str
    differences: list[str]


class CartDetails(BaseModel):
    """A cart in full. `status` is Draft or CheckedOut; the order then has the cart's id."""

    cart_id: str
    status: str
    created: datetime
    changed: datetime
    by: str | None
    market: str
    currency: str
    customer: Customer | None
    shipments: list[CartShipment]
    totals: Totals | None
    reorder_of: ReorderOf | None = None
    version: int
    incomplete: bool

    @property
    def shipment_numbers(self) -> dict[str, int]:
        """The number of each shipment, by id."""
        return {shipment.shipment_id: shipment.number for shipment in self.shipments}
