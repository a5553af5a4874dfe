"""Runs batches of records, one at a time, each until it has succeeded or was given away."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from time import time

import structlog

from shared.runtime import tracing
from shared.runtime.backoff import delays
from shared.runtime.http.metrics import Metrics
from shared.runtime.ports import Record, Unavailable
from shared.runtime.processing.pacing import NO_WAIT, Pacing

Attempt = Callable[[], Awaitable[bool]]
Sleep = Callable[[float], Awaitable[None]]

log = structlog.get_logger()


def _time() -> float:
    """Seconds by the event loop's clock, which a simulation has in its hands."""
    return asyncio.get_running_loop().time()


def _written_at(records: Sequence[Record]) -> float | None:
    """The Unix time at which the oldest record was written; None if the records don't say."""
    stamps = [stamp for each in records if (stamp := getattr(each, "timestamp", None))]
    return min(stamps) / 1000 if stamps else None


class Abandoned(Exception):
    """The partitions were revoked during an outage: their new owner processes the batch."""


async def commit_nothing() -> None:
    """A commit that does nothing."""


class BatchRunner(ABC):
    """What processors and projectors share: retries, revoked partitions, and pacing."""

    def __init__(
        self, metrics: Metrics, sleep: Sleep = asyncio.sleep, pacing: Pacing = NO_WAIT
    ) -> None:
        self._metrics = metrics
        self._sleep = sleep
        self._pacing = pacing
        self._since: float | None = None
        self._oldest: float | None = None
        self._last_age = 0.0
        self._idle = asyncio.Event()
        self._idle.set()
        self._lost = False
        self._generation = 0

    @abstractmethod
    def begin(self, records: Sequence[Record]) -> Attempt:
        """Decodes a batch. What it returns attempts the batch, or what is left of it.

        An attempt returns whether the batch is done, and raises `Unavailable`.
        """

    @abstractmethod
    def forget(self) -> None:
        """Forgets what is in memory: another process may write it from now on, or has written it.

        A batch may be in flight, and goes on.
        """

    @abstractmethod
    def reset(self) -> None:
        """Forgets what a batch that has failed leaves in memory; none is in flight."""

    @abstractmethod
    async def recover(self) -> None:
        """Prepares for the next attempt, after one has failed."""

    @abstractmethod
    def committed(self) -> None:
        """Called once a batch is committed."""

    async def handle(
        self, records: Sequence[Record], commit: Callable[[], Awaitable[None]] = commit_nothing
    ) -> None:
        """Processes a batch; returns once every record has had its effect and `commit` was called.

        Raises `Abandoned` if the partitions were revoked. Nothing may be committed then until
        `resume`.
        """
        if self._lost:
            raise Abandoned
        self._idle.clear()
        self._since = since = _time()
        self._oldest = _written_at(records)
        try:
            with tracing.current().batch(records):
                with self._metrics.batch_seconds.time():
                    await self._until_done(self.begin(records))
                with tracing.current().step("commit"):
                    await commit()
                self.committed()
        except BaseException:
            self.reset()
            raise
        finally:
            self._last_age = self.oldest_record_seconds()
            self._since = self._oldest = None
            self._idle.set()
        self._metrics.records.inc(len(records))
        if wait := self._pacing.wait(len(records), _time() - since):
            await self._sleep(wait)

    def busy_seconds(self) -> float:
        """Seconds since the batch in flight began; 0 if there is none."""
        return 0.0 if self._since is None else _time() - self._since

    def oldest_record_seconds(self) -> float:
        """The age of the oldest record of the batch in flight.

        Without one, its age at the end of the last batch.
        """
        if self._since is None:
            return self._last_age
        return 0.0 if self._oldest is None else max(0.0, time() - self._oldest)

    def unpublished_seconds(self) -> float:
        """Seconds since the batch in flight wrote to the journal what isn't published yet."""
        return 0.0

    async def give_up(self, seconds: float) -> None:
        """Waits up to `seconds` for the batch in flight, because partitions are being revoked.

        A batch that an outage holds up is abandoned: its offsets are never committed, so the next
        owner of the partitions receives it again.
        """
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            self._generation += 1
        self._lost = True
        self.forget()

    def resume(self) -> None:
        """Accepts batches again, after partitions were assigned."""
        self._lost = False
        self.forget()

    async def _until_done(self, attempt: Attempt) -> None:
        generation, waits = self._generation, delays()
        done = False
        while not done:
            try:
                done = await attempt()
                waits = delays()
            except Exception as error:
                if self._generation != generation:
                    raise Abandoned from error
                # A message that can't be handled must never be skipped, whatever the reason.
                seconds = next(waits)
                if isinstance(error, Unavailable):
                    log.warning("engine unavailable", error=str(error), again_in=round(seconds, 2))
                else:
                    log.exception("a batch failed", again_in=round(seconds, 2))
                self._metrics.unavailable.inc()
                await self._sleep(seconds)
                await self.recover()
