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
    """A page of carts, newest first; `after` and `searched_to` as in `OrderPage`."""

    carts: list[CartRow]
    after: str | None
    searched_to: datetime | None = None


class MatchedCart(CartRow):
    """A cart that the search box found; `matched` is the field by which."""

    matched: str


class MatchedCarts(BaseModel):
    """A page of such carts, as `CartPage`."""

    carts: list[MatchedCart]
    after: str | None
    searched_to: datetime | None = None


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
    """A shipment of a cart; address and method are None until they are set.

    `number` is what people call it, independent of its id.
    """

    shipment_id: str
    number: int = 1
    address: Address | None = None
    shipping_method: str | None = None
    shipping_cost: str | None = None
    lines: list[CartLine]


class Coupon(BaseModel):
    """A coupon of a cart: the amount it takes off, or why it takes off nothing."""

    code: str
    takes_off: str
    why_not: str | None = None


class Totals(BaseModel):
    """The totals of a cart: total = lines − line_discounts + tax + shipping − order_discount."""

    lines: str
    line_discounts: str
    tax: str
    shipping: str
    shipping_discount: str
    order_discount: str
    total: str
    coupons: list[Coupon]


class ReorderOf(BaseModel):
    """The order that a draft was created from, with the differences between them as text."""

    order_id: str
    number: str
    differences: list[str]


class CartDetails(BaseModel):
    """A cart in full. `status` is Draft or CheckedOut; its order has the same id as the cart."""

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
