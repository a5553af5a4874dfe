"""Projects batches of records into the read models: `Processor`'s counterpart for queries.

decode → write (timeline, documents, levels) → dead letters → commit. Every step may be repeated, so
a crash anywhere costs a repeat. Two processes that write the same document are kept apart by the
versions it has applied: a write that is based on others fails, and the process loads and applies
again.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from services.portal.projections.batch import Batch
from services.portal.projections.cache import DocumentCache
from services.portal.projections.facts import Entry, Fact, read, without_superseded
from services.portal.projections.store import Store
from shared.contracts.topics import PORTAL
from shared.runtime.http.metrics import Metrics
from shared.runtime.ports import Publication, Publisher, Record, Unavailable
from shared.runtime.processing.batch_runner import Attempt, BatchRunner, Sleep
from shared.runtime.processing.dead_letters import FAILURE, DeadLetters
from shared.runtime.processing.decoding import Undecodable
from shared.runtime.processing.pacing import NO_WAIT, Pacing

log = structlog.get_logger()


class Projector(BatchRunner):
    """Projects the records of one process, one batch at a time; see `BatchRunner`."""

    def __init__(
        self,
        store: Store,
        publisher: Publisher,
        metrics: Metrics,
        clock: Callable[[], datetime],
        prefix: str = "",
        sleep: Sleep = asyncio.sleep,
        pacing: Pacing = NO_WAIT,
    ) -> None:
        super().__init__(metrics, sleep, pacing)
        self._store = store
        self._publisher = publisher
        self._clock = clock
        self._prefix = prefix
        self._dead_letters = DeadLetters(PORTAL, prefix)
        self._cache = DocumentCache()

    def begin(self, records: Sequence[Record]) -> Attempt:
        """See `BatchRunner`."""

        async def attempt() -> bool:
            await self._attempt(records)
            return True

        return attempt

    def forget(self) -> None:
        """See `BatchRunner`."""
        self._cache.clear()

    def reset(self) -> None:
        """See `BatchRunner`."""
        self._cache.clear()

    async def recover(self) -> None:
        """See `BatchRunner`."""
        self.reset()
        try:
            await self._publisher.renew()
        except Unavailable as error:
            log.warning("engine unavailable", error=str(error))

    def committed(self) -> None:
        """See `BatchRunner`."""
        self._cache.trim()

    async def _attempt(self, records: Sequence[Record]) -> None:
        """One attempt at a batch. Raises `Unavailable`."""
        now = self._clock()
        items: list[Fact | Entry] = []
        record_of: dict[str, Record] = {}
        dead_letters: list[Publication] = []
        for record in without_superseded(records, self._prefix):
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

        batch = Batch(self._store, self._cache, items, on_failure)
        await batch.write()
        if dead_letters:
            await self._publisher.publish(dead_letters)
        self._metrics.repeats.inc(batch.repeats)

    def _report(self, record: Record, reason: str) -> None:
        self._metrics.dead_letters.inc()
        position = f"{record.topic}/{record.partition}@{record.offset}"
        log.warning("dead letter", position=position, reason=reason)
