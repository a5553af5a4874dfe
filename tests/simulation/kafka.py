"""A fake of Kafka: partitions, consumer groups with generations, and a producer that fails."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Protocol
from zlib import crc32

from shared.runtime.ports import Headers, Publication, Unavailable
from tests.fakes import MemoryRecord
from tests.simulation.faults import FaultInjector
from tests.simulation.loop import rest

PARTITIONS = 2
SESSION = 0.3
LATE = 0.2

Place = tuple[str, int]


class Log:
    """All topics. Calls `listeners` with every new record."""

    def __init__(self) -> None:
        self.partitions: dict[Place, list[MemoryRecord]] = defaultdict(list)
        self.listeners: list[Callable[[MemoryRecord], None]] = []

    def write(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        """Adds a record to the partition of its key."""
        place = (topic, crc32(key or b"") % PARTITIONS)
        records = self.partitions[place]
        record = MemoryRecord(topic, place[1], len(records), key, value, headers)
        records.append(record)
        for listener in self.listeners:
            listener(record)

    def all(self, topics: Collection[str]) -> Iterable[MemoryRecord]:
        """Yields every record of these topics, in order for each partition."""
        for (topic, _), records in sorted(self.partitions.items()):
            if topic in topics:
                yield from records


class Member(Protocol):
    """A process as its group sees it."""

    news: asyncio.Event

    @property
    def name(self) -> str: ...
    @property
    def responsive(self) -> bool: ...
    async def revoke(self) -> None: ...
    def assign(self, places: Collection[Place], generation: int) -> None: ...


class Group:
    """A consumer group with its members, assignments and committed offsets."""

    def __init__(self, log: Log, topics: Sequence[str]) -> None:
        self.topics = topics
        self.committed: dict[Place, int] = {}
        self.generation = 0
        self.log = log
        self._members: list[Member] = []
        self._changing = asyncio.Lock()
        log.listeners.append(self._wake_members)

    @property
    def lag(self) -> int:
        """The number of uncommitted records."""
        return sum(
            len(self.log.partitions[topic, p]) - self.committed.get((topic, p), 0)
            for topic in self.topics
            for p in range(PARTITIONS)
        )

    async def join(self, member: Member) -> None:
        """Adds a process."""
        if member not in self._members:
            self._members.append(member)
        await self.rebalance()

    async def expel(self, member: Member) -> None:
        """Removes a process that is dead or was silent for too long."""
        if member in self._members:
            self._members.remove(member)
            await self.rebalance()

    async def doubt(self, member: Member) -> None:
        """Expels a process that still doesn't answer after the session timeout."""
        await rest(SESSION)
        if not member.responsive:
            await self.expel(member)

    def knows(self, member: Member) -> bool:
        """Whether it is a member."""
        return member in self._members

    async def rebalance(self) -> None:
        """Revokes all partitions and assigns them to the members that answer."""
        async with self._changing:
            there = [member for member in self._members if member.responsive]
            await asyncio.gather(*(member.revoke() for member in there))
            self._members = [member for member in self._members if member.responsive]
            self.generation += 1
            ordered = sorted(self._members, key=lambda member: member.name)
            for position, member in enumerate(ordered):
                mine = range(PARTITIONS)[position :: len(ordered)]
                places = [(topic, p) for topic in self.topics for p in mine]
                member.assign(places, self.generation)

    def commit(self, generation: int, offsets: dict[Place, int]) -> bool:
        """Commits offsets if `generation` is the current one; returns whether it is."""
        if generation != self.generation:
            return False
        self.committed.update(offsets)
        return True

    def _wake_members(self, record: MemoryRecord) -> None:
        if record.topic in self.topics:
            for member in self._members:
                member.news.set()


class Producer:
    """`ports.Publisher`: keeps the order for each key until it fails, as a real one does."""

    def __init__(self, log: Log, faults: FaultInjector, say: Callable[[str], None]) -> None:
        self._log = log
        self._faults = faults
        self._say = say

    async def publish(self, publications: Sequence[Publication]) -> None:
        """Writes all records; or only some and raises, and perhaps writes others later."""
        waiting: dict[Place, list[Publication]] = defaultdict(list)
        for publication in publications:
            partition = crc32(publication.key or b"") % PARTITIONS
            waiting[publication.topic, partition].append(publication)
        torn = self._faults.happens("torn publish")
        left = self._faults.random.randrange(len(publications) + 1) if torn else len(publications)
        places = list(waiting)
        while left and places:
            place = self._faults.random.choice(places)
            self._write(waiting[place].pop(0))
            left -= 1
            if not waiting[place]:
                places.remove(place)
        if torn:
            self._say("publishes only a part")
            self._write_late([p for place in places for p in waiting[place][:1]])
            raise Unavailable("publish: torn")

    async def missing(self, topics: Collection[str]) -> set[str]:
        """Returns an empty set: every topic exists."""
        return set()

    async def renew(self) -> None:
        """Does nothing."""

    def _write_late(self, requests: Iterable[Publication]) -> None:
        """Writes some of the records later, as if they had been on their way."""
        for publication in requests:
            if self._faults.happens("late write"):
                loop = asyncio.get_running_loop()
                loop.call_later(self._faults.duration(LATE), self._write, publication)

    def _write(self, publication: Publication) -> None:
        self._log.write(publication.topic, publication.key, publication.value, publication.headers)
