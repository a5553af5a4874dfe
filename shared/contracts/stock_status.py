"""Who has less than was set aside for them in a warehouse, and who waits there."""

from shared.contracts.base import Id, Part


class Lacking(Part):
    """A shipment with more set aside than there is: it lacks so many pieces of an article."""

    order_id: Id
    shipment_id: Id
    sku: Id
    lacks: int


class Wanted(Part):
    """So many pieces of an article that a shipment waits for."""

    sku: Id
    quantity: int


class Queued(Part):
    """A shipment that waits, with all that it waits for: it gets everything or nothing."""

    place: int
    order_id: Id
    shipment_id: Id
    lines: tuple[Wanted, ...]


class StockStatus(Part):
    """How a warehouse stands: who is short and who waits, the first 1,000 of each.

    `lacking` and `waiting` say how many there are in all.
    """

    short: tuple[Lacking, ...]
    lacking: int
    queue: tuple[Queued, ...]
    waiting: int
