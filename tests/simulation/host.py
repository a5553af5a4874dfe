"""What a process runs on: it may die or stand still at any moment at which the process waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from shared.runtime.ports import Unavailable
from tests.simulation.faults import Weather
from tests.simulation.loop import rest

T = TypeVar("T")

LATENCY = 0.001
STANDSTILL = 0.4  # mean seconds; the session time-out is about as long


class Host:
    """The machine of one process. `on_death`, `on_stop` and `on_wake` tell the world."""

    def __init__(self, name: str, weather: Weather, tell: Callable[[str], None]) -> None:
        self.name = name
        self.alive = True
        self.awake = asyncio.Event()
        self.awake.set()
        self.on_death: Callable[[], None] = lambda: None
        self.on_stop: Callable[[], None] = lambda: None
        self.on_wake: Callable[[], None] = lambda: None
        self.weather = weather
        self.tell = tell

    async def pause(self, mean: float = LATENCY) -> None:
        """Lets time pass. Whoever dies meanwhile never comes back from here."""
        await rest(self.weather.moment(mean))
        if not self._goes_on():
            await self._wait()

    async def gate(self) -> None:
        """A moment at which the process may die or stand still."""
        if not self._goes_on():
            await self._wait()

    def _goes_on(self) -> bool:
        if self.alive and self.weather.strikes("crash"):
            self.die()
        if self.alive and self.awake.is_set() and self.weather.strikes("stop"):
            seconds = self.weather.moment(STANDSTILL)
            self.tell(f"stands still for {seconds:.3f} s")
            self.stand_still()
            asyncio.get_running_loop().call_later(seconds, self.wake)
        return self.alive and self.awake.is_set()

    async def _wait(self) -> None:
        while self.alive and not self.awake.is_set():
            await self.awake.wait()
        if not self.alive:
            await asyncio.Future()

    def die(self) -> None:
        """Everything that it was doing ends here."""
        self.tell("dies")
        self.alive = False
        self.awake.set()
        self.on_death()

    def stand_still(self) -> None:
        """Nothing goes on here until it wakes up."""
        self.awake.clear()
        self.on_stop()

    def wake(self) -> None:
        """Goes on where it stood still."""
        if self.alive and not self.awake.is_set():
            self.tell("wakes up")
            self.awake.set()
            self.on_wake()

    async def call(self, what: str, work: Callable[[], Awaitable[T]]) -> T:
        """Asks an engine: the request takes its time, and so does the answer, if it comes."""
        await self.pause()
        if self.weather.strikes("unreachable"):
            self.tell(f"{what}: out of reach")
            raise Unavailable(f"{what}: out of reach")
        answer = await work()
        await self.pause()
        if self.weather.strikes("answer lost"):
            self.tell(f"{what}: done, and the answer is lost")
            raise Unavailable(f"{what}: the answer is lost")
        return answer


class Remote:
    """An engine's fake as seen from a host: every method of its port takes time, and may fail."""

    def __init__(self, fake: Any, host: Host) -> None:
        self._twin = fake
        self._host = host

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._twin, name)

        async def call(*arguments: Any) -> Any:
            return await self._host.call(name, lambda: method(*arguments))

        return call
