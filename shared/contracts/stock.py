"""A warehouse's stock: receiving, counting, allocating and issuing goods."""

from typing import Annotated

from pydantic import Field

from shared.contracts.base import Count, Id, Message, Part, Quantity, message
from shared.contracts.shipments import Shortage
from shared.contracts.stock_status import Lacking
from shared.contracts.topics import STOCK_ALLOCATIONS, STOCK_COMMANDS, STOCK_EVENTS, STOCK_LEVELS


class ItemQuantity(Part):
    """A quantity of an article: the sum of all lines of a shipment."""

    sku: Id
    quantity: Annotated[int, Field(ge=1)]


class LevelNow(Part):
    """The level of an article after an event; on hand minus allocated is available."""

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
    """About a shipment's items after `revision` edits."""

    revision: int = 0


# Commands


@message("waybill.stock.receive.v1", on=STOCK_COMMANDS)
class Receive(_AboutWarehouse):
    """Record received goods: `quantity` is added to what is on hand."""

    sku: Id
    quantity: Quantity


@message("waybill.stock.count.v1", on=STOCK_COMMANDS)
class CountStock(_AboutWarehouse):
    """Record a count: `quantity` is what is on hand."""

    sku: Id
    quantity: Count


@message("waybill.stock.allocate.v1", on=STOCK_COMMANDS)
class Allocate(_ForRevision):
    """Allocate all of these lines to a shipment, or queue it.

    Internal: only the shipment service sends it.
    """

    lines: tuple[ItemQuantity, ...]


@message("waybill.stock.reallocate.v1", on=STOCK_COMMANDS)
class Reallocate(_ForRevision):
    """Replace what a shipment has requested by these lines.

    Internal: only the shipment service sends it.
    """

    lines: tuple[ItemQuantity, ...]


@message("waybill.stock.deallocate.v1", on=STOCK_COMMANDS)
class Deallocate(_ForShipment):
    """Give up a shipment's allocation, or its position in the queue.

    Internal: only the shipment service sends it.
    """


@message("waybill.stock.issue.v1", on=STOCK_COMMANDS)
class Issue(_ForShipment):
    """Issue the allocated stock: the shipment has left the warehouse.

    Internal: only the shipment service sends it.
    """


# Questions


@message("waybill.stock.explain.v1", on=STOCK_COMMANDS)
class Explain(_AboutWarehouse):
    """Which shipments lack allocated stock, and which are queued? For one article, or for all."""

    sku: Id | None = None


# Events


class _Change(_AboutWarehouse):
    """Base of stock events, with the levels of the affected articles after the event."""

    levels: tuple[LevelNow, ...]


class _ChangeForShipment(_Change):
    order_id: Id
    shipment_id: Id


class _Answer(_ChangeForShipment):
    lines: tuple[ItemQuantity, ...]
    revision: int = 0


@message("waybill.stock.received.v1", on=STOCK_EVENTS)
class Received(_Change):
    """Goods were received."""

    sku: Id
    quantity: Quantity


@message("waybill.stock.counted.v1", on=STOCK_EVENTS)
class Counted(_Change):
    """What is on hand was set by a count.

    `short` lists the shipments that lack allocated stock now, the latest first, at most 1,000.
    """

    sku: Id
    quantity: Count
    short: tuple[Lacking, ...] = ()


@message("waybill.stock.allocated.v1", on=STOCK_EVENTS)
class Allocated(_Answer):
    """Everything that a shipment needs was allocated to it."""


@message("waybill.stock.backordered.v1", on=STOCK_EVENTS)
class Backordered(_Answer):
    """Nothing was allocated to a shipment; it waits in the queue."""

    short: tuple[Shortage, ...]


@message("waybill.stock.deallocated.v1", on=STOCK_EVENTS)
class Deallocated(_ChangeForShipment):
    """A shipment's allocation, or its position in the queue, was given up."""


@message("waybill.stock.issued.v1", on=STOCK_EVENTS)
class Issued(_ChangeForShipment):
    """A shipment's allocated stock has left the warehouse."""


# Answers and levels


@message("waybill.stock.allocated.v1", on=STOCK_ALLOCATIONS)
class AllocationMade(_ForRevision):
    """The answer to `Allocate` or `Reallocate`: everything was allocated, at once or later."""


@message("waybill.stock.backordered.v1", on=STOCK_ALLOCATIONS)
class AllocationShort(_ForRevision):
    """The answer to `Allocate` or `Reallocate`: the shipment was queued."""

    short: tuple[Shortage, ...]


@message("waybill.stock.level.v1", on=STOCK_LEVELS)
class Level(_AboutWarehouse):
    """The present level of an article in a warehouse."""

    sku: Id
    on_hand: int
    allocated: int
    available: int
    backordered: int
