"""Simulated consumer groups."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from tests.integration.runtime.groups import PATIENCE, PAUSE, Joined, Reader, Scenario
from tests.simulation.faults import FaultInjector
from tests.simulation.host import Host
from tests.simulation.kafka import Group, Log, Producer
from tests.simulation.loop import VirtualLoop, rest
from tests.simulation.member import Member

SEEDS = range(20)  # each seed makes another schedule of the simulation


class SimulatedMember:
    """A process of the simulation, without faults."""

    def __init__(self, member: Member, group: Group) -> None:
        self._member = member
        self._group = group

    async def leave(self) -> None:
        """See `Joined`."""
        self._member.host.die()
        await self._group.expel(self._member)

    async def freeze(self) -> None:
        """See `Joined`."""
        self._member.host.freeze()
        await self._member.host.gate()

    def wake(self) -> None:
        """See `Joined`."""
        self._member.host.wake()


class SimulatedWorld:
    """Simulated Kafka."""

    topics = ("a", "b")

    def __init__(self, seed: int) -> None:
        self._faults = FaultInjector(seed)
        self._faults.stop()
        self._group = Group(Log(), self.topics)
        self._tasks: list[asyncio.Task[None]] = []
        self.publisher = Producer(self._group.log, self._faults, lambda words: None)

    async def join(self, name: str, reader: Reader, *, freezes: bool = False) -> Joined:
        """See `World`."""
        host = Host(name, self._faults, lambda words: None)
        member = Member(reader, host, self._group)
        host.on_stop = lambda: self._spawn(self._group.doubt(member))
        host.on_wake = lambda: self._spawn(member.come_back())
        self._spawn(member.run())
        await self.until(lambda: "given" in reader.told)
        return SimulatedMember(member, self._group)

    async def until(self, condition: Callable[[], object]) -> None:
        """See `World`."""
        for _ in range(int(PATIENCE / PAUSE)):
            if condition():
                return
            await rest(PAUSE)
        raise AssertionError(f"not within {PATIENCE:g} s")

    async def behind(self) -> int:
        """See `World`."""
        return self._group.lag

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        self._tasks.append(asyncio.get_running_loop().create_task(work))


def simulate(scenario: Scenario) -> None:
    """Runs a scenario in the simulation, once for each seed."""
    for seed in SEEDS:
        loop = VirtualLoop()

        async def play(seed: int = seed) -> None:
            await scenario(SimulatedWorld(seed))

        try:
            loop.run_until_complete(play())
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.wait(left)) if left else None
        finally:
            loop.close()
