"""A test world in memory: processes of a service that share a journal, topics and a clock."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import orjson

from shared.contracts import Message
from shared.runtime.decider.service import Service
from shared.runtime.envelope import Envelope
from shared.runtime.http.metrics import Metrics
from shared.runtime.ports import Publication
from shared.runtime.processing.context import ServiceContext
from shared.runtime.processing.processor import Processor
from tests.fakes import MemoryJournal, MemoryPublisher, MemoryRecord, MemoryTables
from tests.unit.given import SITE
from tests.unit.runtime import tally as rules

REPLIES = "somebody.replies"
DEAD = "tally.dead-letters"
START = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


def record(
    message: Message,
    message_id: str,
    *,
    reply: bool = False,
    expected: int | None = None,
    offset: int = 0,
    source: str = "test",
    dry_run: bool = False,
) -> MemoryRecord:
    """The record of a message as a producer writes it."""
    envelope = Envelope(
        id=message_id,
        source=source,
        type=message.type,
        reply_to=REPLIES if reply else None,
        expected_version=expected,
        dry_run=dry_run,
        actor="csr:17",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )
    value = message.model_dump_json().encode()
    return MemoryRecord(
        message.topic.name, 0, offset, message.key.encode(), value, envelope.headers()
    )


def add(name: str, amount: int, message_id: str, mood: rules.Mood = "fine", **more: Any) -> Any:
    """The record of an addition."""
    limit = more.pop("limit", None)
    asked = rules.Add(tally=name, amount=amount, mood=mood, limit=limit)
    return record(asked, message_id, **more)


def store(name: str, amount: int, message_id: str, mood: rules.Mood = "fine", **more: Any) -> Any:
    """The record of an addition to a long-lived tally."""
    return record(rules.Store(tally=name, amount=amount, mood=mood), message_id, **more)


class Died(BaseException):
    """Raised in a step to end a process at that point."""


class World:
    """The journal, topics and clock that processes share."""

    def __init__(self, service: Service = rules.SERVICE) -> None:
        self.service = service
        self.journal = MemoryJournal(service.long_lived)
        self.journal.largest = 40_000
        self.tables = MemoryTables()
        self.publisher = MemoryPublisher()
        self._ticks = count()

    def now(self) -> datetime:
        """The present time, a millisecond later at each call."""
        return START + timedelta(milliseconds=next(self._ticks))

    def process(self) -> Process:
        """Starts a process."""
        return Process(self)

    # Queries

    def total(self, name: str, kind: str = "tally") -> int:
        """The total of a tally according to its events."""
        events = [event for d in self.journal.of(f"{kind}/{name}") for event in d["events"]]
        return sum(json.loads(event["data"])["amount"] for event in events)

    def causes(self, stream: str) -> list[str]:
        """The ids of the messages that a stream has taken in, in order."""
        return [cause["id"] for d in self.journal.of(stream) for cause in d["causes"]]

    def events(self, name: str) -> list[tuple[int, int]]:
        """Sequence and total of a tally's published additions, repeats left out."""
        seen: dict[int, int] = {}
        for publication in self.publisher.on(rules.EVENTS.name):
            if publication.key == name.encode() and b"total" in (publication.value or b""):
                headers = headers_of(publication)
                total = seen.setdefault(int(headers["ce_sequence"]), data_of(publication)["total"])
                assert total == data_of(publication)["total"], "a sequence has one meaning"
        assert list(seen) == sorted(seen), "first seen in order"
        return list(seen.items())

    def replies(self) -> list[dict[str, Any]]:
        """All replies to senders, including repeats."""
        return [data_of(publication) for publication in self.publisher.on(REPLIES)]

    def outcomes(self) -> list[tuple[str, str]]:
        """The command id and outcome of each reply."""
        return [(reply["command_id"], reply["outcome"]) for reply in self.replies()]

    def dead(self) -> list[dict[str, str]]:
        """The headers of the dead letters."""
        return [headers_of(publication) for publication in self.publisher.on(DEAD)]

    def dead_ids(self) -> list[str]:
        """The ids of the messages that are dead letters."""
        return [headers["ce_id"] for headers in self.dead()]


class Process:
    """One process of the service, with its memory."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.steps: list[str] = []
        self.slept: list[float] = []
        self.context = ServiceContext(
            service=world.service,
            site=SITE,
            journal=world.journal,
            publisher=world.publisher,
            numbers=None,
            clock=world.now,
            metrics=Metrics(world.service.name),
            tables=world.tables,
            on_step=self.steps.append,
        )
        self.processor = Processor(self.context, self._sleep)
        self.commits = 0

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def _commit(self) -> None:
        self.commits += 1

    async def handle(self, *records: Any) -> None:
        """Processes a batch and commits it."""
        await self.processor.handle(records, self._commit)


def headers_of(publication: Publication) -> dict[str, str]:
    """A record's headers as text."""
    return {name: (value or b"").decode(errors="replace") for name, value in publication.headers}


def data_of(publication: Publication) -> Any:
    """A record's value."""
    return orjson.loads(publication.value or b"null")


def ids(publications: Iterable[Publication]) -> list[str]:
    """The ids of records."""
    return [headers_of(publication)["ce_id"] for publication in publications]
