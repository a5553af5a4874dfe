"""The answer to a question about a warehouse's stock: shortages and the queue."""

from shared.contracts.base import Id, Part


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

    `lacking` and `waiting` are the total numbers.
    """

    short: tuple[Lacking, ...]
    lacking: int
    queue: tuple[Queued, ...]
    waiting: int
