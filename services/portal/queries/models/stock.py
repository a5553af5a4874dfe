"""How articles stand in the warehouses, and who waits for them."""

from datetime import datetime

from pydantic import BaseModel


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
    """Who waits for what: a shipment that is short of an article, since when.

    `shipment_number` is what people call the shipment; `place` is its place in the queue for the
    article, counted from 1.
    """

    order_id: str
    number: str
    customer: str | None
    shipment_id: str
    shipment_number: int | None = None
    warehouse: str
    sku: str
    wanted: int
    since: datetime
    place: int


class WaitingPage(BaseModel):
    """Some of those who wait; `number` is how many there are altogether."""

    waiting: list[Waiting]
    number: int


class QueuePlace(BaseModel):
    """Where a shipment stands in the queue for an article.

    available   what is on hand and allocated to nobody
    before      who is served first; as long as they want more than there is, what is there is
                kept for them
    """

    available: int
    before: list[Waiting]
