"""All services in one process, over fakes of Kafka and MongoDB."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import orjson

from shared.contracts import Message
from shared.contracts.replies import Reply
from shared.contracts.topics import SERVICES
from shared.runtime.decider.service import Service
from shared.runtime.envelope import Envelope, rfc3339
from shared.runtime.ports import Publication
from shared.runtime.processing.context import ServiceContext
from shared.runtime.processing.processor import Processor
from shared.site import Site
from shared.site.model import Market
from tests.edge.fields import messages
from tests.edge.scenario import Step, renamed
from tests.fakes import MemoryPublisher, MemoryRecord, MemoryTables
from tests.simulation.journal import Journal
from tests.simulation.process import UNREAD, Numbers
from tests.unit.given import SITE

START = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
REPLIES = "waybill.replies"
# The default configuration has no market whose currency has three decimals.
KUWAIT = Market.model_validate(
    {
        "name": "Kuwait", "currency": "KWD", "languages": ("ar", "en"),
        "payment_methods": ("credit-card", "bank-transfer"), "warehouse": "seattle",
        "shipping_methods": {
            "standard": {"name": "Standard", "price": "1.250"},
            "express": {"name": "Express", "price": "2.125"},
        },
    }
)  # fmt: skip
SITE_OF_ALL: Site = SITE.model_copy(update={"markets": {**SITE.markets, "KW": KUWAIT}})
ALL: tuple[Service, ...] = tuple(import_module(f"services.{name}.app").SERVICE for name in SERVICES)


class StuckError(Exception):
    """A batch failed as a whole; a real process would retry it forever."""


async def _stuck(_: float) -> None:
    raise StuckError


@dataclass
class SentMessage:
    """A message that was sent, with its outcome; `reason` is empty if it was accepted."""

    step: Step
    outcome: str = "none"
    code: str = ""
    reason: str = ""


@dataclass
class World:
    """Journals, and the records of all topics in order."""

    log: list[MemoryRecord] = field(default_factory=list)
    journals: dict[str, Journal] = field(default_factory=dict)
    sent: list[SentMessage] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._at = START
        self._numbers = Numbers()
        self._asked = 0
        self._offsets: dict[str, int] = {}
        self._publisher = MemoryPublisher()
        self._readers = [(service, self._processor(service)) for service in ALL]
        self._waiting: deque[MemoryRecord] = deque()

    def _processor(self, service: Service) -> Processor:
        self.journals[service.name] = Journal(service.long_lived, lambda document: None)
        engine = ServiceContext(
            service=service,
            site=SITE_OF_ALL,
            journal=self.journals[service.name],
            publisher=self._publisher,
            numbers=self._numbers if service.numbered else None,
            clock=self._now,
            metrics=UNREAD,  # type: ignore[arg-type]
            tables=MemoryTables() if service.tables else None,
            writer="edge",
        )
        return Processor(engine, _stuck)

    def _now(self) -> datetime:
        self._at += timedelta(milliseconds=10)
        return self._at

    async def send(self, step: Step) -> SentMessage:
        """Sends a message and handles everything that follows from it. Raises `StuckError`."""
        message_id = f"m-{len(self.sent)}"
        model = messages()[step.name]
        data = renamed(step.data, {"REQUEST": self._request()})
        key = data[model.topic.key[0]].strip()
        envelope = Envelope(
            id=message_id,
            source="edge",
            type=model.type,
            time=rfc3339(self._now()),
            actor="csr:17",
            reply_to=None if model.topic.facts else REPLIES,
        )
        sent = SentMessage(Step(step.name, data, step.is_subject))
        self.sent.append(sent)
        self._write(model.topic.name, key.encode(), orjson.dumps(data), envelope.headers())
        await self._settle()
        for record in self.log:
            if record.topic == REPLIES and record.key == message_id.encode():
                reply = orjson.loads(record.value or b"")
                reason = reply.get("reason") or {}
                sent.outcome = reply["outcome"]
                sent.code, sent.reason = reason.get("code", ""), reason.get("message", "")
        return sent

    async def ask(self, question: Message, actor: str) -> Reply | None:
        """Returns the answer to a question, which isn't kept in `log`."""
        before, self._asked = len(self.log), self._asked + 1
        name = f"q-{self._asked}"
        envelope = Envelope(
            id=name, source="portal", type=question.type, actor=actor, reply_to=REPLIES
        )
        value = question.model_dump_json(exclude_unset=True).encode()
        self._write(question.topic.name, question.key.encode(), value, envelope.headers())
        await self._settle()
        answers = [r for r in self.log[before:] if r.topic == REPLIES and r.key == name.encode()]
        del self.log[before:]
        return Reply.model_validate_json(answers[-1].value or b"") if answers else None

    def _request(self) -> str:
        """Returns the id of the last request to a payment provider."""
        asked = [r for r in self.log if r.topic == "payment.requests"]
        return orjson.loads(asked[-1].value or b"")["request_id"] if asked else "none"

    def _write(self, topic: str, key: bytes | None, value: bytes | None, headers: Any) -> None:
        offset = self._offsets.get(topic, 0)
        self._offsets[topic] = offset + 1
        record = MemoryRecord(topic, 0, offset, key, value, headers)
        self.log.append(record)
        self._waiting.append(record)

    async def _settle(self) -> None:
        while self._waiting:
            batch = list(self._waiting)
            self._waiting.clear()
            for service, processor in self._readers:
                topics = {topic.name for topic in service.topics}
                theirs = [record for record in batch if record.topic in topics]
                if theirs:
                    await processor.handle(theirs)
            published: list[Publication] = list(self._publisher.log)
            self._publisher.log.clear()
            for each in published:
                self._write(each.topic, each.key, each.value, each.headers)


async def live(steps: tuple[Step, ...]) -> World:
    """A world in which all of this has happened."""
    world = World()
    for step in steps:
        await world.send(step)
    return world
