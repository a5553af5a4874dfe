"""Processes batches of records, with each effect exactly once; `batch.py` has the inner steps.

decode → (load → decide → append → publish) → mark → commit. `docs/guarantees.md` gives the reasons
for this order.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from zlib import crc32

import structlog

from shared.contracts.replies import Reason, Reply
from shared.runtime import tracing
from shared.runtime.envelope import Incoming, rfc3339
from shared.runtime.ports import Entry, Publication, Record
from shared.runtime.processing.batch import BatchAttempt
from shared.runtime.processing.batch_runner import Attempt, BatchRunner, Sleep
from shared.runtime.processing.context import ServiceContext
from shared.runtime.processing.dead_letters import FAILURE
from shared.runtime.processing.decoding import Undecodable, decode
from shared.runtime.processing.pacing import NO_WAIT, Pacing
from shared.runtime.processing.table_entries import entries_of, removals

# A large batch is divided: while one part waits for Kafka or MongoDB, another one computes.
PARTS = 4
MIN_PART = 50

log = structlog.get_logger()


class Processor(BatchRunner):
    """Processes the batches of one service in one process, one at a time."""

    def __init__(
        self, context: ServiceContext, sleep: Sleep = asyncio.sleep, pacing: Pacing = NO_WAIT
    ) -> None:
        super().__init__(context.metrics, sleep, pacing)
        self._context = context

    def begin(self, records: Sequence[Record]) -> Attempt:
        """See `BatchRunner`. What an attempt leaves are the messages that need another one."""
        context = self._context
        work, rejected, entries = self._decode(records)
        context.on_step("decoded")
        context.tries.clear()
        context.one_by_one.clear()

        async def attempt() -> bool:
            nonlocal work, rejected, entries
            if work or rejected or entries:
                await context.save_entries(entries)
                entries = []
                work = await self._attempt(work, rejected)
                rejected = []
            return not work

        return attempt

    def forget(self) -> None:
        """See `BatchRunner`. The writer's name stays: a batch in flight still writes under it."""
        self._context.cache.clear()

    def reset(self) -> None:
        """See `BatchRunner`. What was written may not be published: the writer's name changes."""
        self._context.reset()
        self._context.unpublished_since = None  # the next owner of the partitions publishes it

    async def recover(self) -> None:
        """See `BatchRunner`."""
        await self._context.recover()

    def committed(self) -> None:
        """See `BatchRunner`."""
        self._context.on_step("committed")
        self._context.cache.trim()

    def unpublished_seconds(self) -> float:
        """See `BatchRunner`."""
        since = self._context.unpublished_since
        return (self._context.clock() - since).total_seconds() if since else 0.0

    def _decode(
        self, records: Sequence[Record]
    ) -> tuple[list[Incoming], list[Publication], list[Entry]]:
        context, service = self._context, self._context.service
        now, trace = context.clock(), tracing.current()
        work: list[Incoming] = []
        rejected: list[Publication] = []
        entries: list[Entry] = []
        for record in records:
            try:
                removed = removals(record, context.prefix, service.tables)
                incoming = None if removed else decode(record, context.prefix, service.reads)
            except Undecodable as no:
                rejected += self._reject(no, now)
                continue
            except Exception as error:
                log.exception("a record can't be decoded")
                reason = f"{type(error).__name__}: {error}"
                context.log_dead_letter(record, reason)
                rejected.append(context.dead_letters.of(record, FAILURE, "", reason, now))
                continue
            entries += removed
            if incoming is not None:
                entries += entries_of(incoming, service.tables)
                if type(incoming.message) in service.routes:
                    incoming.envelope.traceparent = trace.received(record, incoming.envelope)
                    work.append(incoming)
        # Facts first: the sender of a command may have seen its order placed, on another topic.
        work.sort(key=lambda incoming: incoming.message.topic.commands)
        return work, rejected, entries

    def _reject(self, no: Undecodable, now: datetime) -> list[Publication]:
        """The dead letter of an undecodable record, and the reply if it has a reply topic."""
        context = self._context
        context.log_dead_letter(no.record, str(no.error))
        publications = [context.dead_letters.malformed(no.record, no.error, now)]
        if no.reply_to and no.command_id:
            reason = Reason(code="malformed", message=str(no.error))
            reply = Reply(command_id=no.command_id, outcome="rejected", reason=reason)
            publications.append(
                context.publications.reply(reply, no.reply_to, no.correlation_id, rfc3339(now))
            )
        return publications

    async def _attempt(self, work: list[Incoming], rejected: list[Publication]) -> list[Incoming]:
        """Attempts the remaining messages; returns those that need another attempt.

        The parts share no stream, so the order within each stream holds. They are marked together.
        Raises `Unavailable`.
        """
        context = self._context
        context.batch += 1
        await context.reserve_numbers(incoming.message for incoming in work)
        attempts = [BatchAttempt(context, part) for part in self._parts(work)]
        done = await asyncio.gather(
            *(attempt.run() for attempt in attempts),
            context.publish(rejected, context.clock()),
            return_exceptions=True,
        )
        for failure in done:
            if isinstance(failure, BaseException):
                raise failure
        context.unpublished_since = None
        with tracing.current().step("mark"):
            await context.mark([stream for attempt in attempts for stream in attempt.written])
        context.on_step("marked")
        return [incoming for attempt in attempts for incoming in attempt.remaining()]

    def _parts(self, work: list[Incoming]) -> list[list[Incoming]]:
        count = min(PARTS, len(work) // MIN_PART + 1)
        if count == 1:
            return [work] if work else []
        parts: list[list[Incoming]] = [[] for _ in range(count)]
        for incoming in work:
            name = self._context.service.stream_of(incoming.message) or ""
            parts[crc32(name.encode()) % count].append(incoming)
        return [part for part in parts if part]
