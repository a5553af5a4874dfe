"""Works out what a change of the stock leads to, without changing the inventory.

One decision may yield many events: goods arrive, and one backorder after another gets its items. A
plan keeps the state after the events decided so far.
"""

from collections.abc import Iterable, Iterator, Mapping
from heapq import merge

from services.shipment.stock.backorder_queue import Backorder
from services.shipment.stock.quantities import quantities_by_sku
from services.shipment.stock.sorted_positions import SortedPositions
from services.shipment.stock.state import Inventory, Level
from shared.contracts import Message
from shared.contracts.shipments import Shortage
from shared.contracts.stock import Allocated, Backordered, ItemQuantity, LevelNow

Positions = dict[str, int]  # a position in the queue for each article
NOTHING: Mapping[str, int] = {}


class AllocationPlan:
    """The inventory as it will be after a decision; the inventory itself isn't changed."""

    def __init__(self, warehouse: str, inventory: Inventory) -> None:
        self._warehouse = warehouse
        self._inventory = inventory
        self._levels: dict[str, Level] = {}
        self._removed: set[int] = set()
        self._heads: dict[tuple[str, int], int | None] = {}
        self._requeued: tuple[int, Backorder] | None = None

    def level(self, sku: str) -> Level:
        """The planned level of an article. Callers may change it."""
        planned = self._levels.get(sku)
        if planned is None:
            current = self._inventory.levels.get(sku)
            planned = self._levels[sku] = current.copy() if current else Level()
        return planned

    def levels_now(self, lines: Iterable[ItemQuantity]) -> tuple[LevelNow, ...]:
        """The planned levels of the articles of `lines`, for an event."""
        return tuple(self.level_now(line.sku) for line in lines)

    def level_now(self, sku: str) -> LevelNow:
        """The planned level of one article, for an event."""
        level = self.level(sku)
        return LevelNow(
            sku=sku,
            on_hand=level.on_hand,
            allocated=level.allocated,
            backordered=level.backordered,
            quarantined=level.quarantined,
            safety=level.safety,
            expected=level.expected,
        )

    def remove(self, position: int) -> None:
        """Removes the backorder at `position`."""
        for line in self._backorder_at(position).lines:
            self.level(line.sku).backordered -= line.quantity
        if self._is_requeued(position):
            self._requeued = None
        self._removed.add(position)

    def enqueue(self, position: int, backorder: Backorder) -> None:
        """Adds a backorder at `position`: its earlier one or the next one.

        A plan can hold only one such backorder.
        """
        self._requeued = (position, backorder)
        for line in backorder.lines:
            self.level(line.sku).backordered += line.quantity

    def first_blocked_position(self, sku: str) -> int | None:
        """The position of the first backorder that wants more of an article than is free.

        None if there is none. Nobody behind it gets any of that article (rules: first come first
        served).
        """
        by_quantity = self._inventory.queue.positions_by_quantity(sku)
        requeued = self._requeued_demand(sku)
        if not by_quantity and requeued is None:
            return None
        free = self.level(sku).free
        heads = [
            self._head(sku, quantity, by_quantity[quantity])
            for quantity in by_quantity
            if quantity > free
        ]
        if requeued is not None and requeued[1] > free:
            heads.append(requeued[0])
        return min((head for head in heads if head is not None), default=None)

    def _head(self, sku: str, quantity: int, positions: SortedPositions) -> int | None:
        """The first of `positions` that the plan hasn't removed."""
        head = self._heads.get((sku, quantity), 0)
        if head is None:
            return None
        following = positions.since(head)
        head = next((each for each in following if each not in self._removed), None)
        self._heads[sku, quantity] = head
        return head

    def first_blocked_positions(self, lines: Iterable[ItemQuantity]) -> Positions:
        """The first blocked position of each article of `lines` that has one."""
        found = ((line.sku, self.first_blocked_position(line.sku)) for line in lines)
        return {sku: position for sku, position in found if position is not None}

    def shortages(
        self, lines: Iterable[ItemQuantity], position: int, allocated: Mapping[str, int] = NOTHING
    ) -> tuple[Shortage, ...]:
        """What a shipment at `position` can't get: too little is free, or others wait for it.

        What is `allocated` to it already counts, even if others wait.
        """
        found = []
        for line in lines:
            available = allocated.get(line.sku, 0)
            if available < line.quantity and not self._is_blocked(line.sku, position):
                available += max(0, self.level(line.sku).free)
            if available < line.quantity:
                short = Shortage(sku=line.sku, wanted=line.quantity, available=available)
                found.append(short)
        return tuple(found)

    def allocate(
        self, backorder: Backorder, also_changed: Iterable[ItemQuantity] = ()
    ) -> Allocated:
        """Allocates the lines of `backorder`.

        The event also has the levels of the articles in `also_changed`.
        """
        for line in backorder.lines:
            self.level(line.sku).allocated += line.quantity
        order_id, shipment_id = backorder.key
        return Allocated(
            warehouse=self._warehouse,
            order_id=order_id,
            shipment_id=shipment_id,
            lines=backorder.lines,
            revision=backorder.revision,
            levels=self.levels_now(quantities_by_sku([*backorder.lines, *also_changed])),
        )

    def backorder(
        self,
        backorder: Backorder,
        position: int,
        shortages: tuple[Shortage, ...],
        also_changed: Iterable[ItemQuantity] = (),
    ) -> Backordered:
        """Adds `backorder` at `position`.

        The event also has the levels of the articles in `also_changed`.
        """
        self.enqueue(position, backorder)
        order_id, shipment_id = backorder.key
        return Backordered(
            warehouse=self._warehouse,
            order_id=order_id,
            shipment_id=shipment_id,
            lines=backorder.lines,
            short=shortages,
            revision=backorder.revision,
            others=backorder.others,
            levels=self.levels_now(quantities_by_sku([*backorder.lines, *also_changed])),
        )

    def serve_backorders(self, before: Positions) -> Iterator[Message]:
        """Allocates, in order, to every backorder that can now get all its items.

        `before` are the first blocked positions before the change. A backorder in front of all of
        them, or behind a position that is still blocked, can't get more than before, so only those
        between are examined.
        """
        last = -1
        for position in merge(*(self._unblocked(sku, first) for sku, first in before.items())):
            if position == last or (position in self._removed and not self._is_requeued(position)):
                continue
            last = position
            backorder = self._backorder_at(position)
            if not any(self._is_blocked(line.sku, position) for line in backorder.lines):
                self.remove(position)
                yield self.allocate(backorder)

    def _unblocked(self, sku: str, first: int) -> Iterator[int]:
        """The positions from `first` on that wait for an article, up to the next blocked one."""
        requeued = self._requeued_demand(sku)
        added = [requeued[0]] if requeued is not None and requeued[0] >= first else []
        for position in merge(self._inventory.queue.positions_from(first, sku), added):
            if self._is_blocked(sku, position):
                return
            yield position

    def _backorder_at(self, position: int) -> Backorder:
        if self._requeued is not None and self._requeued[0] == position:
            return self._requeued[1]
        return self._inventory.queue.backorders[position]

    def _is_requeued(self, position: int) -> bool:
        return self._requeued is not None and self._requeued[0] == position

    def _requeued_demand(self, sku: str) -> tuple[int, int] | None:
        """The position of the backorder given to `enqueue`, and the quantity that it wants."""
        if self._requeued is None:
            return None
        position, backorder = self._requeued
        quantities = (line.quantity for line in backorder.lines if line.sku == sku)
        return next(((position, quantity) for quantity in quantities), None)

    def _is_blocked(self, sku: str, position: int) -> bool:
        first = self.first_blocked_position(sku)
        return first is not None and first <= position
