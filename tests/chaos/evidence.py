"""Checks the result of a run with the simulation's checks."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import SecretStr

from services.portal.rebuild import rebuild
from shared.contracts.topics import PORTAL, SERVICES, TOPICS, dead_letter_topic
from shared.runtime.ports import Document
from shared.runtime.settings import Settings
from tests.chaos.world import World
from tests.cluster import Cluster, Got
from tests.fakes import MemoryRecord
from tests.integration.portal.models import Models
from tests.simulation.invariants import COMMANDS, REPLIES, Evidence, check, watch
from tests.simulation.kafka import Log

SERVED = {service: import_module(f"services.{service}.app").SERVICE for service in SERVICES}


class RecordedJournal:
    """A journal for the checks, with the contract's topic names."""

    def __init__(self, documents: Iterable[Document], prefix: str) -> None:
        self._streams: dict[str, list[Document]] = defaultdict(list)
        for document in documents:
            for cause in [*document["causes"], *document.get("settled", ())]:
                if cause.get("reply_to"):
                    cause["reply_to"] = cause["reply_to"].removeprefix(prefix)
            self._streams[document["stream"]].append(document)

    @property
    def streams(self) -> list[str]:
        """The names of all streams."""
        return sorted(self._streams)

    def of(self, stream: str) -> list[Document]:
        """Returns a stream's documents in order."""
        return self._streams[stream]


class SystemChecks:
    """Checks a system that is at rest."""

    def __init__(self, world: World) -> None:
        cluster = world.cluster
        topics = [*(topic.name for topic in TOPICS), *map(dead_letter_topic, (*SERVICES, PORTAL))]
        self.found = cluster.read(*topics)
        self._world = world
        self._journals = {s: RecordedJournal(cluster.journal(s), cluster.prefix) for s in SERVICES}
        self._lag = {service: cluster.lag(service) for service in SERVICES}

    def of(self, found: Sequence[Got]) -> SystemChecks:
        """Returns a copy with other records, as if the topics had only these."""
        other = copy(self)
        other.found = list(found)
        return other

    @property
    def commands(self) -> dict[str, str]:
        """Ids and names of all commands with an outcome on the topic for replies."""
        return {
            got.headers["ce_id"]: got.type.removeprefix("waybill.").removesuffix(".v1")
            for got in self.found
            if got.topic in COMMANDS and got.headers.get("ce_replyto", "").endswith(REPLIES)
        }

    def violations(self) -> list[str]:
        """Returns all violations. Ends the portals."""
        return [*_ended(self._world), *self.checked(), *_portal(self._world)]

    def checked(self) -> list[str]:
        """Returns the violations in records and journals."""
        work = self._world.load.work
        evidence = Evidence(
            services=SERVED,
            journals=self._journals,
            log=self._log(),
            commands=self.commands,
            poison=set(),
            reused=work.reused,
            refused=work.refused,
            contested=work.contested,
            without_amount=work.without_amount,
            lag=self._lag,
            now=datetime.now(UTC),
        )
        return [
            *_missing(self._world, self.found),
            *(wrong for kept in evidence.streams.values() for d in kept for wrong in watch(d)),
            *check(evidence),
            *self._world.csr.wrong(got for got in self.found if got.topic == "order.events"),
            *(f"the portal's dead letter: {g.headers}" for g in self.found if g.topic == _PORTALS),
        ]

    def _log(self) -> Log:
        log = Log()
        for got in self.found:
            record = MemoryRecord(got.topic, got.partition, got.offset, got.key, got.value, got.raw)
            log.partitions[got.topic, got.partition].append(record)
        return log

    def event_counts(self) -> Counter[str]:
        """Returns the number of events by type, each event counted once."""
        topics = ("order.events", "shipment.events")
        return Counter(
            {g.headers["ce_id"]: g.type for g in self.found if g.topic in topics}.values()
        )


_PORTALS = dead_letter_topic(PORTAL)


def _ended(world: World) -> Iterable[str]:
    """No process ends by itself."""
    for slot in world.slots:
        if slot.process.code is not None:
            words = slot.process.last_words()
            yield f"{slot.name} ended by itself ({slot.process.code}):\n{words}"


def _missing(world: World, found: Iterable[Got]) -> Iterable[str]:
    """Topics have every acknowledged message as often as it was sent."""
    there = Counter((got.topic, got.headers.get("ce_id")) for got in found)
    sent = Counter((s.topic, dict(s.headers)["ce_id"].decode()) for s in world.load.sent)
    for message in sent:
        if there[message] != sent[message]:
            yield f"{message}: sent {sent[message]} times, found {there[message]} times"


def _portal(world: World) -> Sequence[str]:
    """Read models that are rebuilt from the topics equal the existing ones."""
    if not world.of(PORTAL):
        return []
    for slot in world.of(PORTAL):
        slot.process.send(signal.SIGTERM)
    for slot in world.of(PORTAL):
        slot.process.ended()
    return asyncio.run(_rebuilt(world.cluster))


async def _rebuilt(cluster: Cluster) -> list[str]:
    settings = Settings(
        kafka=cluster.engines.kafka,
        mongo=SecretStr(cluster.engines.mongo),
        topic_prefix=cluster.prefix,
        database=cluster.database,
        session_timeout_ms=int(cluster.environment["WAYBILL_SESSION_TIMEOUT_MS"]),
    )
    client: AsyncIOMotorClient = AsyncIOMotorClient(cluster.engines.mongo, tz_aware=True)
    try:
        models = Models(client[settings.database_of(PORTAL)])
        before = await models.everything()
        await rebuild(settings)
        return [*_unlike(before, await models.everything())]
    finally:
        client.close()


def _unlike(
    live: dict[str, list[dict[str, Any]]], again: dict[str, list[dict[str, Any]]]
) -> Iterable[str]:
    for name, documents in live.items():
        mine = {document["_id"]: document for document in documents}
        other = {document["_id"]: document for document in again[name]}
        for key in mine.keys() | other.keys():
            if mine.get(key) != other.get(key):
                yield f"portal's {name}: {mine.get(key)}, but rebuilt {other.get(key)}"
