"""Takes batches of records to their effects, exactly once; `round.py` holds the steps.

decode → (load → decide → append → publish → mark) → the caller commits the offsets. Why that order
holds is told in `docs/guarantees.md`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from time import monotonic

import structlog

from shared.contracts.replies import Reason, Reply
from shared.runtime.backoff import delays
from shared.runtime.engine import Engine
from shared.runtime.envelope import Incoming, Undecodable, decode, rfc3339
from shared.runtime.ports import Publication, Record, Unavailable
from shared.runtime.round import Round

log = structlog.get_logger()


class Abandoned(Exception):
    """The partitions were taken away while an engine was down: somebody else does the batch."""


class Processor:
    """The engine room of one service in one process. Handles one batch at a time."""

    def __init__(
        self, engine: Engine, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._engine = engine
        self._sleep = sleep
        self._since: float | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._abandon = False

    async def handle(self, records: Sequence[Record]) -> None:
        """Returns once every record has had its effect. Raises `Abandoned`, and nothing else."""
        engine = self._engine
        self._idle.clear()
        self._since = monotonic()
        try:
            with engine.metrics.batch_seconds.time():
                work, letters = self._decode(records)
                engine.reached("decoded")
                await self._until_done(work, letters)
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

        One that an engine holds up is abandoned, which is safe: its offsets are not committed.
        Nothing that is in memory is believed afterwards.
        """
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            self._abandon = True
        self._engine.cache.clear()

    def resume(self) -> None:
        """Partitions were assigned."""
        self._abandon = False
        self._engine.cache.clear()

    def _decode(self, records: Sequence[Record]) -> tuple[list[Incoming], list[Publication]]:
        engine = self._engine
        now = engine.clock()
        work: list[Incoming] = []
        letters: list[Publication] = []
        for record in records:
            try:
                incoming = decode(record, engine.prefix)
            except Undecodable as no:
                letters += self._letters_of(no, now)
                continue
            if incoming is not None and type(incoming.message) in engine.service.routes:
                work.append(incoming)
        # Facts first: who asks about an order has seen it placed, on another topic.
        work.sort(key=lambda incoming: incoming.message.topic.commands)
        return work, letters

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

    async def _until_done(self, work: list[Incoming], letters: list[Publication]) -> None:
        engine = self._engine
        engine.tries.clear()
        engine.one_by_one.clear()
        waits = delays()
        while work or letters:
            try:
                work = await Round(engine, work, letters).run()
                letters, waits = [], delays()
            except Unavailable as error:
                if self._abandon:
                    raise Abandoned from error
                seconds = next(waits)
                log.warning("engine unavailable", error=str(error), again_in=round(seconds, 2))
                engine.metrics.unavailable.inc()
                await self._sleep(seconds)
                await engine.start_over()
