"""What the batch attempts of one process share."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

import structlog

from shared.contracts import Message
from shared.contracts.topics import PROCESSES, TOPICS, dead_letter_topic
from shared.runtime import tracing
from shared.runtime.decider.service import Service
from shared.runtime.http.metrics import Metrics
from shared.runtime.ports import (
    Entry,
    Journal,
    Numbers,
    Publication,
    Publisher,
    Record,
    Tables,
    Unavailable,
)
from shared.runtime.processing.cache import StreamCache
from shared.runtime.processing.dead_letters import DeadLetters
from shared.runtime.processing.publications import Publications
from shared.runtime.processing.stream import AnyStream
from shared.site import Site

SNAPSHOT_EVERY = 100

log = structlog.get_logger()


@dataclass
class ServiceContext:
    """A service's rules and ports, and what this process holds in memory.

    prefix      the prefix of topics on the cluster
    on_step     called with the name of each step of a batch
    tries       how often a record of the present batch has made a rule raise, by its position
    one_by_one  streams that take one message per attempt, to find the one that can't be stored
    writer, batch  identify what this process writes
    unpublished_since  when the present batch first wrote what isn't published yet; None if all is
    """

    service: Service
    site: Site
    journal: Journal
    publisher: Publisher
    numbers: Numbers | None
    clock: Callable[[], datetime]
    metrics: Metrics
    prefix: str = ""
    tables: Tables | None = None
    on_step: Callable[[str], None] = lambda step: None
    cache: StreamCache = field(default_factory=StreamCache)
    tries: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    one_by_one: set[str] = field(default_factory=set)
    writer: str = field(default_factory=lambda: uuid4().hex)
    batch: int = 0
    unpublished_since: datetime | None = None

    def __post_init__(self) -> None:
        self.publications = Publications(self.service.name, self.prefix)
        self.dead_letters = DeadLetters(self.service.name, self.prefix)
        self._own = {self.prefix + topic.name for topic in TOPICS}
        self._own |= {self.prefix + dead_letter_topic(service) for service in PROCESSES}

    def reset(self) -> None:
        """Forgets everything in memory: after a failure it is unknown what was written.

        The process also takes a new writer name. The mark of the old name stays below whatever
        was written under it and never published.
        """
        self.cache.clear()
        self.writer, self.batch = uuid4().hex, 0

    async def reserve_numbers(self, messages: Iterable[Message]) -> None:
        """Reserves a number for every message that may draw one. Raises `Unavailable`."""
        kind = self.service.numbered
        if self.numbers is not None and kind is not None:
            await self.numbers.reserve(sum(isinstance(message, kind) for message in messages))

    async def save_entries(self, entries: Sequence[Entry]) -> None:
        """Saves entries of compacted topics before decisions look them up; raises `Unavailable`."""
        if self.tables is not None and entries:
            await self.tables.save(entries)
            self.on_step("kept")

    async def publish(self, publications: Sequence[Publication], now: datetime) -> None:
        """Publishes records; a reply whose topic doesn't exist becomes a dead letter instead.

        Raises `Unavailable`.
        """
        if not publications:
            return
        foreign = {p.topic for p in publications if p.topic not in self._own}
        missing = await self.publisher.missing(foreign) if foreign else set()
        if missing:
            self.metrics.dead_letters.inc(sum(p.topic in missing for p in publications))
        await self.publisher.publish(
            [
                self.dead_letters.unanswerable(p, now) if p.topic in missing else p
                for p in publications
            ]
        )

    async def mark(self, written: Sequence[AnyStream]) -> None:
        """Records that the present batch is published; saves snapshots that are due.

        Raises `Unavailable`.
        """
        if not written:
            return
        await self.journal.mark(self.writer, self.batch)
        for stream in written:
            if (
                stream.decider.long_lived
                and stream.version - stream.snapshot_version >= SNAPSHOT_EVERY
            ):
                await self.journal.snapshot(stream.name, stream.snapshot())

    async def recover(self) -> None:
        """Resets the memory and reconnects the publisher, after a failure."""
        self.reset()
        try:
            await self.publisher.renew()
        except Unavailable as error:
            log.warning("engine unavailable", error=str(error))
        except Exception:
            log.exception("can't reconnect")  # the next attempt fails again, and waits longer

    def log_dead_letter(self, record: Record, reason: str) -> None:
        """Counts and logs a dead letter by its position, without its content."""
        self.metrics.dead_letters.inc()
        tracing.current().failed(record)
        place = f"{record.topic}/{record.partition}@{record.offset}"
        log.warning("dead letter", place=place, reason=reason)
