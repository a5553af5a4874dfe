"""Converts an inventory to plain data and back, for snapshots of a warehouse's stream.

A shipment is one string, `order shipment sku quantity sku quantity …`: ids contain no spaces, and
tens of thousands of shipments must fit into a document. A backorder that was edited has its
revision at the end. Snapshots from before goods came back have no `quarantined`, and those from
before markets had several warehouses no `others`, `wanted`, `offers`, `safety` and `expected`.
"""

from datetime import date
from typing import Any

from services.shipment.stock.backorder_queue import Backorder, Key
from services.shipment.stock.state import Inventory, Level
from shared.contracts.stock import ItemQuantity
from shared.contracts.stock_status import ExpectedReceipt


def dump(inventory: Inventory) -> dict[str, Any]:
    """Converts `inventory` to plain data, without the quantities that `restore` can compute."""
    return {
        "levels": [[sku, level.on_hand] for sku, level in inventory.levels.items()],
        "quarantined": [
            [sku, level.quarantined] for sku, level in inventory.levels.items() if level.quarantined
        ],
        "safety": [[sku, level.safety] for sku, level in inventory.levels.items() if level.safety],
        "expected": [
            " ".join([sku, *(f"{each.expected_on} {each.quantity}" for each in level.expected)])
            for sku, level in inventory.levels.items()
            if level.expected
        ],
        "allocations": [_to_text(key, lines) for key, lines in inventory.allocations.items()],
        "queue": [_backorder_to_text(each) for each in inventory.queue.in_order()],
        "others": [
            " ".join([*each.key, *each.others])
            for each in inventory.queue.in_order()
            if each.others
        ],
        "wanted": [" ".join([sku, *wanted_at]) for sku, wanted_at in inventory.wanted.items()],
        "offers": [
            " ".join([*key, source, *skus])
            for key, offers in inventory.offers.items()
            for source, skus in offers.items()
        ],
    }


def restore(dumped: dict[str, Any]) -> Inventory:
    """Converts the result of `dump` back to an inventory."""
    inventory = Inventory({sku: Level(on_hand) for sku, on_hand in dumped["levels"]})
    for sku, quarantined in dumped.get("quarantined", ()):
        inventory.levels[sku].quarantined = quarantined
    for sku, safety in dumped.get("safety", ()):
        inventory.levels[sku].safety = safety
    for sku, *fields in map(str.split, dumped.get("expected", ())):
        inventory.levels[sku].expected = tuple(
            ExpectedReceipt(expected_on=date.fromisoformat(day), quantity=int(quantity))
            for day, quantity in zip(fields[::2], fields[1::2], strict=True)
        )
    for key, lines, _ in map(_from_text, dumped["allocations"]):
        inventory.allocations[key] = lines
        for line in lines:
            inventory.levels[line.sku].allocated += line.quantity
    others = dict(map(_others_from_text, dumped.get("others", ())))
    for key, lines, revision in map(_from_text, dumped["queue"]):
        inventory.queue.add(Backorder(key, lines, revision, others.get(key, ())))
        for line in lines:
            inventory.levels[line.sku].backordered += line.quantity
    for sku, *wanted_at in map(str.split, dumped.get("wanted", ())):
        inventory.wanted[sku] = tuple(wanted_at)
    for order_id, shipment_id, source, *skus in map(str.split, dumped.get("offers", ())):
        inventory.offers.setdefault((order_id, shipment_id), {})[source] = tuple(skus)
    return inventory


def _to_text(key: Key, lines: tuple[ItemQuantity, ...]) -> str:
    return " ".join([*key, *(f"{line.sku} {line.quantity}" for line in lines)])


def _backorder_to_text(backorder: Backorder) -> str:
    text = _to_text(backorder.key, backorder.lines)
    return f"{text} {backorder.revision}" if backorder.revision else text


def _others_from_text(text: str) -> tuple[Key, tuple[str, ...]]:
    order_id, shipment_id, *others = text.split()
    return (order_id, shipment_id), tuple(others)


def _from_text(text: str) -> tuple[Key, tuple[ItemQuantity, ...], int]:
    order_id, shipment_id, *fields = text.split()
    revision = int(fields.pop()) if len(fields) % 2 else 0
    pairs = zip(fields[::2], fields[1::2], strict=True)
    lines = tuple(ItemQuantity(sku=sku, quantity=int(quantity)) for sku, quantity in pairs)
    return (order_id, shipment_id), lines, revision
