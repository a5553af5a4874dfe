"""A warehouse's stock: receiving, counting, allocating and issuing goods."""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.base import Count, Id, Message, Part, Quantity, message
from shared.contracts.returns import ReturnedGoods
from shared.contracts.shipments import Shortage
from shared.contracts.stock_status import ExpectedReceipt, Lacking, ReceiptDate
from shared.contracts.topics import STOCK_ALLOCATIONS, STOCK_COMMANDS, STOCK_EVENTS, STOCK_LEVELS


class ItemQuantity(Part):
    """A quantity of an article: the sum of all lines of a shipment."""

    sku: Id
    quantity: Annotated[int, Field(ge=1)]


class ShipmentKey(Part):
    """Identifies a shipment."""

    order_id: Id
    shipment_id: Id


class LevelNow(Part):
    """The level of an article after an event.

    On hand, minus allocated, minus `safety`, is available. Goods in quarantine aren't on hand.
    `expected` are receipts that are expected, the earliest first.
    """

    sku: Id
    on_hand: int
    allocated: int
    backordered: int
    quarantined: int = 0
    safety: int = 0
    expected: tuple[ExpectedReceipt, ...] = ()


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
    """Record received goods: `quantity` is added to what is on hand.

    They are those that were expected, the earliest first.
    """

    sku: Id
    quantity: Quantity


@message("waybill.stock.count.v1", on=STOCK_COMMANDS)
class CountStock(_AboutWarehouse):
    """Record a count: `quantity` is what is on hand."""

    sku: Id
    quantity: Count


@message("waybill.stock.set-safety.v1", on=STOCK_COMMANDS)
class SetSafety(_AboutWarehouse):
    """Set the safety stock of an article: so much of what is on hand is never allocated.

    What is allocated already stays allocated.
    """

    sku: Id
    quantity: Count


@message("waybill.stock.expect.v1", on=STOCK_COMMANDS)
class Expect(_AboutWarehouse):
    """Set how much of an article is expected on a day, which is shown to whoever waits for it.

    A quantity of 0 means that nothing is expected that day any more.
    """

    sku: Id
    quantity: Count
    expected_on: ReceiptDate


@message("waybill.stock.allocate.v1", on=STOCK_COMMANDS)
class Allocate(_ForRevision):
    """Allocate all of these lines to a shipment, or queue it.

    `others` are the other warehouses that may send it; this one is among them if it may be split.
    Internal: only the shipment service sends it.
    """

    lines: tuple[ItemQuantity, ...]
    others: tuple[Id, ...] = ()


@message("waybill.stock.reallocate.v1", on=STOCK_COMMANDS)
class Reallocate(_ForRevision):
    """Replace what a shipment has requested by these lines.

    Internal: only the shipment service sends it.
    """

    lines: tuple[ItemQuantity, ...]
    others: tuple[Id, ...] = ()


@message("waybill.stock.try-allocate.v1", on=STOCK_COMMANDS)
class TryAllocate(_ForRevision):
    """Allocate all of these lines to a shipment that waits at another warehouse, or decline.

    Never queues it. The warehouse where it waits may be asked too, for what it has of it. Internal:
    only the shipment service sends it.
    """

    lines: tuple[ItemQuantity, ...]
    waits_at: Id


@message("waybill.stock.offer.v1", on=STOCK_COMMANDS)
class Offer(_AboutWarehouse):
    """Tell the first shipment in the queue that wants these articles: `source` has some of them.

    Internal: the stock of a warehouse sends it to that of another, or to itself for shipments that
    may be split.
    """

    source: Id
    skus: tuple[Id, ...]


@message("waybill.stock.pass-on.v1", on=STOCK_COMMANDS)
class PassOn(_ForShipment):
    """Make the offer of `source` to the next shipment in the queue: this one couldn't use it.

    `gone` are the articles of which `source` has nothing left. Internal: only the shipment service
    sends it.
    """

    source: Id
    gone: tuple[Id, ...] = ()


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


@message("waybill.stock.take-back.v1", on=STOCK_COMMANDS)
class TakeBack(_AboutWarehouse):
    """Take the goods of a return into the stock.

    Internal: only the order service sends it.
    """

    order_id: Id
    return_id: Id
    goods: tuple[ReturnedGoods, ...]


