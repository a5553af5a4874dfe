"""A member of a consumer group: feeds a handler as the real consumer does."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from shared.runtime.kafka.consumer import Handler
from shared.runtime.processing.batch_runner import Abandoned
from tests.fakes import MemoryRecord
from tests.simulation.host import Host
from tests.simulation.kafka import Group, Place

MOST_RECORDS = 40
GIVE_UP = 0.05  # seconds; short, so that batches are abandoned as in a long outage


class Member:
    """One process as a member of its group, from start to death."""

    def __init__(self, handler: Handler, host: Host, group: Group) -> None:
        self.host = host
        self.news = asyncio.Event()
        self._handler = handler
        self._group = group
        self._positions: dict[Place, int] = {}
        self._generation = 0

    @property
    def name(self) -> str:
        """The process's name."""
        return self.host.name

    @property
    def responsive(self) -> bool:
        """Whether it answers its group."""
        return self.host.alive and self.host.awake.is_set()

    async def revoke(self) -> None:
        """Gives its partitions up."""
        self._positions = {}
        await self._handler.give_up(GIVE_UP)

    def assign(self, places: Collection[Place], generation: int) -> None:
        """Takes partitions over, from their committed offsets."""
        self._generation = generation
        self._positions = {place: self._group.committed.get(place, 0) for place in places}
        self._handler.resume()
        self.news.set()

    async def run(self) -> None:
        """Reads and handles records until it dies."""
        await self.host.pause()
        await self._group.join(self)
        while True:
            await self.host.gate()
            records = self._poll()
            if records:
                await self._take(records)
            else:
                self.news.clear()
                await self.news.wait()
                await self.host.pause()

    async def come_back(self) -> None:
        """Joins again after a freeze if the group has expelled it."""
        if self.host.alive and not self._group.knows(self):
            self.host.log("was expelled, joins again")
            await self.revoke()
            await self._group.join(self)

    async def _take(self, records: list[MemoryRecord]) -> None:
        try:
            await self._handler.handle(records, self._commit)
        except Abandoned:
            self.host.log("abandons its batch")
            await self.host.pause()
        except Exception as error:  # noqa: BLE001 - as the consumer does
            self.host.log(f"failed: {error!r}")
            self._go_back()
        if self.host.faults.happens("rewind"):
            self._go_back()

    def _poll(self) -> list[MemoryRecord]:
        """Returns some of the available records, in order for each partition."""
        places = [p for p, at in self._positions.items() if at < len(self._group.log.partitions[p])]
        self.host.faults.random.shuffle(places)
        brisk = [place for place in places if not self.host.faults.happens("slow partition")]
        found: list[MemoryRecord] = []
        room = self.host.faults.random.randrange(1, MOST_RECORDS)
        for place in brisk or places[:1]:
            at = self._positions[place]
            taken = self._group.log.partitions[place][at : at + room - len(found)]
            self._positions[place] = at + len(taken)
            found += taken
        return found

    async def _commit(self) -> None:
        generation, offsets = self._generation, dict(self._positions)
        await self.host.pause()
        if self.host.faults.happens("commit lost") or not self._group.commit(generation, offsets):
            self.host.log("can't commit its offsets")
            return
        await self.host.pause()

    def _go_back(self) -> None:
        self.host.log("reads again from its committed offsets")
        for place in self._positions:
            self._positions[place] = self._group.committed.get(place, 0)
