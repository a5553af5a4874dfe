"""The life of a process: it serves HTTP at once, and starts and stops its parts behind that."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple, Protocol

import structlog
from aiokafka.errors import KafkaError
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import PyMongoError

from shared.runtime.backoff import delays
from shared.runtime.connection_errors import why_refused
from shared.runtime.ports import Unavailable
from shared.runtime.settings import Settings

log = structlog.get_logger()

Step = Callable[[], Awaitable[object]]


async def _nothing() -> None:
    pass


class Part(NamedTuple):
    """A part of a process: its name for those who wait for it, how it starts, how it stops.

    `start` is repeated until it succeeds. `stop` has to bear a part that hasn't started.
    """

    name: str
    start: Step
    stop: Step = _nothing


class Startup(Protocol):
    """Reports what a starting process waits for; None once it has started."""

    waiting_for: str | None


class Lifecycle(Startup, Protocol):
    """Reports also whether the process is stopping."""

    stopping: bool


class Process:
    """Starts its parts one after another, and stops them in reverse order.

    mongo    closed when all parts have stopped
    started  logged once all parts have started
    failure  the exception that ended the process, if one did
    """

    def __init__(
        self,
        settings: Settings,
        mongo: AsyncIOMotorClient,
        health: Lifecycle,
        parts: Sequence[Part],
        **started: object,
    ) -> None:
        self.failure: BaseException | None = None
        self._settings = settings
        self._mongo = mongo
        self._health = health
        self._parts = parts
        self._started = started

    @asynccontextmanager
    async def lifespan(self, _: object) -> AsyncIterator[None]:
        """Starts the parts in the background, so that HTTP answers from the first moment on."""
        starting = asyncio.create_task(self._start())
        starting.add_done_callback(self._stop_if_failed)
        try:
            yield
        finally:
            self._health.stopping = True
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            for part in reversed(self._parts):
                await part.stop()
            self._mongo.close()
            log.info("stopped")

    async def _start(self) -> None:
        for part in self._parts:
            await retry_until_ready(part.name, part.start, self._settings, self._health)
        self._health.waiting_for = None
        log.info("started", **self._started)

    def _stop_if_failed(self, starting: asyncio.Task[None]) -> None:
        """Ends the process after an error that waiting can't fix."""
        if not starting.cancelled() and (error := starting.exception()):
            self.failure = error
            log.error("can't start", exc_info=error)
            signal.raise_signal(signal.SIGTERM)


async def retry_until_ready(what: str, step: Step, settings: Settings, health: Startup) -> None:
    """Repeats a step of the start until it succeeds: Kafka or MongoDB may start after us.

    Sets `health.waiting_for` to `what`, and to the reason if access was refused.
    """
    health.waiting_for = what
    for seconds in delays(first=0.1):
        try:
            await step()
        except (Unavailable, KafkaError, PyMongoError, OSError) as error:
            refused = await why_refused(settings, error)
            health.waiting_for = f"{what}: {refused}" if refused else what
            log.warning("waiting", waiting_for=what, error=str(error), refused=refused)
            await asyncio.sleep(seconds)
        else:
            return
