"""The stock of one warehouse: levels, allocations and the queue of backorders."""

from dataclasses import dataclass, field, replace

from services.shipment.stock.backorder_queue import BackorderQueue, Key
from shared.contracts.stock import ItemQuantity
from shared.contracts.stock_status import ExpectedReceipt


@dataclass(slots=True)
class Level:
    """The quantities of one article. A count may find less than is allocated.

    What is quarantined isn't on hand. `safety` of what is on hand is never allocated. `expected`
    are the receipts that are expected, by day.
    """

    on_hand: int = 0
    allocated: int = 0
    backordered: int = 0
    quarantined: int = 0
    safety: int = 0
    expected: tuple[ExpectedReceipt, ...] = ()

    @property
    def free(self) -> int:
        """The quantity that can be allocated; negative while more is allocated than may be."""
        return self.on_hand - self.allocated - self.safety

    def copy(self) -> "Level":
        """An independent copy."""
        return replace(self)


@dataclass(slots=True)
class Inventory:
    """The stock of one warehouse.

    wanted  for each article, the warehouses in whose queues shipments wait that this one couldn't
            serve, and that may be served once the article is available here
    offers  for each shipment in the queue, the warehouses that it was told to ask, and the articles
            that these have offered
    """

    levels: dict[str, Level] = field(default_factory=dict)
    allocations: dict[Key, tuple[ItemQuantity, ...]] = field(default_factory=dict)
    queue: BackorderQueue = field(default_factory=BackorderQueue)
    wanted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    offers: dict[Key, dict[str, tuple[str, ...]]] = field(default_factory=dict)
