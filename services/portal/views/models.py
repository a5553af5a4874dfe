"""What the views answer with. Money is a decimal string in the currency's decimals, as anywhere."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from shared.contracts.address import Address, Customer


class ShipmentRow(BaseModel):
    """A shipment in brief; `waits_for` names the articles that the stock is short of."""

    shipment_id: str
    status: str
    warehouse: str | None = None
    since: datetime
    shipped_at: datetime | None = None
    lines: int
    pieces: int
    waits_for: list[str] = []


class OrderRow(BaseModel):
    """An order in a list. `pending` is what was asked for and isn't answered yet."""

    order_id: str
    number: str
    created: datetime
    market: str
    currency: str
    status: str
    since: datetime
    pending: list[str]
    customer: str | None
    customer_email: str | None
    anonymous: bool
    total: str
    paid: str | None
    outstanding: str
    shipments: list[ShipmentRow]


class OrderPage(BaseModel):
    """Some orders, newest first. `after` asks for those that follow; none follow if it is None."""

    orders: list[OrderRow]
    after: str | None


class Count(BaseModel):
    """How many there are; if there are more than that, they weren't counted further."""

    number: int
    more: bool


class Line(BaseModel):
    """A line of a shipment."""

    line_id: str
    sku: str
    name: str
    quantity: int
    placed_price: str
    discount: str
    tax: str
    preorder: bool = False


class Short(BaseModel):
    """An article that the stock is short of, as it was when the shipment asked."""

    sku: str
    wanted: int
    available: int


class Shipment(BaseModel):
    """A shipment in full. `before_hold` is the status that it comes back to."""

    shipment_id: str
    status: str
    before_hold: str | None = None
    since: datetime | None = None
    warehouse: str | None = None
    shipping_method: str
    shipping_cost: str
    shipping_tax: str
    address: Address
    lines: list[Line]
    short: list[Short] = []
    tracking_number: str | None = None
    released_at: datetime | None = None
    shipped_at: datetime | None = None


class Payment(BaseModel):
    """A payment, with what was captured, voided and refunded of it so far.

    `asked` is what its provider hasn't answered yet: capture, void or refund. `reason` is why it
    failed, or why the last of these did, in the provider's words.
    """

    payment_id: str
    method: str
    transaction_type: str
    amount: str
    status: str
    reference: str | None = None
    recorded_at: datetime
    captured: str | None = None
    voided: str | None = None
    refunded: str | None = None
    asked: str | None = None
    reason: str | None = None


class Note(BaseModel):
    """A note, as it was written down."""

    note_id: str
    text: str
    author: str | None = None
    added_at: datetime
    kind: str = "staff"


class Happened(BaseModel):
    """When, by whom and why something came to be."""

    at: datetime
    by: str | None = None
    reason: str | None = None


class OrderDetails(BaseModel):
    """An order in full.

    versions    how far each service's facts are taken in: `order`, `payment`, `shipment`
    incomplete  facts are missing, so something here may be wrong
    """

    order_id: str
    number: str
    created: datetime
    market: str
    currency: str
    status: str
    since: datetime
    pending: list[str]
    held: Happened | None = None
    canceled: Happened | None = None
    customer: Customer | None
    coupons: list[str]
    order_discount: str
    total: str
    paid: str | None
    outstanding: str
    shipments: list[Shipment]
    payments: list[Payment]
    notes: list[Note]
    versions: dict[str, int]
    incomplete: bool


class Tombstone(BaseModel):
    """All that is left of a deleted order."""

    order_id: str
    number: str | None
    who: str | None
    when: datetime


class Entry(BaseModel):
    """Something that happened to an order.

    entry    its name, for `order as of`
    what     in words; `why` where somebody gave a reason
    cause    the message that made it happen: its id, its type where that is known, its entry
             where it is one of this timeline
    """

    entry: str
    at: datetime
    service: str
    version: int
    type: str
    who: str | None
    what: str
    why: str | None
    cause: str | None
    cause_type: str | None
    cause_entry: str | None
    correlation: str | None
    message_id: str
    data: dict[str, Any]


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
    """A shipment of a cart; it has no address before somebody says where it goes."""

    shipment_id: str
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


class CustomerRow(BaseModel):
    """A customer in a list."""

    customer_id: str
    name: str | None
    email: str | None
    phone: str | None


class CustomerAddress(BaseModel):
    """An address of a customer's book."""

    address_id: str
    address: Address


class CustomerDetails(CustomerRow):
    """A customer with the address book."""

    addresses: list[CustomerAddress]
    version: int
    incomplete: bool


class Product(BaseModel):
    """An article. `price` is that of the market asked for; None if it isn't sold there."""

    sku: str
    name: str
    description: str | None
    price: str | None
    url: str | None
    discontinued: bool


class Level(BaseModel):
    """How an article stands in a warehouse; `available` is what is on hand and not allocated."""

    warehouse: str
    sku: str
    on_hand: int
    allocated: int
    available: int
    backordered: int


class LevelPage(BaseModel):
    """Some levels, by SKU; `after` is the last one's."""

    levels: list[Level]
    after: str | None


class Waiting(BaseModel):
    """Who waits for what: a shipment that is short of an article, since when."""

    order_id: str
    number: str
    customer: str | None
    shipment_id: str
    warehouse: str
    sku: str
    wanted: int
    since: datetime


class Pick(BaseModel):
    """An article to fetch, for all shipments together."""

    sku: str
    name: str
    quantity: int
    shipments: int


class ToPack(BaseModel):
    """A shipment to pack, with all that a packing slip says: no prices."""

    order_id: str
    number: str
    shipment_id: str
    status: str
    warehouse: str | None
    since: datetime | None
    shipping_method: str
    address: Address
    lines: list["Packed"]
    tracking_number: str | None = None


class Packed(BaseModel):
    """A line as a warehouse sees it."""

    line_id: str
    sku: str
    name: str
    quantity: int


class PickList(BaseModel):
    """All that a warehouse is to fetch: by article, and by shipment, oldest first."""

    warehouse: str
    articles: list[Pick]
    shipments: list[ToPack]


class Hour(BaseModel):
    """So many in the hour that begins at `hour`."""

    hour: datetime
    number: int


class Age(BaseModel):
    """So many that are older than the age before and at most `up_to_hours` old; None: any age."""

    up_to_hours: int | None
    number: int


class Figures(BaseModel):
    """The home page: today in the zone that was asked for, the last 24 hours, and what waits.

    placed_today   orders created since midnight
    placed         orders created, by hour, of the last 24 hours
    shipped        shipments that have shipped, by hour, of the last 24 hours
    awaiting       shipments that await inventory, by age
    held           orders on hold, by age
    """

    placed_today: int
    placed: list[Hour]
    shipped: list[Hour]
    awaiting: list[Age]
    held: list[Age]
