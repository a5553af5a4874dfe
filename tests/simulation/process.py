"""One process of a service: the real processor, fed as the real consumer feeds it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from shared.runtime.engine import Engine
from shared.runtime.metrics import Metrics
from shared.runtime.processor import Abandoned, Processor
from shared.runtime.service import Service
from tests.simulation.host import Host, Remote
from tests.simulation.kafka import Group, Log, Place, Producer
from tests.simulation.weather import Weather
from tests.twins import MemoryRecord
from tests.unit.given import SITE

START = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
MOST_RECORDS = 40
GIVE_UP = 0.05  # so short that batches are given up, as in a long outage
SKEW = 30.0


@cache
def _metrics(service: str) -> Metrics:
    """One for all of a service's processes: counters are dear to make, and nobody reads these."""
    return Metrics(service)


class Numbers:
    """`ports.Numbers`: one counter for all processes."""

    drawn = 1_000_000

    async def reserve(self, count: int) -> None:
        """There are always some."""

    def take(self) -> str:
        """The next number."""
        self.drawn += 1
        return f"PO{self.drawn}"


class Process:
    """A member of its service's group, from its start to its death."""

    def __init__(
        self,
        name: str,
        service: Service,
        group: Group,
        log: Log,
        weather: Weather,
        twins: Twins,
        tell: Callable[[str, str], None],
    ) -> None:
        self.name = name
        self._group = group
        self._log = log
        self._weather = weather
        self._tell = lambda words: tell(name, words)
        self.host = Host(name, weather, self._tell)
        skew = weather.random.uniform(-SKEW, SKEW) if weather.strikes("clock skew") else 0.0
        loop = asyncio.get_running_loop()

        def now() -> datetime:
            return START + timedelta(milliseconds=int((loop.time() + skew) * 1000))

        engine = Engine(
            service=service,
            site=SITE,
            journal=Remote(twins.journal, self.host),  # type: ignore[arg-type]
            publisher=Remote(Producer(log, weather, self._tell), self.host),  # type: ignore[arg-type]
            numbers=twins.numbers if service.numbered else None,
            clock=now,
            metrics=_metrics(service.name),
            tables=Remote(twins.tables, self.host) if service.tables else None,  # type: ignore[arg-type]
        )
        self._processor = Processor(engine, self.host.pause)
        self._positions: dict[Place, int] = {}
        self._generation = 0
        self.news = asyncio.Event()

    @property
    def responsive(self) -> bool:
        """Whether it still answers its group."""
        return self.host.alive and self.host.awake.is_set()

    async def revoke(self) -> None:
        """Its partitions are taken away."""
        self._positions = {}
        await self._processor.give_up(GIVE_UP)

    def assign(self, places: Collection[Place], generation: int) -> None:
        """It gets partitions, and begins where somebody has committed."""
        self._generation = generation
        self._positions = {place: self._group.committed.get(place, 0) for place in places}
        self._processor.resume()
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
        """Awake again: whoever was given up for dead joins anew, whatever it is doing."""
        if self.host.alive and not self._group.knows(self):
            self._tell("was given up for dead, and joins again")
            await self.revoke()
            await self._group.join(self)

    async def _take(self, records: list[MemoryRecord]) -> None:
        try:
            await self._processor.handle(records, self._commit)
        except Abandoned:
            self._tell("abandons its batch")
            await self.host.pause()
        except Exception as error:  # noqa: BLE001 - as the consumer does
            self._tell(f"failed: {error!r}")
            self._go_back()
        if self._weather.strikes("rewind"):
            self._go_back()

    def _poll(self) -> list[MemoryRecord]:
        """Some of what there is, from some of the partitions, each in its order."""
        places = [p for p, at in self._positions.items() if at < len(self._log.partitions[p])]
        self._weather.random.shuffle(places)
        brisk = [place for place in places if not self._weather.strikes("slow partition")]
        found: list[MemoryRecord] = []
        room = self._weather.random.randrange(1, MOST_RECORDS)
        for place in brisk or places[:1]:
            at = self._positions[place]
            taken = self._log.partitions[place][at : at + room - len(found)]
            self._positions[place] = at + len(taken)
            found += taken
        return found

    async def _commit(self) -> None:
        generation, offsets = self._generation, dict(self._positions)
        await self.host.pause()
        if self._weather.strikes("commit lost") or not self._group.commit(generation, offsets):
            self._tell("doesn't get its offsets committed")
            return
        await self.host.pause()

    def _go_back(self) -> None:
        self._tell("reads again from where it has committed")
        for place in self._positions:
            self._positions[place] = self._group.committed.get(place, 0)


class Twins:
    """What the processes of one service share."""

    def __init__(self, journal: Any, tables: Any) -> None:
        self.journal = journal
        self.tables = tables
        self.numbers = Numbers()