@message("waybill.stock.release-quarantine.v1", on=STOCK_COMMANDS)
class ReleaseQuarantine(_AboutWarehouse):
    """Restock goods that are in quarantine, or write them off."""

    sku: Id
    quantity: Quantity
    disposition: Literal["restock", "write-off"]


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


@message("waybill.stock.safety-set.v1", on=STOCK_EVENTS)
class SafetySet(_Change):
    """The safety stock of an article was set."""

    sku: Id
    quantity: Count


@message("waybill.stock.expected.v1", on=STOCK_EVENTS)
class Expected(_Change):
    """So much of an article is expected on a day."""

    sku: Id
    quantity: Count
    expected_on: ReceiptDate


@message("waybill.stock.allocated.v1", on=STOCK_EVENTS)
class Allocated(_Answer):
    """Everything that a shipment needs was allocated to it."""


@message("waybill.stock.backordered.v1", on=STOCK_EVENTS)
class Backordered(_Answer):
    """Nothing was allocated to a shipment; it waits in the queue.

    `others` are the other warehouses that may send it.
    """

    short: tuple[Shortage, ...]
    others: tuple[Id, ...] = ()


@message("waybill.stock.unavailable.v1", on=STOCK_EVENTS)
class Unavailable(_ChangeForShipment):
    """Nothing was allocated to a shipment, which waits at another warehouse."""

    short: tuple[Shortage, ...]
    waits_at: Id
    revision: int = 0


@message("waybill.stock.available.v1", on=STOCK_EVENTS)
class Available(_Change):
    """An article that shipments wait for in the queues of other warehouses became available."""

    sku: Id
    wanted_at: tuple[Id, ...]


@message("waybill.stock.offered.v1", on=STOCK_EVENTS)
class Offered(_ChangeForShipment):
    """A shipment in the queue was told that another warehouse, `source`, has goods that it wants.

    `passed_on_by` is the shipment that was told before and couldn't use them.
    """

    source: Id
    skus: tuple[Id, ...]
    revision: int = 0
    passed_on_by: ShipmentKey | None = None


@message("waybill.stock.deallocated.v1", on=STOCK_EVENTS)
class Deallocated(_ChangeForShipment):
    """A shipment's allocation, or its position in the queue, was given up."""


@message("waybill.stock.issued.v1", on=STOCK_EVENTS)
class Issued(_ChangeForShipment):
    """A shipment's allocated stock has left the warehouse."""


@message("waybill.stock.returned.v1", on=STOCK_EVENTS)
class Returned(_Change):
    """Goods of a return were restocked, put into quarantine or written off."""

    order_id: Id
    return_id: Id
    goods: tuple[ReturnedGoods, ...]


@message("waybill.stock.quarantine-released.v1", on=STOCK_EVENTS)
class QuarantineReleased(_Change):
    """Goods in quarantine were restocked or written off."""

    sku: Id
    quantity: Quantity
    disposition: Literal["restock", "write-off"]


# Answers and levels


@message("waybill.stock.allocated.v1", on=STOCK_ALLOCATIONS)
class AllocationMade(_ForRevision):
    """The answer to `Allocate`, `Reallocate` or `TryAllocate`: everything was allocated, at once or
    later.
    """


@message("waybill.stock.backordered.v1", on=STOCK_ALLOCATIONS)
class AllocationShort(_ForRevision):
    """The answer to `Allocate` or `Reallocate`: the shipment was queued."""

    short: tuple[Shortage, ...]


@message("waybill.stock.unavailable.v1", on=STOCK_ALLOCATIONS)
class AllocationUnavailable(_ForRevision):
    """The answer to `TryAllocate` if something is short; the shipment was not queued."""

    short: tuple[Shortage, ...]


@message("waybill.stock.offered.v1", on=STOCK_ALLOCATIONS)
class AllocationOffered(_ForRevision):
    """A shipment in the queue of `warehouse` may get its goods from `source`."""

    source: Id


@message("waybill.stock.level.v1", on=STOCK_LEVELS)
class Level(_AboutWarehouse):
    """The present level of an article in a warehouse."""

    sku: Id
    on_hand: int
    allocated: int
    available: int
    backordered: int
    quarantined: int = 0
    safety: int = 0
    expected: tuple[ExpectedReceipt, ...] = ()
