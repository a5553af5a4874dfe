"""Where the goods of a shipment would come from, as the answer to a dry run tells it."""

from shared.contracts.base import Id, Part


class AskedWarehouse(Part):
    """A warehouse that would be asked for the goods of a shipment.

    priority   its place among several that may send the shipment, from 1
    available  pieces that it has for the shipment, at most those that the shipment needs
    sends      pieces that it would send
    """

    warehouse: Id
    priority: int | None = None
    available: int
    sends: int


class Sourcing(Part):
    """Where the goods of a shipment would come from, and why: a preview from known stock levels.

    order_id  the order that has the shipment: that of the command, or the one that it would place
    wanted    pieces that the shipment needs
    asked     the warehouses in the order in which they would be asked, up to the one that has all;
              several send if the shipment would be split
    waits     no warehouse has everything: it would wait in the queue of the first
    """

    order_id: Id
    shipment_id: Id
    wanted: int
    asked: tuple[AskedWarehouse, ...]
    waits: bool
