"""The stock as the read models know it: what is free, and who waits for it."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.portal.queries import Queries
from services.portal.queries.models.stock import Waiting
from services.portal.sourcing.wanted import Wanted
from shared.contracts.shipments import Shortage
from shared.site import Site

# Queues that are looked at for one preview; of an article with a further one, nothing is counted.
MOST_QUEUES = 20

Key = tuple[str, str]  # warehouse and SKU


@dataclass(slots=True)
class KnownStock:
    """What each warehouse has for the next shipment; `take` and `wait` count one that had its turn.

    free    pieces that aren't allocated and not safety stock
    queues  who waits, in their order
    """

    free: dict[Key, int] = field(default_factory=dict)
    queues: dict[Key, list[tuple[str, str, int]]] = field(default_factory=dict)
    unknown: frozenset[Key] = frozenset()

    def shortages(self, warehouse: str, wanted: Wanted) -> tuple[Shortage, ...]:
        """What a warehouse is short of for a shipment, by the rule that the stock has.

        What is allocated to it there counts. Of an article that is too little for somebody before
        it in the queue, it gets nothing else.
        """
        allocated: Mapping[str, int] = wanted.allocated if warehouse == wanted.warehouse else {}
        found = []
        for sku, quantity in wanted.quantities.items():
            available = allocated.get(sku, 0)
            if available < quantity and not self._is_blocked((warehouse, sku), wanted):
                available += max(0, self.free.get((warehouse, sku), 0))
            if available < quantity:
                found.append(Shortage(sku=sku, wanted=quantity, available=available))
        return tuple(found)

    def _is_blocked(self, key: Key, wanted: Wanted) -> bool:
        if key in self.unknown:
            return True
        for order_id, shipment_id, quantity in self.queues.get(key, ()):
            if (order_id, shipment_id) == (wanted.order_id, wanted.shipment_id):
                return False
            if quantity > self.free.get(key, 0):
                return True
        return False

    def take(self, warehouse: str, quantities: Mapping[str, int]) -> None:
        """Allocates these pieces by SKU."""
        for sku, quantity in quantities.items():
            self.free[warehouse, sku] = self.free.get((warehouse, sku), 0) - quantity

    def give_back(self, wanted: Wanted) -> None:
        """Counts what is allocated to a shipment as free again."""
        for sku, quantity in wanted.allocated.items():
            if wanted.warehouse is not None:
                self.take(wanted.warehouse, {sku: -quantity})

    def wait(self, warehouse: str, wanted: Wanted) -> None:
        """Puts a shipment at the end of the queue of everything that it needs."""
        for sku, quantity in wanted.quantities.items():
            queue = self.queues.setdefault((warehouse, sku), [])
            queue.append((wanted.order_id, wanted.shipment_id, quantity))


async def known_stock(wanted: Iterable[Wanted], queries: Queries, site: Site) -> KnownStock:
    """Reads what is known of the articles of these shipments. Raises `Unavailable`."""
    skus = {sku for each in wanted for sku in each.quantities}
    levels = [level for each in (await queries.stock.of_each(skus)).values() for level in each]
    levels = [level for level in levels if level.warehouse in site.warehouses]
    free = {
        (level.warehouse, level.sku): level.on_hand - level.allocated - level.safety
        for level in levels
    }
    queued = sorted((level.warehouse, level.sku) for level in levels if level.backordered)
    pages = await asyncio.gather(*(queries.stock.waiting(*key) for key in queued[:MOST_QUEUES]))
    queues = {
        key: [_place(each) for each in page.waiting]
        for key, page in zip(queued, pages, strict=False)
    }
    return KnownStock(free, queues, frozenset(queued[MOST_QUEUES:]))


def _place(waiting: Waiting) -> tuple[str, str, int]:
    return waiting.order_id, waiting.shipment_id, waiting.wanted
