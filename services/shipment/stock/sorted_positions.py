"""Positions in a queue, in order, where a removal costs the same however many there are."""

from bisect import bisect_left, insort
from collections.abc import Iterator


class SortedPositions:
    """Sorted positions.

    A removed position stays in the list until it is the first one, or until half of the list is
    removed. So removals and additions at the end take constant time on average; only an addition
    between others, after an edit, moves those behind it.
    """

    __slots__ = ("_first", "_removed", "_sorted")

    def __init__(self) -> None:
        self._sorted: list[int] = []
        self._first = 0  # the index of the first position that isn't removed
        self._removed: set[int] = set()

    def __bool__(self) -> bool:
        return self._first < len(self._sorted)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SortedPositions) and list(self) == list(other)

    def __iter__(self) -> Iterator[int]:
        return self.since(0)

    def since(self, position: int) -> Iterator[int]:
        """The positions from `position` on."""
        for index in range(bisect_left(self._sorted, position, self._first), len(self._sorted)):
            if self._sorted[index] not in self._removed:
                yield self._sorted[index]

    def add(self, position: int) -> None:
        """Adds a position that isn't there."""
        if position in self._removed:
            self._removed.remove(position)
        else:
            insort(self._sorted, position, self._first)

    def remove(self, position: int) -> None:
        """Removes a position that is there."""
        self._removed.add(position)
        while self and self._sorted[self._first] in self._removed:
            self._removed.remove(self._sorted[self._first])
            self._first += 1
        if 2 * (self._first + len(self._removed)) > len(self._sorted):
            self._sorted = list(self)
            self._first = 0
            self._removed.clear()
