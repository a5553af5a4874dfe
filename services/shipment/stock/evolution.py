"""How events change the stock of a warehouse."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from services.shipment.stock.backorder_queue import Backorder
from services.shipment.stock.state import Inventory, Level
from shared.contracts import Message, stock
from shared.contracts.shipments import Shortage
from shared.contracts.stock import LevelNow


def evolve(inventory: Inventory, event: Message) -> Inventory:
    """Returns `inventory` after `event`, which has the new levels. Changes it in place."""
    _EVOLVE[type(event)](inventory, event)
    return inventory


def _set_levels(inventory: Inventory, event: Any) -> None:
    now: LevelNow
    for now in event.levels:
        inventory.levels[now.sku] = Level(
            now.on_hand,
            now.allocated,
            now.backordered,
            now.quarantined,
            now.safety,
            now.expected,
        )


def _allocated(inventory: Inventory, event: stock.Allocated) -> None:
    _set_levels(inventory, event)
    key = (event.order_id, event.shipment_id)
    inventory.queue.remove(key)
    inventory.offers.pop(key, None)
    inventory.allocations[key] = event.lines  # replaces an earlier allocation


def _backordered(inventory: Inventory, event: stock.Backordered) -> None:
    _set_levels(inventory, event)
    key = (event.order_id, event.shipment_id)
    inventory.allocations.pop(key, None)
    inventory.offers.pop(key, None)
    inventory.queue.add(Backorder(key, event.lines, event.revision, event.others))
    if event.warehouse in event.others:  # it may be split, so less than all of it is of use too
        _note_wanted(inventory, event.short, event.warehouse)


def _freed(inventory: Inventory, event: stock.Deallocated | stock.Issued) -> None:
    _set_levels(inventory, event)
    key = (event.order_id, event.shipment_id)
    inventory.queue.remove(key)
    inventory.offers.pop(key, None)
    inventory.allocations.pop(key, None)


def _unavailable(inventory: Inventory, event: stock.Unavailable) -> None:
    _note_wanted(inventory, event.short, event.waits_at)


def _note_wanted(inventory: Inventory, shortages: Iterable[Shortage], waits_at: str) -> None:
    for short in shortages:
        wanted_at = inventory.wanted.get(short.sku, ())
        if waits_at not in wanted_at:
            inventory.wanted[short.sku] = (*wanted_at, waits_at)


def _available(inventory: Inventory, event: stock.Available) -> None:
    inventory.wanted.pop(event.sku, None)


def _offered(inventory: Inventory, event: stock.Offered) -> None:
    if event.passed_on_by is not None:
        before = (event.passed_on_by.order_id, event.passed_on_by.shipment_id)
        earlier = inventory.offers.pop(before, {})
        if left := {source: skus for source, skus in earlier.items() if source != event.source}:
            inventory.offers[before] = left
    offers = inventory.offers.setdefault((event.order_id, event.shipment_id), {})
    skus = (*offers.get(event.source, ()), *event.skus)
    offers[event.source] = tuple(dict.fromkeys(skus))


_EVOLVE: Mapping[type[Message], Callable[[Inventory, Any], None]] = {
    stock.Received: _set_levels,
    stock.Counted: _set_levels,
    stock.Allocated: _allocated,
    stock.Backordered: _backordered,
    stock.Deallocated: _freed,
    stock.Issued: _freed,
    stock.Returned: _set_levels,
    stock.QuarantineReleased: _set_levels,
    stock.SafetySet: _set_levels,
    stock.Expected: _set_levels,
    stock.Unavailable: _unavailable,
    stock.Available: _available,
    stock.Offered: _offered,
}


EVENTS = tuple(_EVOLVE)
