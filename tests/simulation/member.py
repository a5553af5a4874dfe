"""A member of a consumer group: feeds a handler as the real consumer does."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from shared.runtime.kafka.consumer import Handler
from shared.runtime.processing.processor import Abandoned
from tests.fakes import MemoryRecord
from tests.simulation.host import Host
from tests.simulation.kafka import Group, Place

MOST_RECORDS = 40
GIVE_UP = 0.05  # so short that batches are given up, as in a long outage


class Member:
    """One process's place in its group, from its start to its death. What a group and a history
    know of a process."""

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
        """Whether it still answers its group."""
        return self.host.alive and self.host.awake.is_set()

    async def revoke(self) -> None:
        """Its partitions are taken away."""
        self._positions = {}
        await self._handler.give_up(GIVE_UP)

    def assign(self, places: Collection[Place], generation: int) -> None:
        """It gets partitions, and begins where somebody has committed."""
        self._generation = generation
        self._positions = {place: self._group.committed.get(place, 0) for place in places}
        self._handler.resume()
        self.news.set()

    async def run(self) -> None:
        """Reads and handles, until it dies."""
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
        """Awake again: whoever was given up for dead joins again, whatever it is doing."""
        if self.host.alive and not self._group.knows(self):
            self.host.tell("was given up for dead, and joins again")
            await self.revoke()
            await self._group.join(self)

    async def _take(self, records: list[MemoryRecord]) -> None:
        try:
            await self._handler.handle(records, self._commit)
        except Abandoned:
            self.host.tell("abandons its batch")
            await self.host.pause()
        except Exception as error:  # noqa: BLE001 - as the consumer does
            self.host.tell(f"failed: {error!r}")
            self._go_back()
        if self.host.weather.strikes("rewind"):
            self._go_back()

    def _poll(self) -> list[MemoryRecord]:
        """Some of what there is, from some of the partitions, each in its order."""
        places = [p for p, at in self._positions.items() if at < len(self._group.log.partitions[p])]
        self.host.weather.random.shuffle(places)
        brisk = [place for place in places if not self.host.weather.strikes("slow partition")]
        found: list[MemoryRecord] = []
        room = self.host.weather.random.randrange(1, MOST_RECORDS)
        for place in brisk or places[:1]:
            at = self._positions[place]
            taken = self._group.log.partitions[place][at : at + room - len(found)]
            self._positions[place] = at + len(taken)
            found += taken
        return found

    async def _commit(self) -> None:
        generation, offsets = self._generation, dict(self._positions)
        await self.host.pause()
        if self.host.weather.strikes("commit lost") or not self._group.commit(generation, offsets):
            self.host.tell("doesn't get its offsets committed")
            return
        await self.host.pause()

    def _go_back(self) -> None:
        self.host.tell("reads again from where it has committed")
        for place in self._positions:
            self._positions[place] = self._group.committed.get(place, 0)
