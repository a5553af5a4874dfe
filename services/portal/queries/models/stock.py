"""Stock levels, and the shipments that wait for stock."""

from datetime import date, datetime

from pydantic import BaseModel


class ExpectedReceipt(BaseModel):
    """Goods that a warehouse expects on a day."""

    warehouse: str
    expected_on: date
    quantity: int


class Level(BaseModel):
    """The level of a SKU in a warehouse.

    `available` is on hand, not allocated and not safety stock. `quarantined` units came back and
    aren't on hand.
    """

    warehouse: str
    sku: str
    on_hand: int
    allocated: int
    available: int
    backordered: int
    quarantined: int = 0
    safety: int = 0
    expected: list[ExpectedReceipt] = []


class VersionedLevel(Level):
    """A level, at least as new as `version` of its warehouse's stream.

    `version` is None if no event of the warehouse is known, only levels: its topic keeps no events
    that are as old.
    """

    version: int | None


class LevelPage(BaseModel):
    """A page of levels, by SKU. `after` is the cursor of the next page, if there is one."""

    levels: list[Level]
    after: str | None


class Waiting(BaseModel):
    """A shipment that waits for stock of a SKU, with the time since when.

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


class QueuePosition(BaseModel):
    """The position of a shipment in the queue for a SKU.

    available   units on hand that aren't allocated
    before      the shipments ahead in the queue; available units are kept for them until their
                whole quantity can be allocated
    expected    the goods that any warehouse expects, the earliest first
    """

    available: int
    before: list[Waiting]
    expected: list[ExpectedReceipt] = []
