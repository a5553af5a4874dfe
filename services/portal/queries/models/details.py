"""An order in full, or what is left of it."""

from datetime import datetime

from pydantic import BaseModel

from shared.contracts.address import Address, Customer


class Line(BaseModel):
    """A line of a shipment. `manual_discount` is what was set by hand of its discount."""

    line_id: str
    sku: str
    name: str
    quantity: int
    placed_price: str
    discount: str
    tax: str
    preorder: bool = False
    manual_discount: str | None = None


class Short(BaseModel):
    """An article that the stock is short of, as it was when the shipment asked."""

    sku: str
    wanted: int
    available: int


class Shipment(BaseModel):
    """A shipment in full. `before_hold` is the status that it comes back to.

    `number` is what people call it, whatever its id; it stays when others go away.
    `shipping_price` is what the method costs before discounts, if that is more.
    """

    shipment_id: str
    number: int = 1
    status: str
    before_hold: str | None = None
    since: datetime | None = None
    warehouse: str | None = None
    shipping_method: str
    shipping_cost: str
    shipping_tax: str
    shipping_price: str | None = None
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
    shipment_numbers  the number of every shipment that it has or had, by id
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
    manual_discount: str | None = None
    total: str
    paid: str | None
    outstanding: str
    shipments: list[Shipment]
    payments: list[Payment]
    notes: list[Note]
    versions: dict[str, int]
    incomplete: bool
    shipment_numbers: dict[str, int] = {}


class Tombstone(BaseModel):
    """All that is left of a deleted order."""

    order_id: str
    number: str | None
    who: str | None
    when: datetime
