"""What happens to an inventory when something changes, worked out without changing it.

One decision may yield many events: goods come in, and shipment after shipment gets what it waits
for. A plan keeps how things stand after the events decided so far.
"""

from collections.abc import Iterable, Iterator
from heapq import merge

from services.shipment.inventory import Inventory, Level
from services.shipment.queue import Key
from shared.contracts import Message
from shared.contracts.shipments import Shortage
from shared.contracts.stock import Allocated, LevelNow, Pieces

Barriers = dict[str, int]


class Plan:
    """An inventory as it will be; the inventory itself stays as it is."""

    def __init__(self, warehouse: str, inventory: Inventory) -> None:
        self._warehouse = warehouse
        self._inventory = inventory
        self._levels: dict[str, Level] = {}
        self._gone: set[int] = set()
        self._heads: dict[tuple[str, int], int] = {}

    def level(self, sku: str) -> Level:
        """How an article stands, to be changed at will."""
        mine = self._levels.get(sku)
        if mine is None:
            theirs = self._inventory.levels.get(sku)
            mine = self._levels[sku] = theirs.copy() if theirs else Level()
        return mine

    def now(self, lines: Iterable[Pieces]) -> tuple[LevelNow, ...]:
        """How the articles of `lines` stand, for an event."""
        return tuple(self.level_now(line.sku) for line in lines)

    def level_now(self, sku: str) -> LevelNow:
        """How one article stands, for an event."""
        level = self.level(sku)
        return LevelNow(
            sku=sku,
            on_hand=level.on_hand,
            allocated=level.allocated,
            backordered=level.backordered,
        )

    def leave(self, place: int) -> None:
        """Takes a waiting shipment out of the queue."""
        self._gone.add(place)
        for line in self._inventory.queue.waiting[place].lines:
            self.level(line.sku).backordered -= line.quantity

    def barrier(self, sku: str) -> int | None:
        """The place of the first waiting shipment that the free stock of an article is too small
        for. Nobody behind it gets any of that article (rules: first come first served)."""
        wanted = self._inventory.queue.wanted(sku)
        if not wanted:
            return None
        free = self.level(sku).free
        heads = (
            self._head(sku, quantity, wanted[quantity]) for quantity in wanted if quantity > free
        )
        return min((head for head in heads if head is not None), default=None)

    def _head(self, sku: str, quantity: int, places: list[int]) -> int | None:
        """The first of `places` that still waits."""
        position = self._heads.get((sku, quantity), 0)
        while position < len(places) and places[position] in self._gone:
            position += 1
        self._heads[sku, quantity] = position
        return places[position] if position < len(places) else None

    def barriers(self, lines: Iterable[Pieces]) -> Barriers:
        """The barriers at the articles of `lines` where there is one."""
        found = ((line.sku, self.barrier(line.sku)) for line in lines)
        return {sku: place for sku, place in found if place is not None}

    def shortages(self, lines: Iterable[Pieces]) -> tuple[Shortage, ...]:
        """What a shipment that comes last can't have: too little is free, or others wait for it."""
        found = []
        for line in lines:
            available = (
                0 if self.barrier(line.sku) is not None else max(0, self.level(line.sku).free)
            )
            if available < line.quantity:
                short = Shortage(sku=line.sku, wanted=line.quantity, available=available)
                found.append(short)
        return tuple(found)

    def allocate(self, key: Key, lines: tuple[Pieces, ...]) -> Allocated:
        """Sets `lines` aside for a shipment."""
        for line in lines:
            self.level(line.sku).allocated += line.quantity
        return Allocated(
            warehouse=self._warehouse,
            order_id=key[0],
            shipment_id=key[1],
            lines=lines,
            levels=self.now(lines),
        )

    def move_queue(self, before: Barriers) -> Iterator[Message]:
        """Allocates, in order, to everyone that can now have all of it.

        `before` are the barriers before the change. Who stood in front of all of them, or behind
        a barrier that is still there, has no more than it had: only those between are looked at.
        """
        last = -1
        for place in merge(*(self._freed(sku, barrier) for sku, barrier in before.items())):
            if place == last or place in self._gone:
                continue
            last = place
            shipment = self._inventory.queue.waiting[place]
            if not any(self._stopped(line.sku, place) for line in shipment.lines):
                self.leave(place)
                yield self.allocate(shipment.key, shipment.lines)

    def _freed(self, sku: str, barrier: int) -> Iterator[int]:
        for place in self._inventory.queue.since(barrier, sku):
            if self._stopped(sku, place):
                return
            yield place

    def _stopped(self, sku: str, place: int) -> bool:
        barrier = self.barrier(sku)
        return barrier is not None and barrier <= place
