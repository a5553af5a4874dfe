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


async def nothing() -> None:
    """Commits nothing."""


class Processor:
    """The engine room of one service in one process. Handles one batch at a time."""

    def __init__(
        self, engine: ServiceContext, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._engine = engine
        self._sleep = sleep
        self._since: float | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._lost = False
        self._generation = 0

    async def handle(
        self, records: Sequence[Record], commit: Callable[[], Awaitable[None]] = nothing
    ) -> None:
        """Returns once every record has had its effect and `commit` was called.

        Raises `Abandoned` when the partitions are somebody else's; then nothing may be committed,
        now or later, until `resume`.
        """
        if self._lost:
            raise Abandoned
        engine = self._engine
        self._idle.clear()
        self._since = monotonic()
        try:
            with engine.metrics.batch_seconds.time():
                work, letters, entries = self._decode(records)
                engine.reached("decoded")
                await self._until_done(work, letters, entries)
            await commit()
            engine.reached("committed")
        except BaseException:
            engine.disown()  # of what was written, something may never have been published
            raise
        finally:
            self._since = None
            self._idle.set()
        engine.metrics.records.inc(len(records))
        engine.cache.trim()

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
        self._engine.cache.clear()

    def resume(self) -> None:
        """Partitions were assigned."""
        self._lost = False
        self._engine.cache.clear()

    def _decode(
        self, records: Sequence[Record]
    ) -> tuple[list[Incoming], list[Publication], list[Entry]]:
        engine, service = self._engine, self._engine.service
        now = engine.clock()
        work: list[Incoming] = []
        letters: list[Publication] = []
        entries: list[Entry] = []
        for record in records:
            try:
                gone = removals(record, engine.prefix, service.tables)
                incoming = None if gone else decode(record, engine.prefix, service.reads)
            except Undecodable as no:
                letters += self._letters_of(no, now)
                continue
            except Exception as error:
                log.exception("a record can't be decoded")
                words = f"{type(error).__name__}: {error}"
                engine.note_dead(record, words)
                letters.append(engine.dead_letters.of(record, FAILURE, "", words, now))
                continue
            entries += gone
            if incoming is not None:
                entries += entries_of(incoming, service.tables)
                if type(incoming.message) in service.routes:
                    work.append(incoming)
        # Facts first: who asks about an order has seen it placed, on another topic.
        work.sort(key=lambda incoming: incoming.message.topic.commands)
        return work, letters, entries

    def _letters_of(self, no: Undecodable, now: datetime) -> list[Publication]:
        engine = self._engine
        engine.note_dead(no.record, str(no.error))
        letters = [engine.dead_letters.malformed(no.record, no.error, now)]
        if no.reply_to and no.command_id:
            reason = Reason(code="malformed", message=str(no.error))
            reply = Reply(command_id=no.command_id, outcome="rejected", reason=reason)
            letters.append(
                engine.publications.reply(reply, no.reply_to, no.correlation_id, rfc3339(now))
            )
        return letters

    async def _until_done(
        self, work: list[Incoming], letters: list[Publication], entries: list[Entry]
    ) -> None:
        engine, generation = self._engine, self._generation
        engine.tries.clear()
        engine.one_by_one.clear()
        waits = delays()
        while work or letters or entries:
            try:
                await engine.keep(entries)
                entries = []
                work = await self._go(work, letters)
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
                engine.metrics.unavailable.inc()
                await self._sleep(seconds)
                await engine.start_over()

    async def _go(self, work: list[Incoming], letters: list[Publication]) -> list[Incoming]:
        """One go at what is left; returns what must go again. Raises `Unavailable`.

        The parts share no stream, so each keeps the order that matters; they are marked together.
        """
        engine = self._engine
        engine.batch += 1
        await engine.reserve_numbers(incoming.message for incoming in work)
        rounds = [BatchAttempt(engine, part) for part in self._parts(work)]
        done = await asyncio.gather(
            *(one.run() for one in rounds),
            engine.publish(letters, engine.clock()),
            return_exceptions=True,
        )
        for failure in done:
            if isinstance(failure, BaseException):
                raise failure
        await engine.mark([stream for one in rounds for stream in one.written])
        engine.reached("marked")
        return [incoming for one in rounds for incoming in one.left()]

    def _parts(self, work: list[Incoming]) -> list[list[Incoming]]:
        count = min(PARTS, len(work) // WORTH_A_PART + 1)
        if count == 1:
            return [work] if work else []
        parts: list[list[Incoming]] = [[] for _ in range(count)]
        for incoming in work:
            name = self._engine.service.stream_of(incoming.message) or ""
            parts[crc32(name.encode()) % count].append(incoming)
        return [part for part in parts if part]
