"""The host of a process, which may crash or freeze whenever the process waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from shared.runtime.ports import Unavailable
from tests.simulation.faults import FaultInjector
from tests.simulation.loop import rest

T = TypeVar("T")

LATENCY = 0.001
FREEZE = 0.4  # mean seconds, similar to the session timeout


class Host:
    """The host of one process; calls `on_death`, `on_stop` and `on_wake`."""

    def __init__(self, name: str, faults: FaultInjector, log: Callable[[str], None]) -> None:
        self.name = name
        self.alive = True
        self.awake = asyncio.Event()
        self.awake.set()
        self.on_death: Callable[[], None] = lambda: None
        self.on_stop: Callable[[], None] = lambda: None
        self.on_wake: Callable[[], None] = lambda: None
        self.faults = faults
        self.log = log

    async def pause(self, mean: float = LATENCY) -> None:
        """Waits. Never returns if the process dies meanwhile."""
        await rest(self.faults.duration(mean))
        if not self._may_go_on():
            await self._wait()

    async def gate(self) -> None:
        """A point at which the process may crash or freeze."""
        if not self._may_go_on():
            await self._wait()

    def _may_go_on(self) -> bool:
        if self.alive and self.faults.happens("crash"):
            self.die()
        if self.alive and self.awake.is_set() and self.faults.happens("stop"):
            seconds = self.faults.duration(FREEZE)
            self.log(f"freezes for {seconds:.3f} s")
            self.freeze()
            asyncio.get_running_loop().call_later(seconds, self.wake)
        return self.alive and self.awake.is_set()

    async def _wait(self) -> None:
        while self.alive and not self.awake.is_set():
            await self.awake.wait()
        if not self.alive:
            await asyncio.Future()

    def die(self) -> None:
        """Ends everything that the process does."""
        self.log("dies")
        self.alive = False
        self.awake.set()
        self.on_death()

    def freeze(self) -> None:
        """Stops the process until `wake`."""
        self.awake.clear()
        self.on_stop()

    def wake(self) -> None:
        """Resumes the process where it stopped."""
        if self.alive and not self.awake.is_set():
            self.log("resumes")
            self.awake.set()
            self.on_wake()

    async def call(self, what: str, work: Callable[[], Awaitable[T]]) -> T:
        """Calls an engine; request and answer take time, and either may be lost."""
        await self.pause()
        if self.faults.happens("unreachable"):
            self.log(f"{what}: unreachable")
            raise Unavailable(f"{what}: unreachable")
        answer = await work()
        await self.pause()
        if self.faults.happens("answer lost"):
            self.log(f"{what}: done, but the answer is lost")
            raise Unavailable(f"{what}: the answer is lost")
        return answer


class Remote:
    """An engine's fake as seen from a host: every call takes time and may fail."""

    def __init__(self, fake: Any, host: Host) -> None:
        self._fake = fake
        self._host = host

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._fake, name)

        async def call(*arguments: Any) -> Any:
            return await self._host.call(name, lambda: method(*arguments))

        return call
