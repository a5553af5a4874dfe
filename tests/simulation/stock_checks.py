"""Checks that nothing is oversold, and that allocations and queue match the shipments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from shared.contracts import Message, stock

Events = Mapping[str, list[Message]]


def wrong(
    events: Events, orders: Mapping[str, Any], inventories: Mapping[str, Any]
) -> Iterator[str]:
    """Yields every wrong level, allocation and backorder."""
    for warehouse, inventory in inventories.items():
        yield from _ledger(f"stock/{warehouse}", events[f"stock/{warehouse}"], inventory)
    allocated = {key for inventory in inventories.values() for key in inventory.allocations}
    queued = {
        shipment.key
        for inventory in inventories.values()
        for shipment in inventory.queue.backorders.values()
    }
    yield from (f"{key}: deleted, but allocated" for key in allocated if key[0] not in orders)
    yield from (f"{key}: deleted, but in the queue" for key in queued if key[0] not in orders)
    for order_id, order in orders.items():
        for which in (key for key in allocated | queued if key[0] == order_id):
            if which[1] not in order.shipments:
                yield f"{which}: no such shipment, but it is allocated or in the queue"
        for shipment in order.shipments.values():
            key = (order_id, shipment.shipment_id)
            has = shipment.is_open and shipment.stock_assigned
            waits = shipment.is_open and shipment.stock_requested and not shipment.stock_assigned
            if (key in allocated) != has:
                yield f"{key}: {shipment.status}, but allocated: {key in allocated}"
            if (key in queued) != waits:
                yield f"{key}: {shipment.status}, but in the queue: {key in queued}"


class _Ledger:
    """Stock on hand and allocations, by the events alone."""

    def __init__(self) -> None:
        self.on_hand: Counter[str] = Counter()
        self._allocated: dict[tuple[str, str], Counter[str]] = {}
        self._counted = False

    @property
    def allocated(self) -> Counter[str]:
        """The allocated quantities by article."""
        return sum(self._allocated.values(), Counter())

    @property
    def oversold(self) -> bool:
        """Whether more is allocated than on hand, which only a count may cause."""
        allocated = self.allocated
        return not self._counted and any(allocated[sku] > self.on_hand[sku] for sku in allocated)

    def add(self, event: Message) -> None:
        """Applies an event."""
        match event:
            case stock.Received():
                self.on_hand[event.sku] += event.quantity
            case stock.Counted():
                self.on_hand[event.sku] = event.quantity
                self._counted = True
            case stock.Allocated():
                pieces = Counter({line.sku: line.quantity for line in event.lines})
                self._allocated[event.order_id, event.shipment_id] = pieces
            case stock.Deallocated() | stock.Backordered():
                self._allocated.pop((event.order_id, event.shipment_id), None)
            case stock.Issued():
                left = self._allocated.pop((event.order_id, event.shipment_id), Counter())
                for sku, quantity in left.items():
                    self.on_hand[sku] = max(0, self.on_hand[sku] - quantity)


def _ledger(name: str, events: list[Message], inventory: Any) -> Iterator[str]:
    ledger = _Ledger()
    for event in events:
        ledger.add(event)
        if ledger.oversold:
            yield f"{name}: oversold at {event.type}: {ledger.allocated} of {ledger.on_hand}"
    allocated = ledger.allocated
    for sku, level in inventory.levels.items():
        expected = (ledger.on_hand[sku], allocated[sku])
        if (level.on_hand, level.allocated) != expected:
            yield f"{name}: {sku} is {level}, by its events {expected}"
