"""Orders in a list."""

from datetime import datetime

from pydantic import BaseModel


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
