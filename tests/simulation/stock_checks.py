"""Nothing is oversold: what is set aside is there, and belongs to a shipment that wants it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from shared.contracts import Message, stock

Events = Mapping[str, list[Message]]


def wrong(
    events: Events, orders: Mapping[str, Any], inventories: Mapping[str, Any]
) -> Iterator[str]:
    """What doesn't add up."""
    for warehouse, inventory in inventories.items():
        yield from _ledger(f"stock/{warehouse}", events[f"stock/{warehouse}"], inventory)
    allocated = {key for inventory in inventories.values() for key in inventory.allocations}
    queued = {
        shipment.key
        for inventory in inventories.values()
        for shipment in inventory.queue.backorders.values()
    }
    yield from (f"{key}: deleted, and an allocation" for key in allocated if key[0] not in orders)
    yield from (f"{key}: deleted, and in the queue" for key in queued if key[0] not in orders)
    for order_id, order in orders.items():
        for which in (key for key in allocated | queued if key[0] == order_id):
            if which[1] not in order.shipments:
                yield f"{which}: the shipment is gone, and the stock knows it"
        for shipment in order.shipments.values():
            key = (order_id, shipment.shipment_id)
            has = shipment.is_open and shipment.stock_assigned
            waits = shipment.is_open and shipment.stock_requested and not shipment.stock_assigned
            if (key in allocated) != has:
                yield f"{key}: {shipment.status}, and an allocation: {key in allocated}"
            if (key in queued) != waits:
                yield f"{key}: {shipment.status}, and in the queue: {key in queued}"


class _Books:
    """What came, was set aside and left, kept by the events alone."""

    def __init__(self) -> None:
        self.on_hand: Counter[str] = Counter()
        self._aside: dict[tuple[str, str], Counter[str]] = {}
        self._counted = False

    @property
    def held(self) -> Counter[str]:
        """What is set aside, for all together."""
        return sum(self._aside.values(), Counter())

    @property
    def oversold(self) -> bool:
        """Whether more is set aside than is there. Only a count may find that."""
        held = self.held
        return not self._counted and any(held[sku] > self.on_hand[sku] for sku in held)

    def note(self, event: Message) -> None:
        """Writes down what happened."""
        match event:
            case stock.Received():
                self.on_hand[event.sku] += event.quantity
            case stock.Counted():
                self.on_hand[event.sku] = event.quantity
                self._counted = True
            case stock.Allocated():
                pieces = Counter({line.sku: line.quantity for line in event.lines})
                self._aside[event.order_id, event.shipment_id] = pieces
            case stock.Deallocated() | stock.Backordered():
                self._aside.pop((event.order_id, event.shipment_id), None)
            case stock.Issued():
                left = self._aside.pop((event.order_id, event.shipment_id), Counter())
                for sku, quantity in left.items():
                    self.on_hand[sku] = max(0, self.on_hand[sku] - quantity)


def _ledger(name: str, events: list[Message], inventory: Any) -> Iterator[str]:
    books = _Books()
    for event in events:
        books.note(event)
        if books.oversold:
            yield f"{name}: oversold at {event.type}: {books.held} of {books.on_hand}"
    held = books.held
    for sku, level in inventory.levels.items():
        if (level.on_hand, level.allocated) != (books.on_hand[sku], held[sku]):
            yield f"{name}: {sku} is {level}, by the books {books.on_hand[sku]} and {held[sku]}"
