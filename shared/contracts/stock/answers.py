"""What a warehouse's stock answers to shipments, and tells everybody: its levels."""

from shared.contracts.base import Id, message
from shared.contracts.shipments import Shortage
from shared.contracts.stock.parts import AboutWarehouse, ForRevision
from shared.contracts.stock_status import ExpectedReceipt
from shared.contracts.topics import STOCK_ALLOCATIONS, STOCK_LEVELS


@message("waybill.stock.allocated.v1", on=STOCK_ALLOCATIONS)
class AllocationMade(ForRevision):
    """The answer to `Allocate`, `Reallocate` or `TryAllocate`: everything was allocated, at once or
    later.
    """


@message("waybill.stock.backordered.v1", on=STOCK_ALLOCATIONS)
class AllocationShort(ForRevision):
    """The answer to `Allocate` or `Reallocate`: the shipment was queued."""

    short: tuple[Shortage, ...]


@message("waybill.stock.unavailable.v1", on=STOCK_ALLOCATIONS)
class AllocationUnavailable(ForRevision):
    """The answer to `TryAllocate` if something is short; the shipment was not queued."""

    short: tuple[Shortage, ...]


@message("waybill.stock.offered.v1", on=STOCK_ALLOCATIONS)
class AllocationOffered(ForRevision):
    """A shipment in the queue of `warehouse` may get its goods from `source`."""

    source: Id


@message("waybill.stock.level.v1", on=STOCK_LEVELS)
class Level(AboutWarehouse):
    """The present level of an article in a warehouse."""

    sku: Id
    on_hand: int
    allocated: int
    available: int
    backordered: int
    quarantined: int = 0
    safety: int = 0
    expected: tuple[ExpectedReceipt, ...] = ()
