"""A shipment's needs as stock sees them: pieces per article."""

from collections import Counter
from collections.abc import Iterable

from shared.contracts.shipments import Item
from shared.contracts.stock import Pieces


def by_sku(lines: Iterable[Item | Pieces]) -> tuple[Pieces, ...]:
    """How many of each article, whatever the number of lines that it is on."""
    total = Counter[str]()
    for line in lines:
        total[line.sku] += line.quantity
    return tuple(Pieces(sku=sku, quantity=quantity) for sku, quantity in total.items())
