"""All that the rounds of one process share."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

import structlog

from shared.contracts.topics import SERVICES, TOPICS, dead_letters
from shared.runtime.cache import StreamCache
from shared.runtime.dead_letters import DeadLetters
from shared.runtime.metrics import Metrics
from shared.runtime.ports import Journal, Numbers, Publisher, Record, Unavailable
from shared.runtime.publications import Publications
from shared.runtime.service import Service
from shared.site import Site

log = structlog.get_logger()


@dataclass
class Engine:
    """A service's rules, its ports and what this process holds in memory.

    `writer` and `batch` name what this process writes; `tries` counts how often a record of the
    present batch has made a rule raise; `one_by_one` are the streams that take a single message a
    round, to find out which one it is that can't be stored. `reached` is told of every step.
    """

    service: Service
    site: Site
    journal: Journal
    publisher: Publisher
    numbers: Numbers | None
    clock: Callable[[], datetime]
    metrics: Metrics
    prefix: str = ""
    reached: Callable[[str], None] = lambda step: None
    cache: StreamCache = field(default_factory=StreamCache)
    tries: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    one_by_one: set[str] = field(default_factory=set)
    writer: str = field(default_factory=lambda: uuid4().hex)
    batch: int = 0

    def __post_init__(self) -> None:
        self.publications = Publications(self.service.name, self.prefix)
        self.dead_letters = DeadLetters(self.service.name, self.prefix)
        self._own = {self.prefix + topic.name for topic in TOPICS}
        self._own |= {self.prefix + dead_letters(service) for service in SERVICES}

    def owns(self, topic: str) -> bool:
        """Whether it is a topic of the contract, which is always there."""
        return topic in self._own

    async def start_over(self) -> None:
        """After a failure nobody knows what was written, so nothing in memory is believed.

        A new name leaves the mark of the old one where it was: below whatever may have been
        written under it and never published.
        """
        self.cache.clear()
        self.writer, self.batch = uuid4().hex, 0
        try:
            await self.publisher.renew()
        except Unavailable as error:
            log.warning("engine unavailable", error=str(error))

    def note_dead(self, record: Record, reason: str) -> None:
        """Says that a record became a dead letter: where it is, not what is in it."""
        self.metrics.dead_letters.inc()
        place = f"{record.topic}/{record.partition}@{record.offset}"
        log.warning("dead letter", place=place, reason=reason)
