"""Commands and questions about a warehouse's stock."""

from typing import Literal

from shared.contracts.base import Count, Id, Quantity, message
from shared.contracts.returns import ReturnedGoods
from shared.contracts.stock.parts import AboutWarehouse, ForRevision, ForShipment, ItemQuantity
from shared.contracts.stock_status import ReceiptDate
from shared.contracts.topics import STOCK_COMMANDS


@message("waybill.stock.receive.v1", on=STOCK_COMMANDS)
class Receive(AboutWarehouse):
    """Record received goods: `quantity` is added to what is on hand.

    They are those that were expected, the earliest first.
    """

    sku: Id
    quantity: Quantity


@message("waybill.stock.count.v1", on=STOCK_COMMANDS)
class CountStock(AboutWarehouse):
    """Record a count: `quantity` is what is on hand."""

    sku: Id
    quantity: Count


@message("waybill.stock.set-safety.v1", on=STOCK_COMMANDS)
class SetSafety(AboutWarehouse):
    """Set the safety stock of an article: so much of what is on hand is never allocated.

    What is allocated already stays allocated.
    """

    sku: Id
    quantity: Count


@message("waybill.stock.expect.v1", on=STOCK_COMMANDS)
class Expect(AboutWarehouse):
    """Set how much of an article is expected on a day, which is shown to whoever waits for it.

    A quantity of 0 means that nothing is expected that day any more.
    """

    sku: Id
    quantity: Count
    expected_on: ReceiptDate


@message("waybill.stock.allocate.v1", on=STOCK_COMMANDS)
class Allocate(ForRevision):
    """Allocate all of these lines to a shipment, or queue it.

    `others` are the other warehouses that may send it; this one is among them if it may be split.
    Internal: only the shipment service sends it.
    """

    lines: tuple[ItemQuantity, ...]
    others: tuple[Id, ...] = ()


@message("waybill.stock.reallocate.v1", on=STOCK_COMMANDS)
class Reallocate(ForRevision):
    """Replace what a shipment has requested by these lines.

    Internal: only the shipment service sends it.
    """

    lines: tuple[ItemQuantity, ...]
    others: tuple[Id, ...] = ()


@message("waybill.stock.try-allocate.v1", on=STOCK_COMMANDS)
class TryAllocate(ForRevision):
    """Allocate all of these lines to a shipment that waits at another warehouse, or decline.

    Never queues it. The warehouse where it waits may be asked too, for what it has of it. Internal:
    only the shipment service sends it.
    """

    lines: tuple[ItemQuantity, ...]
    waits_at: Id


@message("waybill.stock.offer.v1", on=STOCK_COMMANDS)
class Offer(AboutWarehouse):
    """Tell the first shipment in the queue that wants these articles: `source` has some of them.

    Internal: the stock of a warehouse sends it to that of another, or to itself for shipments that
    may be split.
    """

    source: Id
    skus: tuple[Id, ...]


@message("waybill.stock.pass-on.v1", on=STOCK_COMMANDS)
class PassOn(ForShipment):
    """Make the offer of `source` to the next shipment in the queue: this one couldn't use it.

    `gone` are the articles of which `source` has nothing left. Internal: only the shipment service
    sends it.
    """

    source: Id
    gone: tuple[Id, ...] = ()


@message("waybill.stock.deallocate.v1", on=STOCK_COMMANDS)
class Deallocate(ForShipment):
    """Give up a shipment's allocation, or its position in the queue.

    Internal: only the shipment service sends it.
    """


@message("waybill.stock.issue.v1", on=STOCK_COMMANDS)
class Issue(ForShipment):
    """Issue the allocated stock: the shipment has left the warehouse.

    Internal: only the shipment service sends it.
    """


@message("waybill.stock.take-back.v1", on=STOCK_COMMANDS)
class TakeBack(AboutWarehouse):
    """Take the goods of a return into the stock.

    Internal: only the order service sends it.
    """

    order_id: Id
    return_id: Id
    goods: tuple[ReturnedGoods, ...]


@message("waybill.stock.release-quarantine.v1", on=STOCK_COMMANDS)
class ReleaseQuarantine(AboutWarehouse):
    """Restock goods that are in quarantine, or write them off."""

    sku: Id
    quantity: Quantity
    disposition: Literal["restock", "write-off"]


@message("waybill.stock.explain.v1", on=STOCK_COMMANDS)
class Explain(AboutWarehouse):
    """Which shipments lack allocated stock, and which are queued? For one article, or for all."""

    sku: Id | None = None
