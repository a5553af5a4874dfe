"""Orders in a list."""

from datetime import datetime

from pydantic import BaseModel


class ShipmentRow(BaseModel):
    """A shipment in brief. `pieces` counts its units; `waits_for` lists the SKUs it is short of."""

    shipment_id: str
    status: str
    warehouse: str | None = None
    since: datetime
    shipped_at: datetime | None = None
    lines: int
    pieces: int
    waits_for: list[str] = []


class OrderRow(BaseModel):
    """An order in a list. `pending` lists its requests that aren't answered yet."""

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
    """A page of orders, newest first. `after` is the cursor of the next page, if there is one.

    A search examines a bounded number of orders. Where that ends before the page is full,
    `searched_to` says how far back it got, and `after` continues there.
    """

    orders: list[OrderRow]
    after: str | None
    searched_to: datetime | None = None


class MatchedRow(OrderRow):
    """An order that the search box found; `matched` is the filter by which."""

    matched: str


class MatchedPage(BaseModel):
    """A page of such orders, as `OrderPage`."""

    orders: list[MatchedRow]
    after: str | None
    searched_to: datetime | None = None


class Count(BaseModel):
    """A count; `more` means that counting stopped at this number, and there may be more."""

    number: int
    more: bool
