"""A warehouse's stock: goods in, goods set aside, goods out."""

from typing import Annotated

from pydantic import Field

from shared.contracts.base import Count, Id, Message, Part, Quantity, message
from shared.contracts.shipments import Shortage
from shared.contracts.stock_status import Lacking
from shared.contracts.topics import STOCK_ALLOCATIONS, STOCK_COMMANDS, STOCK_EVENTS, STOCK_LEVELS


class ItemQuantity(Part):
    """So many of one item: all lines of a shipment together, so there may be more than in one."""

    sku: Id
    quantity: Annotated[int, Field(ge=1)]


class LevelNow(Part):
    """How an item stands: `available` is what is on hand and not allocated."""

    sku: Id
    on_hand: int
    allocated: int
    backordered: int


class _AboutWarehouse(Message):
    warehouse: Id


class _ForShipment(_AboutWarehouse):
    order_id: Id
    shipment_id: Id


class _ForRevision(_ForShipment):
    """About a shipment's items as they are after so many edits."""

    revision: int = 0


# Commands


@message("waybill.stock.receive.v1", on=STOCK_COMMANDS)
class Receive(_AboutWarehouse):
    """Goods came in: `quantity` is added."""

    sku: Id
    quantity: Quantity


@message("waybill.stock.count.v1", on=STOCK_COMMANDS)
class CountStock(_AboutWarehouse):
    """Somebody counted: `quantity` is what is on hand."""

    sku: Id
    quantity: Count


@message("waybill.stock.allocate.v1", on=STOCK_COMMANDS)
class Allocate(_ForRevision):
    """Set all of these aside for a shipment, or queue it. Asked by the shipment service."""

    lines: tuple[ItemQuantity, ...]


@message("waybill.stock.reallocate.v1", on=STOCK_COMMANDS)
class Reallocate(_ForRevision):
    """The shipment needs these now, and not what it asked for. Asked by the shipment service."""

    lines: tuple[ItemQuantity, ...]


@message("waybill.stock.deallocate.v1", on=STOCK_COMMANDS)
class Deallocate(_ForShipment):
    """The shipment wants nothing any more. Asked by the shipment service."""


@message("waybill.stock.issue.v1", on=STOCK_COMMANDS)
class Issue(_ForShipment):
    """The shipment has left with what was set aside. Asked by the shipment service."""


# Questions


@message("waybill.stock.explain.v1", on=STOCK_COMMANDS)
class Explain(_AboutWarehouse):
    """Who has less than was set aside for them, and who waits? Of one article, or of all."""

    sku: Id | None = None


# Events


class _Change(_AboutWarehouse):
    """Every event says how the items that it touched stand after it."""

    levels: tuple[LevelNow, ...]


class _ChangeForShipment(_Change):
    order_id: Id
    shipment_id: Id


class _Answer(_ChangeForShipment):
    lines: tuple[ItemQuantity, ...]
    revision: int = 0


@message("waybill.stock.received.v1", on=STOCK_EVENTS)
class Received(_Change):
    """Goods came in."""

    sku: Id
    quantity: Quantity


@message("waybill.stock.counted.v1", on=STOCK_EVENTS)
class Counted(_Change):
    """What is on hand was set by a count.

    `short` are those who have more set aside than there is now, whoever came last first; 1,000 at
    most are named.
    """

    sku: Id
    quantity: Count
    short: tuple[Lacking, ...] = ()


@message("waybill.stock.allocated.v1", on=STOCK_EVENTS)
class Allocated(_Answer):
    """A shipment got all that it needs."""


@message("waybill.stock.backordered.v1", on=STOCK_EVENTS)
class Backordered(_Answer):
    """A shipment got nothing and waits for its turn."""

    short: tuple[Shortage, ...]


@message("waybill.stock.deallocated.v1", on=STOCK_EVENTS)
class Deallocated(_ChangeForShipment):
    """What was set aside is free again, or the place in the queue is."""


@message("waybill.stock.issued.v1", on=STOCK_EVENTS)
class Issued(_ChangeForShipment):
    """What was set aside has left the house."""


# What others hear


@message("waybill.stock.allocated.v1", on=STOCK_ALLOCATIONS)
class AllocationMade(_ForRevision):
    """The answer to `Allocate` or `Reallocate`: all of it, now or after waiting."""


@message("waybill.stock.backordered.v1", on=STOCK_ALLOCATIONS)
class AllocationShort(_ForRevision):
    """The answer to `Allocate` or `Reallocate`: not yet."""

    short: tuple[Shortage, ...]


@message("waybill.stock.level.v1", on=STOCK_LEVELS)
class Level(_AboutWarehouse):
    """The present level of one item in one warehouse."""

    sku: Id
    on_hand: int
    allocated: int
    available: int
    backordered: int
