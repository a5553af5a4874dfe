"""The answer to a question about a warehouse's stock: shortages and the queue."""

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.contracts.base import Count, Id, Part

ReceiptDate = Annotated[date, Field(ge=date(1970, 1, 1), le=date(2199, 12, 31))]


class ExpectedReceipt(Part):
    """Goods that a warehouse expects on a day."""

    expected_on: ReceiptDate
    quantity: Count


class ExpectedGoods(ExpectedReceipt):
    """The same, with the article."""

    sku: Id


class Lacking(Part):
    """A shipment with more allocated than is on hand: it lacks `lacks` units of an article."""

    order_id: Id
    shipment_id: Id
    sku: Id
    lacks: int


class Wanted(Part):
    """A quantity of an article that a shipment waits for."""

    sku: Id
    quantity: int


class Queued(Part):
    """A queued shipment with everything that it waits for. It gets all of it at once."""

    place: int
    order_id: Id
    shipment_id: Id
    lines: tuple[Wanted, ...]


class StockStatus(Part):
    """Shipments that lack allocated stock, and the queue: the first 1,000 of each.

    `lacking` and `waiting` are the total numbers. `expected` are the goods that are expected, the
    earliest of each article first; at most 1,000 too.
    """

    short: tuple[Lacking, ...]
    lacking: int
    queue: tuple[Queued, ...]
    waiting: int
    expected: tuple[ExpectedGoods, ...] = ()
