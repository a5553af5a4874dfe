"""Consumer groups to try a behaviour on: of the real consumer on Kafka, and of its twin."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Protocol

from shared.runtime.ports import Headers, Publication, Publisher, Record

PATIENCE = 60.0
PAUSE = 0.05


class Reader:
    """A handler that notes what it gets, and what it is told of its partitions."""

    def __init__(self, *, commits: bool = True) -> None:
        self.got: list[Record] = []
        self.told: list[str] = []
        self.batches: list[int] = []
        self.failures: deque[Exception] = deque()
        self.before_commit: Callable[[], Awaitable[None]] | None = None
        self._commits = commits

    @property
    def values(self) -> list[int]:
        """The records' values, which are numbers, as they came."""
        return [int(record.value or b"") for record in self.got]

    async def handle(
        self, records: Sequence[Record], commit: Callable[[], Awaitable[None]]
    ) -> None:
        """Fails if it is to, and stands still if it is to; then commits."""
        self.got += records
        self.batches.append(len(records))
        if self.failures:
            raise self.failures.popleft()
        if self.before_commit is not None:
            await self.before_commit()
        if self._commits:
            await commit()

    async def give_up(self, seconds: float) -> None:
        """Its partitions are taken away."""
        self.told.append("taken")

    def resume(self) -> None:
        """It has got partitions."""
        self.told.append("given")

    def busy_seconds(self) -> float:
        """It is never busy."""
        return 0.0


class Joined(Protocol):
    """A process that is in the group."""

    async def leave(self) -> None:
        """It says goodbye."""

    async def stand_still(self) -> None:
        """Nothing goes on in it, not even its heartbeat, until `wake`."""

    def wake(self) -> None:
        """It goes on."""


class World(Protocol):
    """Two topics of two partitions each, and a group that reads both."""

    topics: Sequence[str]

    @property
    def publisher(self) -> Publisher: ...

    async def join(self, name: str, reader: Reader) -> Joined:
        """Returns once it has got its partitions."""

    async def until(self, condition: Callable[[], object]) -> None:
        """Returns once that is true; fails if it never is."""

    async def behind(self) -> int:
        """Records that the group hasn't committed."""


Scenario = Callable[[World], Coroutine[None, None, None]]


async def publish(
    world: World, numbers: Sequence[int], topic: int = 0, headers: Headers = ()
) -> None:
    """Writes a number a record, to seven keys in turn."""
    await world.publisher.publish(
        [
            Publication(world.topics[topic], f"k{n % 7}".encode(), str(n).encode(), headers)
            for n in numbers
        ]
    )


async def caught_up(world: World) -> None:
    """Returns once the group has committed all that there is; fails if it never does."""
    for _ in range(int(PATIENCE / PAUSE)):
        if not await world.behind():
            return
        await asyncio.sleep(PAUSE)
    raise AssertionError(f"not within {PATIENCE:g} s")
