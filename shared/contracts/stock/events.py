"""Events of a warehouse's stock."""

from typing import Literal

from shared.contracts.base import Count, Id, Quantity, message
from shared.contracts.returns import ReturnedGoods
from shared.contracts.shipments import Shortage
from shared.contracts.stock.parts import AboutWarehouse, ItemQuantity, LevelNow, ShipmentKey
from shared.contracts.stock_status import Lacking, ReceiptDate
from shared.contracts.topics import STOCK_EVENTS


class _Change(AboutWarehouse):
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
