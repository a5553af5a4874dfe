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
        for shipment in inventory.queue.waiting.values()
    }
    for order_id, order in orders.items():
        for shipment in order.shipments.values():
            key = (order_id, shipment.shipment_id)
            has = shipment.is_open and shipment.stock_assigned
            waits = shipment.is_open and shipment.stock_asked and not shipment.stock_assigned
            if (key in allocated) != has:
                yield f"{key}: {shipment.status}, and an allocation: {key in allocated}"
            if (key in queued) != waits:
                yield f"{key}: {shipment.status}, and in the queue: {key in queued}"


def _ledger(name: str, events: list[Message], inventory: Any) -> Iterator[str]:
    """Keeps its own books from what came, was set aside and left."""
    on_hand: Counter[str] = Counter()
    aside: dict[tuple[str, str], Counter[str]] = {}
    counted = False
    for event in events:
        match event:
            case stock.Received():
                on_hand[event.sku] += event.quantity
            case stock.Counted():
                on_hand[event.sku] = event.quantity
                counted = True
            case stock.Allocated():
                pieces = Counter({line.sku: line.quantity for line in event.lines})
                aside[event.order_id, event.shipment_id] = pieces
            case stock.Deallocated():
                aside.pop((event.order_id, event.shipment_id), None)
            case stock.Issued():
                left = aside.pop((event.order_id, event.shipment_id), Counter())
                for sku, quantity in left.items():
                    on_hand[sku] = max(0, on_hand[sku] - quantity)
        held = sum(aside.values(), Counter())
        if not counted and any(held[sku] > on_hand[sku] for sku in held):
            yield f"{name}: oversold at {event.type}: {dict(held)} of {dict(on_hand)}"
    held = sum(aside.values(), Counter())
    for sku, level in inventory.levels.items():
        if (level.on_hand, level.allocated) != (on_hand[sku], held[sku]):
            yield f"{name}: {sku} is {level}, by the books {on_hand[sku]} and {held[sku]}"
