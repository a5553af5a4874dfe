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
    since: datetime | None = None
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
    """A payment, with what was captured, voided and refunded of it so far."""

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
