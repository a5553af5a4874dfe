"""Quantities per article."""

from collections import Counter
from collections.abc import Iterable

from shared.contracts.shipments import Item
from shared.contracts.stock import ItemQuantity


def quantities_by_sku(lines: Iterable[Item | ItemQuantity]) -> tuple[ItemQuantity, ...]:
    """The total quantity of each article in `lines`."""
    total = Counter[str]()
    for line in lines:
        total[line.sku] += line.quantity
    return tuple(ItemQuantity(sku=sku, quantity=quantity) for sku, quantity in total.items())
