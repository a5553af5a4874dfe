"""Consumer groups for tests: the real consumer on Kafka, and the simulated one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Protocol

from shared.runtime.ports import Headers, Publication, Publisher, Record

PATIENCE = 60.0
PAUSE = 0.05


class Reader:
    """A handler that records its batches and the events of its partitions."""

    def __init__(self, *, commits: bool = True) -> None:
        self.got: list[Record] = []
        self.told: list[str] = []
        self.batches: list[int] = []
        self.failures: deque[Exception] = deque()
        self.before_commit: Callable[[], Awaitable[None]] | None = None
        self._commits = commits

    @property
    def values(self) -> list[int]:
        """The values of the records, which are numbers, in order of arrival."""
        return [int(record.value or b"") for record in self.got]

    async def handle(
        self, records: Sequence[Record], commit: Callable[[], Awaitable[None]]
    ) -> None:
        """Fails or waits as planned; then commits."""
        self.got += records
        self.batches.append(len(records))
        if self.failures:
            raise self.failures.popleft()
        if self.before_commit is not None:
            await self.before_commit()
        if self._commits:
            await commit()

    async def give_up(self, seconds: float) -> None:
        """Its partitions are revoked."""
        self.told.append("taken")

    def resume(self) -> None:
        """Partitions are assigned to it."""
        self.told.append("given")

    def busy_seconds(self) -> float:
        """It is never busy."""
        return 0.0


class Joined(Protocol):
    """A member of the group."""

    async def leave(self) -> None:
        """Leaves the group."""

    async def freeze(self) -> None:
        """Stops all of its activity, including heartbeats, until `wake`."""

    def wake(self) -> None:
        """Continues."""


class World(Protocol):
    """Two topics of two partitions each, and a group that reads both."""

    topics: Sequence[str]

    @property
    def publisher(self) -> Publisher: ...

    async def join(self, name: str, reader: Reader, *, freezes: bool = False) -> Joined:
        """Returns once the member has partitions. One that `freezes` is soon given up for dead."""

    async def until(self, condition: Callable[[], object]) -> None:
        """Waits until the condition is true; fails if it never is."""

    async def behind(self) -> int:
        """The number of records that the group hasn't committed."""


Scenario = Callable[[World], Coroutine[None, None, None]]


async def publish(
    world: World, numbers: Sequence[int], topic: int = 0, headers: Headers = ()
) -> None:
    """Publishes numbers, one per record, to seven keys in turn."""
    await world.publisher.publish(
        [
            Publication(world.topics[topic], f"k{n % 7}".encode(), str(n).encode(), headers)
            for n in numbers
        ]
    )


async def caught_up(world: World) -> None:
    """Waits until the group has committed all records; fails if it never does."""
    for _ in range(int(PATIENCE / PAUSE)):
        if not await world.behind():
            return
        await asyncio.sleep(PAUSE)
    raise AssertionError(f"not within {PATIENCE:g} s")
