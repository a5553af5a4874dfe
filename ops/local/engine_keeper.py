"""Restarts an engine of a local system whenever its process is gone."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from ops.local.backoff import Backoff
from ops.local.engines import EngineError, Engines
from ops.local.home import Restart

LOOK_EVERY = 0.5


class EngineKeeper:
    """Keeps one engine running until `stop`.

    name     Kafka or MongoDB
    changed  called with the restart that is due, and with None once the engine runs again
    say      called with a sentence about each end and restart
    """

    def __init__(
        self,
        name: str,
        engines: Engines,
        changed: Callable[[Restart | None], None],
        say: Callable[[str], None],
    ) -> None:
        self._name = name
        self._engines = engines
        self._changed = changed
        self._say = say
        self._stopping = asyncio.Event()

    async def keep(self) -> None:
        """Restarts the engine on the same data and ports, with growing pauses, until `stop`."""
        backoff, because = Backoff(), "ended"
        began = time.monotonic()
        while not self._stopping.is_set():
            if because == "ended" and await asyncio.to_thread(self._engines.lives, self._name):
                await self._pause(LOOK_EVERY)
                continue
            delay = backoff.after(time.monotonic() - began)
            self._say(f"{self._name} {because}; restarting in {delay:g} s.")
            self._changed(Restart.after(delay, because))
            if await self._pause(delay):
                return
            began = time.monotonic()
            try:
                address = await asyncio.to_thread(self._engines.revive, self._name)
            except EngineError as error:
                because = f"could not be restarted: {error.message.rstrip('.')}"
                continue
            except OSError as error:
                because = f"runs, but that could not be recorded: {error.strerror}"
                continue
            because = "ended"
            self._changed(None)
            self._say(f"{self._name} runs again at {address}.")

    def stop(self) -> None:
        """Lets `keep` return, after a restart that is under way."""
        self._stopping.set()

    async def _pause(self, seconds: float) -> bool:
        """Waits; returns early, and True, if it is to stop."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()
