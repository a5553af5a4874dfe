"""An inventory as plain data, and back: how a warehouse's stream is kept short.

A shipment is one string, `order shipment sku quantity sku quantity …`: ids hold no spaces, and
tens of thousands of them have to fit into a document. Who waits after an edit has its revision
at the end.
"""

from typing import Any

from services.shipment.stock.backorder_queue import Backorder, Key
from services.shipment.stock.state import Inventory, Level
from shared.contracts.stock import Pieces


def dump(inventory: Inventory) -> dict[str, Any]:
    """Everything that matters of `inventory`; what can be worked out from it is left out."""
    return {
        "levels": [[sku, level.on_hand] for sku, level in inventory.levels.items()],
        "allocations": [_write(key, lines) for key, lines in inventory.allocations.items()],
        "queue": [_write_waiting(each) for each in inventory.queue.in_order()],
    }


def restore(dumped: dict[str, Any]) -> Inventory:
    """The inventory that `dump` wrote."""
    inventory = Inventory({sku: Level(on_hand) for sku, on_hand in dumped["levels"]})
    for key, lines, _ in map(_read, dumped["allocations"]):
        inventory.allocations[key] = lines
        for line in lines:
            inventory.levels[line.sku].allocated += line.quantity
    for key, lines, revision in map(_read, dumped["queue"]):
        inventory.queue.join(Backorder(key, lines, revision))
        for line in lines:
            inventory.levels[line.sku].backordered += line.quantity
    return inventory


def _write(key: Key, lines: tuple[Pieces, ...]) -> str:
    return " ".join([*key, *(f"{line.sku} {line.quantity}" for line in lines)])


def _write_waiting(waiting: Backorder) -> str:
    written = _write(waiting.key, waiting.lines)
    return f"{written} {waiting.revision}" if waiting.revision else written


def _read(text: str) -> tuple[Key, tuple[Pieces, ...], int]:
    order_id, shipment_id, *words = text.split()
    revision = int(words.pop()) if len(words) % 2 else 0
    pairs = zip(words[::2], words[1::2], strict=True)
    lines = tuple(Pieces(sku=sku, quantity=int(quantity)) for sku, quantity in pairs)
    return (order_id, shipment_id), lines, revision
