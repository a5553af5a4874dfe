"""Projects batches of records into the read models: `Processor`'s counterpart for queries.

decode → write (timeline, documents, levels) → dead letters → commit. Every step may be repeated, so
a crash anywhere costs a repeat. Two processes that write the same document are kept apart by the
versions it has applied: a write that is based on others fails, and the process loads and applies
again.

A large batch is divided by key into lanes that run at once: MongoDB writes one while another one is
decoded. No two lanes write the same document, and all have ended before anything is committed or
repeated.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from zlib import crc32

import structlog

from services.portal.projections.batch import Batch
from services.portal.projections.cache import DocumentCache
from services.portal.projections.facts import Entry, Fact, read, without_superseded
from services.portal.projections.store import Store
from shared.contracts.topics import PORTAL
from shared.runtime import tracing
from shared.runtime.http.metrics import Metrics
from shared.runtime.ports import Publication, Publisher, Record, Unavailable
from shared.runtime.processing.batch_runner import Attempt, BatchRunner, Sleep
from shared.runtime.processing.dead_letters import FAILURE, DeadLetters
from shared.runtime.processing.decoding import Undecodable
from shared.runtime.processing.pacing import NO_WAIT, Pacing

# Two lanes keep both sides busy; the others make up for lanes that have few records.
MOST_LANES = 4
LANE_RECORDS = 500

log = structlog.get_logger()


class Projector(BatchRunner):
    """Projects the records of one process, one batch at a time; see `BatchRunner`.

    lane_records  a batch is divided into as many lanes as have so many records each
    """

    def __init__(
        self,
        store: Store,
        publisher: Publisher,
        metrics: Metrics,
        clock: Callable[[], datetime],
        prefix: str = "",
        sleep: Sleep = asyncio.sleep,
        pacing: Pacing = NO_WAIT,
        lane_records: int = LANE_RECORDS,
    ) -> None:
        super().__init__(metrics, sleep, pacing)
        self._lane_records = lane_records
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
        lanes = lanes_of(without_superseded(records, self._prefix), self._lane_records)
        ended = await asyncio.gather(*map(self._write, lanes), return_exceptions=True)
        dead_letters: list[Publication] = []
        for outcome in ended:
            if isinstance(outcome, BaseException):
                raise outcome
            dead_letters += outcome
        if dead_letters:
            await self._publisher.publish(dead_letters)

    async def _write(self, records: Sequence[Record]) -> list[Publication]:
        """Writes the records of a lane; returns the dead letters. Raises `Unavailable`."""
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
            tracing.current().received(record)
            if isinstance(item, Fact):
                record_of[item.message_id] = record

        def on_failure(fact: Fact, error: Exception) -> None:
            record, reason = record_of[fact.message_id], f"{type(error).__name__}: {error}"
            self._report(record, reason)
            dead_letters.append(self._dead_letters.of(record, FAILURE, "", reason, now))

        batch = Batch(self._store, self._cache, items, on_failure)
        with tracing.current().step("write"):
            await batch.write()
        self._metrics.repeats.inc(batch.repeats)
        return dead_letters

    def _report(self, record: Record, reason: str) -> None:
        self._metrics.dead_letters.inc()
        tracing.current().failed(record)
        position = f"{record.topic}/{record.partition}@{record.offset}"
        log.warning("dead letter", position=position, reason=reason)


def lanes_of(records: Sequence[Record], size: int) -> list[list[Record]]:
    """Divides a batch by key into lanes of about `size` records, but not into many.

    Of a key such as `warehouse/SKU` only the first part counts. So all records of an order are in
    one lane, and so are all events and levels of a warehouse. A record without a key may belong
    anywhere: its batch isn't divided.
    """
    count = min(MOST_LANES, len(records) // size)
    if count < 2 or not all(record.key for record in records):
        return [list(records)]
    lanes: list[list[Record]] = [[] for _ in range(count)]
    for record in records:
        key = (record.key or b"").decode(errors="replace").partition("/")[0]
        lanes[crc32(key.encode()) % count].append(record)
    return lanes
