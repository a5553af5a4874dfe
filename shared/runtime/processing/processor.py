"""Takes batches of records to their effects, exactly once; `batch.py` holds the steps.

decode → (load → decide → append → publish) → mark → commit. Why that order holds is told in
`docs/guarantees.md`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from time import monotonic
from zlib import crc32

import structlog

from shared.contracts.replies import Reason, Reply
from shared.runtime.backoff import delays
from shared.runtime.envelope import Incoming, rfc3339
from shared.runtime.ports import Entry, Publication, Record, Unavailable
from shared.runtime.processing.batch import BatchAttempt
from shared.runtime.processing.context import ServiceContext
from shared.runtime.processing.dead_letters import FAILURE
from shared.runtime.processing.decoding import Undecodable, decode
from shared.runtime.processing.table_entries import entries_of, removals

# A large batch is done in parts: while one waits for an engine another computes.
PARTS = 4
WORTH_A_PART = 50

log = structlog.get_logger()


class Abandoned(Exception):
    """The partitions were taken away while an engine was down: somebody else does the batch."""


async def commit_nothing() -> None:
    """Commits nothing."""


class Processor:
    """The engine room of one service in one process. Handles one batch at a time."""

    def __init__(
        self, context: ServiceContext, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._context = context
        self._sleep = sleep
        self._since: float | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._lost = False
        self._generation = 0

    async def handle(
        self, records: Sequence[Record], commit: Callable[[], Awaitable[None]] = commit_nothing
    ) -> None:
        """Returns once every record has had its effect and `commit` was called.

        Raises `Abandoned` when the partitions are somebody else's; then nothing may be committed,
        now or later, until `resume`.
        """
        if self._lost:
            raise Abandoned
        context = self._context
        self._idle.clear()
        self._since = monotonic()
        try:
            with context.metrics.batch_seconds.time():
                work, letters, entries = self._decode(records)
                context.on_step("decoded")
                await self._until_done(work, letters, entries)
            await commit()
            context.on_step("committed")
        except BaseException:
            context.reset()  # of what was written, something may never have been published
            raise
        finally:
            self._since = None
            self._idle.set()
        context.metrics.records.inc(len(records))
        context.cache.trim()

    def busy_seconds(self) -> float:
        """For how long the batch in flight has been in hand; 0 when there is none."""
        return 0.0 if self._since is None else monotonic() - self._since

    async def give_up(self, seconds: float) -> None:
        """Partitions are being taken away: lets the batch in flight finish, within `seconds`.

        One that an engine holds up is abandoned: its offsets are never committed, so whoever has
        the partitions next gets it again. Nothing that is in memory is believed afterwards.
        """
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            self._generation += 1
        self._lost = True
        self._context.cache.clear()

    def resume(self) -> None:
        """Partitions were assigned."""
        self._lost = False
        self._context.cache.clear()

    def _decode(
        self, records: Sequence[Record]
    ) -> tuple[list[Incoming], list[Publication], list[Entry]]:
        context, service = self._context, self._context.service
        now = context.clock()
        work: list[Incoming] = []
        letters: list[Publication] = []
        entries: list[Entry] = []
        for record in records:
            try:
                gone = removals(record, context.prefix, service.tables)
                incoming = None if gone else decode(record, context.prefix, service.reads)
            except Undecodable as no:
                letters += self._reject(no, now)
                continue
            except Exception as error:
                log.exception("a record can't be decoded")
                words = f"{type(error).__name__}: {error}"
                context.log_dead_letter(record, words)
                letters.append(context.dead_letters.of(record, FAILURE, "", words, now))
                continue
            entries += gone
            if incoming is not None:
                entries += entries_of(incoming, service.tables)
                if type(incoming.message) in service.routes:
                    work.append(incoming)
        # Facts first: who asks about an order has seen it placed, on another topic.
        work.sort(key=lambda incoming: incoming.message.topic.commands)
        return work, letters, entries

    def _reject(self, no: Undecodable, now: datetime) -> list[Publication]:
        context = self._context
        context.log_dead_letter(no.record, str(no.error))
        letters = [context.dead_letters.malformed(no.record, no.error, now)]
        if no.reply_to and no.command_id:
            reason = Reason(code="malformed", message=str(no.error))
            reply = Reply(command_id=no.command_id, outcome="rejected", reason=reason)
            letters.append(
                context.publications.reply(reply, no.reply_to, no.correlation_id, rfc3339(now))
            )
        return letters

    async def _until_done(
        self, work: list[Incoming], letters: list[Publication], entries: list[Entry]
    ) -> None:
        context, generation = self._context, self._generation
        context.tries.clear()
        context.one_by_one.clear()
        waits = delays()
        while work or letters or entries:
            try:
                await context.save_entries(entries)
                entries = []
                work = await self._attempt(work, letters)
                letters, waits = [], delays()
            except Exception as error:
                if self._generation != generation:
                    raise Abandoned from error
                # What can't be handled must never be passed over, whatever the reason is.
                seconds = next(waits)
                if isinstance(error, Unavailable):
                    log.warning("engine unavailable", error=str(error), again_in=round(seconds, 2))
                else:
                    log.exception("a batch failed", again_in=round(seconds, 2))
                context.metrics.unavailable.inc()
                await self._sleep(seconds)
                await context.recover()

    async def _attempt(self, work: list[Incoming], letters: list[Publication]) -> list[Incoming]:
        """One go at what is left; returns what must go again. Raises `Unavailable`.

        The parts share no stream, so each keeps the order that matters; they are marked together.
        """
        context = self._context
        context.batch += 1
        await context.reserve_numbers(incoming.message for incoming in work)
        attempts = [BatchAttempt(context, part) for part in self._parts(work)]
        done = await asyncio.gather(
            *(attempt.run() for attempt in attempts),
            context.publish(letters, context.clock()),
            return_exceptions=True,
        )
        for failure in done:
            if isinstance(failure, BaseException):
                raise failure
        await context.mark([stream for attempt in attempts for stream in attempt.written])
        context.on_step("marked")
        return [incoming for attempt in attempts for incoming in attempt.remaining()]

    def _parts(self, work: list[Incoming]) -> list[list[Incoming]]:
        count = min(PARTS, len(work) // WORTH_A_PART + 1)
        if count == 1:
            return [work] if work else []
        parts: list[list[Incoming]] = [[] for _ in range(count)]
        for incoming in work:
            name = self._context.service.stream_of(incoming.message) or ""
            parts[crc32(name.encode()) % count].append(incoming)
        return [part for part in parts if part]
