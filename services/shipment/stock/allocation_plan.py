"""What happens to an inventory when something changes, worked out without changing it.

One decision may yield many events: goods come in, and shipment after shipment gets what it waits
for. A plan keeps how things stand after the events decided so far.
"""

from collections.abc import Iterable, Iterator, Mapping
from heapq import merge

from services.shipment.stock.backorder_queue import Backorder
from services.shipment.stock.quantities import by_sku
from services.shipment.stock.state import Inventory, Level
from shared.contracts import Message
from shared.contracts.shipments import Shortage
from shared.contracts.stock import Allocated, Backordered, LevelNow, Pieces

Barriers = dict[str, int]
NOTHING: Mapping[str, int] = {}


class AllocationPlan:
    """An inventory as it will be; the inventory itself stays as it is."""

    def __init__(self, warehouse: str, inventory: Inventory) -> None:
        self._warehouse = warehouse
        self._inventory = inventory
        self._levels: dict[str, Level] = {}
        self._gone: set[int] = set()
        self._heads: dict[tuple[str, int], int] = {}
        self._edited: tuple[int, Backorder] | None = None

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
        for line in self._waiting(place).lines:
            self.level(line.sku).backordered -= line.quantity
        if self._is_edited(place):
            self._edited = None
        self._gone.add(place)

    def wait(self, place: int, waiting: Backorder) -> None:
        """Lets a shipment wait at `place`, its own from before or the end; once a plan."""
        self._edited = (place, waiting)
        for line in waiting.lines:
            self.level(line.sku).backordered += line.quantity

    def barrier(self, sku: str) -> int | None:
        """The place of the first waiting shipment that the free stock of an article is too small
        for. Nobody behind it gets any of that article (rules: first come first served)."""
        wanted = self._inventory.queue.wanted(sku)
        edited = self._edited_wants(sku)
        if not wanted and edited is None:
            return None
        free = self.level(sku).free
        heads = [
            self._head(sku, quantity, wanted[quantity]) for quantity in wanted if quantity > free
        ]
        if edited is not None and edited[1] > free:
            heads.append(edited[0])
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

    def shortages(
        self, lines: Iterable[Pieces], place: int, has: Mapping[str, int] = NOTHING
    ) -> tuple[Shortage, ...]:
        """What a shipment at `place` can't have: too little is free, or others wait for it.

        What it `has` already is its own, whoever waits.
        """
        found = []
        for line in lines:
            available = has.get(line.sku, 0)
            if available < line.quantity and not self._stopped(line.sku, place):
                available += max(0, self.level(line.sku).free)
            if available < line.quantity:
                short = Shortage(sku=line.sku, wanted=line.quantity, available=available)
                found.append(short)
        return tuple(found)

    def allocate(self, waiting: Backorder, besides: Iterable[Pieces] = ()) -> Allocated:
        """Sets what a shipment needs aside; the event tells of the articles `besides` as well."""
        for line in waiting.lines:
            self.level(line.sku).allocated += line.quantity
        order_id, shipment_id = waiting.key
        return Allocated(
            warehouse=self._warehouse,
            order_id=order_id,
            shipment_id=shipment_id,
            lines=waiting.lines,
            revision=waiting.revision,
            levels=self.now(by_sku([*waiting.lines, *besides])),
        )

    def backorder(
        self,
        waiting: Backorder,
        place: int,
        short: tuple[Shortage, ...],
        besides: Iterable[Pieces] = (),
    ) -> Backordered:
        """Lets a shipment wait at `place`; the event tells of the articles `besides` as well."""
        self.wait(place, waiting)
        order_id, shipment_id = waiting.key
        return Backordered(
            warehouse=self._warehouse,
            order_id=order_id,
            shipment_id=shipment_id,
            lines=waiting.lines,
            short=short,
            revision=waiting.revision,
            levels=self.now(by_sku([*waiting.lines, *besides])),
        )

    def move_queue(self, before: Barriers) -> Iterator[Message]:
        """Allocates, in order, to everyone that can now have all of it.

        `before` are the barriers before the change. Who stood in front of all of them, or behind
        a barrier that is still there, has no more than it had: only those between are looked at.
        """
        last = -1
        for place in merge(*(self._freed(sku, barrier) for sku, barrier in before.items())):
            if place == last or (place in self._gone and not self._is_edited(place)):
                continue
            last = place
            shipment = self._waiting(place)
            if not any(self._stopped(line.sku, place) for line in shipment.lines):
                self.leave(place)
                yield self.allocate(shipment)

    def _freed(self, sku: str, barrier: int) -> Iterator[int]:
        edited = self._edited_wants(sku)
        again = [edited[0]] if edited is not None and edited[0] >= barrier else []
        for place in merge(self._inventory.queue.since(barrier, sku), again):
            if self._stopped(sku, place):
                return
            yield place

    def _waiting(self, place: int) -> Backorder:
        if self._edited is not None and self._edited[0] == place:
            return self._edited[1]
        return self._inventory.queue.waiting[place]

    def _is_edited(self, place: int) -> bool:
        return self._edited is not None and self._edited[0] == place

    def _edited_wants(self, sku: str) -> tuple[int, int] | None:
        """The place of the shipment that `wait` was told of, and how much it wants."""
        if self._edited is None:
            return None
        place, waiting = self._edited
        wants = (line.quantity for line in waiting.lines if line.sku == sku)
        return next(((place, quantity) for quantity in wants), None)

    def _stopped(self, sku: str, place: int) -> bool:
        barrier = self.barrier(sku)
        return barrier is not None and barrier <= place
