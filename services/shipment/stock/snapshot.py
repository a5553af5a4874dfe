"""Converts an inventory to plain data and back, for snapshots of a warehouse's stream.

A shipment is one string, `order shipment sku quantity sku quantity …`: ids contain no spaces, and
tens of thousands of shipments must fit into a document. A backorder that was edited has its
revision at the end.
"""

from typing import Any

from services.shipment.stock.backorder_queue import Backorder, Key
from services.shipment.stock.state import Inventory, Level
from shared.contracts.stock import ItemQuantity


def dump(inventory: Inventory) -> dict[str, Any]:
    """Converts `inventory` to plain data, without the quantities that `restore` can compute."""
    return {
        "levels": [[sku, level.on_hand] for sku, level in inventory.levels.items()],
        "allocations": [_to_text(key, lines) for key, lines in inventory.allocations.items()],
        "queue": [_backorder_to_text(each) for each in inventory.queue.in_order()],
    }


def restore(dumped: dict[str, Any]) -> Inventory:
    """Converts the result of `dump` back to an inventory."""
    inventory = Inventory({sku: Level(on_hand) for sku, on_hand in dumped["levels"]})
    for key, lines, _ in map(_from_text, dumped["allocations"]):
        inventory.allocations[key] = lines
        for line in lines:
            inventory.levels[line.sku].allocated += line.quantity
    for key, lines, revision in map(_from_text, dumped["queue"]):
        inventory.queue.add(Backorder(key, lines, revision))
        for line in lines:
            inventory.levels[line.sku].backordered += line.quantity
    return inventory


def _to_text(key: Key, lines: tuple[ItemQuantity, ...]) -> str:
    return " ".join([*key, *(f"{line.sku} {line.quantity}" for line in lines)])


def _backorder_to_text(backorder: Backorder) -> str:
    text = _to_text(backorder.key, backorder.lines)
    return f"{text} {backorder.revision}" if backorder.revision else text


def _from_text(text: str) -> tuple[Key, tuple[ItemQuantity, ...], int]:
    order_id, shipment_id, *fields = text.split()
    revision = int(fields.pop()) if len(fields) % 2 else 0
    pairs = zip(fields[::2], fields[1::2], strict=True)
    lines = tuple(ItemQuantity(sku=sku, quantity=int(quantity)) for sku, quantity in pairs)
    return (order_id, shipment_id), lines, revision
