"""Shipments that wait for stock, first come first served."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import merge

from shared.contracts.stock import Pieces

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Backorder:
    """A shipment in the queue: who it is and what it needs after so many edits."""

    key: Key
    lines: tuple[Pieces, ...]
    revision: int = 0


@dataclass(slots=True)
class BackorderQueue:
    """Places are numbers that only grow: the smaller place came first.

    `_places` indexes the places by article and wanted quantity, each list in order. That answers
    "who is the first that this stock isn't enough for?" without looking at everyone who waits.
    """

    waiting: dict[int, Backorder] = field(default_factory=dict)
    _place_of: dict[Key, int] = field(default_factory=dict)
    _places: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    _next: int = 0

    def place_of(self, key: Key) -> int | None:
        """The place of a shipment, None if it doesn't wait."""
        return self._place_of.get(key)

    @property
    def end(self) -> int:
        """The place of whoever comes next."""
        return self._next

    def join(self, waiting: Backorder) -> None:
        """Puts a shipment at the end; one that waits already keeps its place."""
        place = self._place_of.get(waiting.key)
        if place is None:
            place, self._next = self._next, self._next + 1
        else:
            self._forget(place)
        self.waiting[place] = waiting
        self._place_of[waiting.key] = place
        for line in waiting.lines:
            insort(self._places.setdefault(line.sku, {}).setdefault(line.quantity, []), place)

    def leave(self, key: Key) -> None:
        """Takes a shipment out, wherever it stands; nothing happens if it doesn't wait."""
        place = self._place_of.pop(key, None)
        if place is None:
            return
        self._forget(place)
        del self.waiting[place]

    def _forget(self, place: int) -> None:
        for line in self.waiting[place].lines:
            wanted = self._places[line.sku]
            places = wanted[line.quantity]
            del places[bisect_left(places, place)]
            if not places:
                del wanted[line.quantity]
            if not wanted:
                del self._places[line.sku]

    def wanted(self, sku: str) -> Mapping[int, list[int]]:
        """Who waits for an article: by quantity, the places in order."""
        return self._places.get(sku, {})

    def since(self, place: int, sku: str) -> Iterator[int]:
        """The places, from `place` on and in order, of those who wait for an article."""
        return merge(*(_since(place, places) for places in self.wanted(sku).values()))

    def in_order(self) -> Iterable[Backorder]:
        """Everyone who waits, the first first."""
        return self.waiting.values()


def _since(place: int, places: list[int]) -> Iterator[int]:
    for position in range(bisect_left(places, place), len(places)):
        yield places[position]
