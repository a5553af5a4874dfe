"""Moves closed streams to the archive while a history goes on, most of them far too early."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from shared.runtime.decider.service import Service
from shared.runtime.ports import Document
from shared.runtime.processing.archiving import Archiver
from tests.fakes import MemoryArchive
from tests.simulation.calendar import Calendar
from tests.simulation.journal import Journal
from tests.simulation.process import START, UNREAD

BETWEEN = 0.2  # mean seconds between two passes
AFTER = 0.05  # seconds; messages about a stream still come, and are repeated, after that
LATENCY = 0.05  # mean seconds between loading and moving, in which streams may change


class _Slow(MemoryArchive):
    """An archive that is far away."""

    def __init__(self, journal: Journal, drawn: random.Random) -> None:
        super().__init__(journal)
        self._drawn = drawn

    async def old(self, before: datetime) -> AsyncIterator[str]:
        """See `ports.Archive`."""
        for stream in [each async for each in super().old(before)]:
            yield stream

    async def move(self, streams: Mapping[str, Sequence[Document]]) -> Collection[str]:
        """See `ports.Archive`."""
        await asyncio.sleep(self._drawn.expovariate(1 / LATENCY))
        return await super().move(streams)


async def archive_now_and_then(
    service: Service, journal: Journal, seed: int, calendar: Calendar
) -> None:
    """Makes passes until it is canceled. It draws from a source of its own, so that the history of
    a seed stays what it is without an archive.
    """
    drawn = random.Random(f"{seed} {service.name}")
    loop = asyncio.get_running_loop()

    def now() -> datetime:
        return START + timedelta(seconds=loop.time()) + calendar.passed

    after = timedelta(seconds=AFTER)
    archive = _Slow(journal, drawn)
    archiver = Archiver(service, journal, archive, after, now, UNREAD)  # type: ignore[arg-type]
    while True:
        await asyncio.sleep(drawn.expovariate(1 / BETWEEN))
        await archiver.run()
