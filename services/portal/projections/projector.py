"""Projects batches of records into the read models: `Processor`'s counterpart for queries.

decode → write (timeline, documents, levels) → dead letters → commit. Every step may be repeated, so
a crash anywhere costs a repeat. Two processes that write the same document are kept apart by the
versions it has applied: a write that is based on others fails, and the process loads and applies
again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from time import monotonic

import structlog

from services.portal.projections.batch import Batch
from services.portal.projections.facts import Entry, Fact, read
from services.portal.projections.store import Store
from shared.contracts.topics import PORTAL
from shared.runtime.backoff import delays
from shared.runtime.http.metrics import Metrics
from shared.runtime.ports import Publication, Publisher, Record, Unavailable
from shared.runtime.processing.dead_letters import FAILURE, DeadLetters
from shared.runtime.processing.decoding import Undecodable
from shared.runtime.processing.processor import Abandoned, commit_nothing

log = structlog.get_logger()


class Projector:
    """Projects the records of one process, one batch at a time; see `Processor`."""

    def __init__(
        self,
        store: Store,
        publisher: Publisher,
        metrics: Metrics,
        clock: Callable[[], datetime],
        prefix: str = "",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._metrics = metrics
        self._clock = clock
        self._prefix = prefix
        self._sleep = sleep
        self._dead_letters = DeadLetters(PORTAL, prefix)
        self._since: float | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._lost = False
        self._generation = 0

    async def handle(
        self, records: Sequence[Record], commit: Callable[[], Awaitable[None]] = commit_nothing
    ) -> None:
        """Returns once the read models hold every record and `commit` was called.

        Raises `Abandoned` if the partitions were assigned to another process.
        """
        if self._lost:
            raise Abandoned
        self._idle.clear()
        self._since = monotonic()
        try:
            with self._metrics.batch_seconds.time():
                await self._until_done(records)
            await commit()
        finally:
            self._since = None
            self._idle.set()
        self._metrics.records.inc(len(records))

    def busy_seconds(self) -> float:
        """For how many seconds the current batch has been in work; 0 if there is none."""
        return 0.0 if self._since is None else monotonic() - self._since

    async def give_up(self, seconds: float) -> None:
        """Partitions are being revoked: waits up to `seconds` for the batch, then abandons it."""
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            self._generation += 1
        self._lost = True

    def resume(self) -> None:
        """Partitions were assigned."""
        self._lost = False

    async def _until_done(self, records: Sequence[Record]) -> None:
        generation = self._generation
        for seconds in delays():
            try:
                await self._attempt(records)
            except Exception as error:
                if self._generation != generation:
                    raise Abandoned from error
                if isinstance(error, Unavailable):
                    log.warning("engine unavailable", error=str(error), again_in=round(seconds, 2))
                else:
                    log.exception("a batch failed", again_in=round(seconds, 2))
                self._metrics.unavailable.inc()
                await self._sleep(seconds)
                await self._renew()
            else:
                return

    async def _renew(self) -> None:
        try:
            await self._publisher.renew()
        except Unavailable as error:
            log.warning("engine unavailable", error=str(error))

    async def _attempt(self, records: Sequence[Record]) -> None:
        """One attempt at a batch. Raises `Unavailable`."""
        now = self._clock()
        items: list[Fact | Entry] = []
        record_of: dict[str, Record] = {}
        dead_letters: list[Publication] = []
        for record in records:
            try:
                item = read(record, self._prefix)
            except Undecodable as undecodable:
                self._report(record, str(undecodable.error))
                dead_letters.append(self._dead_letters.malformed(record, undecodable.error, now))
                continue
            items.append(item)
            if isinstance(item, Fact):
                record_of[item.message_id] = record

        def on_failure(fact: Fact, error: Exception) -> None:
            record, reason = record_of[fact.message_id], f"{type(error).__name__}: {error}"
            self._report(record, reason)
            dead_letters.append(self._dead_letters.of(record, FAILURE, "", reason, now))

        batch = Batch(self._store, items, on_failure)
        await batch.write()
        if dead_letters:
            await self._publisher.publish(dead_letters)
        self._metrics.repeats.inc(batch.repeats)

    def _report(self, record: Record, reason: str) -> None:
        self._metrics.dead_letters.inc()
        position = f"{record.topic}/{record.partition}@{record.offset}"
        log.warning("dead letter", position=position, reason=reason)
