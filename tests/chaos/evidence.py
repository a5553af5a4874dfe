"""What is left of a storm, put before the checks of the simulation."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
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


class Kept:
    """A journal, as the checks read one: topics are called as the contract calls them."""

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
        """A stream's documents, in their order."""
        return self._streams[stream]


class Proof:
    """What there is to look at. The world has to be at rest."""

    def __init__(self, world: World) -> None:
        ground = world.ground
        topics = [*(topic.name for topic in TOPICS), *map(dead_letter_topic, (*SERVICES, PORTAL))]
        self.found = ground.read(*topics)
        self._world = world
        self._journals = {s: Kept(ground.journal(s), ground.prefix) for s in SERVICES}
        self._lag = {service: ground.lag(service) for service in SERVICES}

    def of(self, found: Sequence[Got]) -> Proof:
        """The same, had these been all the records that there are."""
        other = copy(self)
        other.found = list(found)
        return other

    @property
    def commands(self) -> dict[str, str]:
        """Everything that wants an outcome on our topic: its id and its name."""
        return {
            got.headers["ce_id"]: got.type.removeprefix("waybill.").removesuffix(".v1")
            for got in self.found
            if got.topic in COMMANDS and got.headers.get("ce_replyto", "").endswith(REPLIES)
        }

    def violations(self) -> list[str]:
        """Everything that is not as it was promised. The portals end."""
        return [*_ended(self._world), *self.checked(), *_portal(self._world)]

    def checked(self) -> list[str]:
        """What is wrong with records and journals."""
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

    def told(self) -> Counter[str]:
        """How many events of which type there are, each counted once."""
        topics = ("order.events", "shipment.events")
        return Counter(
            {g.headers["ce_id"]: g.type for g in self.found if g.topic in topics}.values()
        )


_PORTALS = dead_letter_topic(PORTAL)


def _ended(world: World) -> Iterable[str]:
    """Nobody ends by himself."""
    for place in world.places:
        if place.process.code is not None:
            words = place.process.last_words()
            yield f"{place.name} ended by itself ({place.process.code}):\n{words}"


def _missing(world: World, found: Iterable[Got]) -> Iterable[str]:
    """What Kafka has acknowledged is there, as often as it was sent."""
    there = Counter((got.topic, got.headers.get("ce_id")) for got in found)
    sent = Counter((s.topic, dict(s.headers)["ce_id"].decode()) for s in world.load.sent)
    for place in sent:
        if there[place] != sent[place]:
            yield f"{place}: sent {sent[place]} times, there {there[place]} times"


def _portal(world: World) -> Sequence[str]:
    """Read models rebuilt from all topics are those that there were, document for document."""
    if not world.of(PORTAL):
        return []
    for place in world.of(PORTAL):
        place.process.send(signal.SIGTERM)
    for place in world.of(PORTAL):
        place.process.ended()
    return asyncio.run(_rebuilt(world.ground))


async def _rebuilt(ground: Cluster) -> list[str]:
    settings = Settings(
        kafka=ground.engines.kafka,
        mongo=SecretStr(ground.engines.mongo),
        topic_prefix=ground.prefix,
        database=ground.database,
        session_timeout_ms=int(ground.environment["WAYBILL_SESSION_TIMEOUT_MS"]),
    )
    client: AsyncIOMotorClient = AsyncIOMotorClient(ground.engines.mongo, tz_aware=True)
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
                yield f"portal's {name}: {mine.get(key)}, rebuilt {other.get(key)}"
