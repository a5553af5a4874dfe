"""What is in one warehouse, for whom it is set aside, and who waits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.shipment.stock.backorder_queue import Backorder, BackorderQueue, Key
from shared.contracts import Message, stock
from shared.contracts.stock import LevelNow, Pieces


@dataclass(slots=True)
class Level:
    """How one article stands. A count may find less than is allocated."""

    on_hand: int = 0
    allocated: int = 0
    backordered: int = 0

    @property
    def free(self) -> int:
        """What can still be allocated; negative while a count is below what is allocated."""
        return self.on_hand - self.allocated

    def copy(self) -> "Level":
        """Another one, just like it."""
        return Level(self.on_hand, self.allocated, self.backordered)


@dataclass(slots=True)
class Inventory:
    """The stock of one warehouse."""

    levels: dict[str, Level] = field(default_factory=dict)
    allocations: dict[Key, tuple[Pieces, ...]] = field(default_factory=dict)
    queue: BackorderQueue = field(default_factory=BackorderQueue)


def evolve(inventory: Inventory, event: Message) -> Inventory:
    """`inventory` after `event`, whose levels are the new ones."""
    _EVOLVE[type(event)](inventory, event)
    return inventory


def _levelled(inventory: Inventory, event: Any) -> None:
    now: LevelNow
    for now in event.levels:
        inventory.levels[now.sku] = Level(now.on_hand, now.allocated, now.backordered)


def _allocated(inventory: Inventory, event: stock.Allocated) -> None:
    _levelled(inventory, event)
    key = (event.order_id, event.shipment_id)
    inventory.queue.leave(key)
    inventory.allocations[key] = event.lines  # in place of what it had, if it had anything


def _backordered(inventory: Inventory, event: stock.Backordered) -> None:
    _levelled(inventory, event)
    key = (event.order_id, event.shipment_id)
    inventory.allocations.pop(key, None)
    inventory.queue.join(Backorder(key, event.lines, event.revision))


def _gone(inventory: Inventory, event: stock.Deallocated | stock.Issued) -> None:
    _levelled(inventory, event)
    key = (event.order_id, event.shipment_id)
    inventory.queue.leave(key)
    inventory.allocations.pop(key, None)


_EVOLVE: Mapping[type[Message], Callable[[Inventory, Any], None]] = {
    stock.Received: _levelled,
    stock.Counted: _levelled,
    stock.Allocated: _allocated,
    stock.Backordered: _backordered,
    stock.Deallocated: _gone,
    stock.Issued: _gone,
}

EVENTS = tuple(_EVOLVE)
