"""The queue of shipments that wait for stock, first come first served."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import merge

from services.shipment.stock.sorted_positions import SortedPositions
from shared.contracts.stock import ItemQuantity

Key = tuple[str, str]  # the ids of an order and of a shipment of it


@dataclass(frozen=True, slots=True)
class Backorder:
    """A shipment that waits for stock: its key, and its lines at an edit's revision.

    `others` are the other warehouses that may send it.
    """

    key: Key
    lines: tuple[ItemQuantity, ...]
    revision: int = 0
    others: tuple[str, ...] = ()

    def wants(self, skus: Container[str]) -> bool:
        """Whether it waits for one of these articles."""
        return any(line.sku in skus for line in self.lines)


@dataclass(slots=True)
class BackorderQueue:
    """Backorders by position. Positions only grow: the smaller one came first.

    `_positions` indexes the positions by article and wanted quantity. So the first backorder that a
    given stock isn't enough for is found without reading the whole queue.
    """

    backorders: dict[int, Backorder] = field(default_factory=dict)
    _position_of: dict[Key, int] = field(default_factory=dict)
    _positions: dict[str, dict[int, SortedPositions]] = field(default_factory=dict)
    _next: int = 0

    def position_of(self, key: Key) -> int | None:
        """The position of a shipment, or None if it doesn't wait."""
        return self._position_of.get(key)

    @property
    def next_position(self) -> int:
        """The position of the next shipment that is added."""
        return self._next

    def add(self, backorder: Backorder) -> None:
        """Adds a shipment at the end. One that waits already keeps its position."""
        position = self._position_of.get(backorder.key)
        if position is None:
            position, self._next = self._next, self._next + 1
        else:
            self._remove_from_index(position)
        self.backorders[position] = backorder
        self._position_of[backorder.key] = position
        for line in backorder.lines:
            by_quantity = self._positions.setdefault(line.sku, {})
            by_quantity.setdefault(line.quantity, SortedPositions()).add(position)

    def remove(self, key: Key) -> None:
        """Removes a shipment, if it waits."""
        position = self._position_of.pop(key, None)
        if position is None:
            return
        self._remove_from_index(position)
        del self.backorders[position]

    def _remove_from_index(self, position: int) -> None:
        for line in self.backorders[position].lines:
            by_quantity = self._positions[line.sku]
            positions = by_quantity[line.quantity]
            positions.remove(position)
            if not positions:
                del by_quantity[line.quantity]
            if not by_quantity:
                del self._positions[line.sku]

    def positions_by_quantity(self, sku: str) -> Mapping[int, SortedPositions]:
        """The sorted positions of those that wait for an article, by the quantity they want."""
        return self._positions.get(sku, {})

    def positions_from(self, position: int, sku: str) -> Iterator[int]:
        """The positions, sorted and from `position` on, of those that wait for an article."""
        lists = self.positions_by_quantity(sku).values()
        return merge(*(positions.since(position) for positions in lists))

    def in_order(self) -> Iterable[Backorder]:
        """All backorders, the first first."""
        return self.backorders.values()
