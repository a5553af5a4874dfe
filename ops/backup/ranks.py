"""Where the offsets of a topic are once its records are written to an empty topic.

Offsets begin at 0 there, and have no gaps. So what was at an offset is now at its rank: the number
of records before it that the backup has.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Partition:
    wanted: list[int]  # offsets whose ranks aren't known yet, the largest first
    count: int = 0
    ranks: dict[int, int] = field(default_factory=dict)

    def reach(self, offset: int) -> None:
        """Notes that no record before `offset` is still to come."""
        while self.wanted and self.wanted[-1] <= offset:
            self.ranks[self.wanted.pop()] = self.count


class Ranks:
    """Counts the records of partitions, whose records come in order, and ranks some offsets."""

    def __init__(self, wanted: Mapping[int, Iterable[int]]) -> None:
        """`wanted` are the offsets to rank, by partition."""
        self._partitions = {
            partition: _Partition(sorted(set(offsets), reverse=True))
            for partition, offsets in wanted.items()
        }

    def add(self, partition: int, offset: int) -> None:
        """Counts the record at an offset."""
        found = self._partitions.setdefault(partition, _Partition([]))
        found.reach(offset)
        found.count += 1

    def rank(self, partition: int, offset: int) -> int:
        """Returns the rank of a wanted offset, once all records were added."""
        found = self._partitions[partition]
        return found.ranks.get(offset, found.count)

    def counts(self) -> dict[int, int]:
        """How many records each partition has."""
        return {partition: found.count for partition, found in self._partitions.items()}
