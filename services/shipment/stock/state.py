"""The stock of one warehouse: levels, allocations and the queue of backorders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.shipment.stock.backorder_queue import Backorder, BackorderQueue, Key
from shared.contracts import Message, stock
from shared.contracts.stock import ItemQuantity, LevelNow


@dataclass(slots=True)
class Level:
    """The quantities of one article. A count may find less than is allocated."""

    on_hand: int = 0
    allocated: int = 0
    backordered: int = 0

    @property
    def free(self) -> int:
        """The quantity that can be allocated; negative while more is allocated than on hand."""
        return self.on_hand - self.allocated

    def copy(self) -> "Level":
        """An independent copy."""
        return Level(self.on_hand, self.allocated, self.backordered)


@dataclass(slots=True)
class Inventory:
    """The stock of one warehouse."""

    levels: dict[str, Level] = field(default_factory=dict)
    allocations: dict[Key, tuple[ItemQuantity, ...]] = field(default_factory=dict)
    queue: BackorderQueue = field(default_factory=BackorderQueue)


def evolve(inventory: Inventory, event: Message) -> Inventory:
    """Returns `inventory` after `event`, which has the new levels. Changes it in place."""
    _EVOLVE[type(event)](inventory, event)
    return inventory


def _set_levels(inventory: Inventory, event: Any) -> None:
    now: LevelNow
    for now in event.levels:
        inventory.levels[now.sku] = Level(now.on_hand, now.allocated, now.backordered)


def _allocated(inventory: Inventory, event: stock.Allocated) -> None:
    _set_levels(inventory, event)
    key = (event.order_id, event.shipment_id)
    inventory.queue.remove(key)
    inventory.allocations[key] = event.lines  # replaces an earlier allocation


def _backordered(inventory: Inventory, event: stock.Backordered) -> None:
    _set_levels(inventory, event)
    key = (event.order_id, event.shipment_id)
    inventory.allocations.pop(key, None)
    inventory.queue.add(Backorder(key, event.lines, event.revision))


def _freed(inventory: Inventory, event: stock.Deallocated | stock.Issued) -> None:
    _set_levels(inventory, event)
    key = (event.order_id, event.shipment_id)
    inventory.queue.remove(key)
    inventory.allocations.pop(key, None)


_EVOLVE: Mapping[type[Message], Callable[[Inventory, Any], None]] = {
    stock.Received: _set_levels,
    stock.Counted: _set_levels,
    stock.Allocated: _allocated,
    stock.Backordered: _backordered,
    stock.Deallocated: _freed,
    stock.Issued: _freed,
}

EVENTS = tuple(_EVOLVE)
