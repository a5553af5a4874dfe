"""A process that tells the payment service of deadlines: the real `Deadlines`, over fakes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from services.payment.gateway.deadlines import EVENTS, Deadlines
from shared.runtime.ports import Publication, Unavailable
from shared.runtime.processing.decoding import decode
from tests.fakes import MemoryRecord
from tests.simulation.host import Host, Remote
from tests.simulation.kafka import Group, Producer
from tests.simulation.member import Member
from tests.simulation.process import clock_of
from tests.unit.payment.gateway.memory_deadlines import MemoryDeadlines

DEADLINES = "deadlines"
PERIOD = 0.2  # mean seconds between two looks at what is due


class DeadlineReader(Member):
    """One of them. All share a store; each may die at any moment, as its gateway may."""

    def __init__(self, host: Host, group: Group, store: MemoryDeadlines) -> None:
        producer = Remote(Producer(group.log, host.faults, host.log), host)

        async def publish(one: Publication) -> None:
            await producer.publish([one])

        remote = Remote(store, host)
        self._deadlines = Deadlines(remote, publish, clock_of(host.faults))  # type: ignore[arg-type]
        super().__init__(_Take(self._deadlines), host, group)  # type: ignore[arg-type]

    async def run(self) -> None:
        """Reads deadlines and tells those that are due, until it dies."""
        await asyncio.gather(super().run(), self._tell())

    async def _tell(self) -> None:
        while True:
            await self.host.pause(PERIOD)
            try:
                await self._deadlines.go_on()
            except Unavailable as error:
                self.host.log(f"can't tell deadlines: {error}")


class _Take:
    """Stores the deadlines of each batch before its offsets are committed."""

    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines

    async def handle(
        self, records: Sequence[MemoryRecord], commit: Callable[[], Awaitable[None]]
    ) -> None:
        read = [decode(record, "", frozenset(EVENTS)) for record in records]
        await self._deadlines.take((each.message, each.envelope) for each in read if each)
        await commit()

    async def give_up(self, seconds: float) -> None:
        """Nothing is in flight that could be given up."""

    def resume(self) -> None:
        """Nothing was stopped."""
