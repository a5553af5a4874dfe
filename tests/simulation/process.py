"""One process of a service: the real processor on a simulated host."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.runtime.decider.service import Service
from shared.runtime.processing.context import ServiceContext
from shared.runtime.processing.pacing import Pacing
from shared.runtime.processing.processor import Processor
from shared.site import Site
from tests.simulation.faults import FaultInjector
from tests.simulation.host import Host, Remote
from tests.simulation.kafka import Group, Producer
from tests.simulation.member import Member

START = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
SKEW = 30.0
# As in production, for the smaller batches here.
PACING = Pacing(small=3, full=30, share=5, most=0.05)


class Unread:
    """A metric that ignores everything."""

    def __getattr__(self, name: str) -> Unread:
        return self

    def __call__(self, *_: object) -> Unread:
        return self

    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


UNREAD = Unread()


class Numbers:
    """`ports.Numbers`: one counter for all processes."""

    drawn = 1_000_000

    async def reserve(self, count: int) -> None:
        """Does nothing; numbers never run out."""

    def take(self) -> str:
        """Returns the next number."""
        self.drawn += 1
        return f"PO{self.drawn}"


def clock_of(faults: FaultInjector) -> Callable[[], datetime]:
    """Returns the clock of a new process, which may be wrong."""
    skew = faults.random.uniform(-SKEW, SKEW) if faults.happens("clock skew") else 0.0
    loop, calendar = asyncio.get_running_loop(), faults.calendar

    def now() -> datetime:
        return START + timedelta(milliseconds=int((loop.time() + skew) * 1000)) + calendar.passed

    return now


class Process(Member):
    """One process of a service."""

    def __init__(
        self, host: Host, group: Group, service: Service, fakes: Fakes, site: Site
    ) -> None:
        faults = host.faults
        engine = ServiceContext(
            service=service,
            site=site,
            journal=Remote(fakes.journal, host),  # type: ignore[arg-type]
            publisher=Remote(Producer(group.log, faults, host.log), host),  # type: ignore[arg-type]
            numbers=fakes.numbers if service.numbered else None,
            clock=clock_of(faults),
            metrics=UNREAD,  # type: ignore[arg-type]
            tables=Remote(fakes.tables, host) if service.tables else None,  # type: ignore[arg-type]
        )
        super().__init__(Processor(engine, host.pause, PACING), host, group)


class Fakes:
    """The fakes that the processes of one service share."""

    def __init__(self, journal: Any, tables: Any) -> None:
        self.journal = journal
        self.tables = tables
        self.numbers = Numbers()
