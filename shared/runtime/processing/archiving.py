"""Moves closed streams to the archive, in passes beside the processing of batches.

A stream is moved if its last document is old enough, its state is closed by its decider's rules,
and all its documents are published. Nothing waits for that, and nothing depends on it: the journal
returns an archived stream as if it hadn't moved. So the passes take no part in the guarantees
except that no document may be lost or change, which `ports.Archive` has to ensure.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from shared.runtime.decider.service import Service
from shared.runtime.http.metrics import Metrics
from shared.runtime.ports import Archive, Document, History, Journal, Unavailable
from shared.runtime.processing.stream import Stream

# So many streams are loaded, and moved, at a time: the event loop also has batches to process.
AT_ONCE = 20
# The longest time between two passes, in seconds.
HOUR = 60 * 60
PASSES = 24  # in the time after which a stream is moved, at least

log = structlog.get_logger()


class Archiver:
    """Moves the closed streams of a service. Several processes may do so at a time.

    after  how long ago a stream's last message was taken in, at least
    """

    def __init__(
        self,
        service: Service,
        journal: Journal,
        archive: Archive,
        after: timedelta,
        clock: Callable[[], datetime],
        metrics: Metrics,
    ) -> None:
        self._service = service
        self._journal = journal
        self._archive = archive
        self._after = after
        self._clock = clock
        self._metrics = metrics
        self._kinds = {decider.kind for decider in service.deciders if decider.is_closed}
        self._task: asyncio.Task[None] | None = None

    async def run(self) -> int:
        """Makes one pass over all old streams; returns how many were moved.

        Raises `Unavailable`.
        """
        before = self._clock() - self._after
        moved, page = 0, list[str]()
        async for stream in self._archive.old(before):
            if stream.partition("/")[0] not in self._kinds:
                continue
            page.append(stream)
            if len(page) == AT_ONCE:
                moved += await self._move(page, before)
                page = []
        return moved + await self._move(page, before)

    async def start(self) -> None:
        """Starts the passes in the background."""
        self._task = asyncio.create_task(self._repeat())

    async def stop(self) -> None:
        """Stops the passes. What is being moved is moved or not; nothing has to be finished."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _repeat(self) -> None:
        prepared = False
        pause = min(HOUR, max(1.0, self._after.total_seconds() / PASSES))
        while True:
            try:
                if not prepared:
                    await self._archive.prepare()
                    prepared = True
                if moved := await self.run():
                    log.info("moved streams to the archive", streams=moved)
            except Unavailable as error:
                log.warning("the archive waits", error=str(error))
            except Exception:
                log.exception("streams can't be archived")
            await asyncio.sleep(pause)

    async def _move(self, names: Sequence[str], before: datetime) -> int:
        if not names:
            return 0
        histories = await self._journal.load(names)
        closed = {
            name: documents
            for name, history in histories.items()
            if (documents := self._closed(name, history, before))
        }
        moved = await self._archive.move(closed) if closed else ()
        self._metrics.archived.inc(len(moved))
        await asyncio.sleep(0)  # a batch may go first
        return len(moved)

    def _closed(self, name: str, history: History, before: datetime) -> Sequence[Document]:
        """Returns a stream's documents if it may be moved, else nothing."""
        documents = history.documents
        if not documents or history.unpublished or documents[-1]["at"] >= before:
            return ()
        decider = self._service.decider_of(name)
        try:
            stream = Stream.from_history(name, decider, history)
        except Exception:
            log.exception("a stream can't be read", stream=name)
            return ()
        is_open = decider.is_closed is None or not decider.is_closed(stream.state)
        return () if is_open or stream.deferred else documents
