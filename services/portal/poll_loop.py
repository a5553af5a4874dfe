"""Repeats a step every so often, and at once when something is known to wait."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from shared.runtime.ports import Unavailable

log = structlog.get_logger()


class PollLoop:
    """Repeats `step`, and survives whatever it raises.

    what     what the step works on, for the log
    seconds  between two steps, unless `wake` is called
    """

    def __init__(self, what: str, step: Callable[[], Awaitable[None]], seconds: float) -> None:
        self._what = what
        self._step = step
        self._seconds = seconds
        self._woken = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Starts repeating."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stops, in the middle of a step too."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    def wake(self) -> None:
        """Says that something waits, so that it doesn't wait for the next poll."""
        self._woken.set()

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self._step()
            except Unavailable as error:
                log.warning("waiting", waiting_for=self._what, error=str(error))
            except Exception:
                log.exception("a step failed; it is tried again", step=self._what)
            # `wait_for` of Python 3.11 may swallow a cancellation when the event is set meanwhile.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._woken.wait()
