"""The world of one seed: real processors, recorded streams in random states, and inputs."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from unittest.mock import patch

import bson

from services.portal.projections.facts import read
from shared.contracts.base import import_all
from shared.contracts.topics import OPTIONAL, SERVICES
from shared.runtime.decider.service import Service
from shared.runtime.http.metrics import Metrics
from shared.runtime.ports import Publication
from shared.runtime.processing import context as engines
from shared.runtime.processing.context import ServiceContext
from shared.runtime.processing.decoding import Undecodable, decode
from shared.runtime.processing.processor import Processor
from tests.fakes import MemoryPublisher, MemoryRecord, MemoryTables
from tests.fuzz.entry_points import DecoderInputs
from tests.fuzz.judge import Input, judge, of_publications, of_refusal, of_streams
from tests.fuzz.mutator import Mutator
from tests.recorded.recording import Kept, Message, Stream, everything
from tests.simulation.journal import Journal
from tests.simulation.process import Numbers
from tests.unit.given import NOW, SITE

MOST_AT_ONCE = 8
DECODER_INPUTS = 4  # inputs for the decoder alone, for each input for the services
ALL: tuple[Service, ...] = tuple(
    import_module(f"services.{service}.app").SERVICE for service in (*SERVICES, *OPTIONAL)
)
_METRICS = {service.name: Metrics(service.name) for service in ALL}


class StuckError(Exception):
    """A batch failed as a whole; a real process would retry it forever."""


@dataclass
class Report:
    """The results of a world's inputs, and the findings.

    slowest  the CPU time of the slowest batch, in seconds
    """

    seed: int
    inputs: int = 0
    decoder_inputs: int = 0
    results: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    slowest: float = 0.0


@cache
def _corpus() -> tuple[list[Message], dict[str, dict[str, list[Stream]]], list[Kept]]:
    """Returns the recorded messages, streams by service and name, and table entries."""
    import_all()
    messages: list[Message] = []
    streams: dict[str, dict[str, list[Stream]]] = defaultdict(lambda: defaultdict(list))
    kept: list[Kept] = []
    for one in everything():
        if isinstance(one, Message):
            messages.append(one)
        elif isinstance(one, Stream):
            streams[one.service][one.stream].append(one)
        else:
            kept.append(one)
    return messages, streams, kept


@cache
def _decoder_inputs() -> DecoderInputs:
    return DecoderInputs(random.Random(0), _corpus()[0])


class Running:
    """A service's processor, journal and publications."""

    def __init__(self, service: Service, rng: random.Random) -> None:
        self.service = service
        self.publisher = MemoryPublisher()
        self.journal = Journal(service.long_lived, lambda document: None)
        tables = MemoryTables()
        _, streams, kept = _corpus()
        for choice in streams[service.name].values():
            self._put(rng.choice(choice))
        for one in kept:
            if one.service == service.name:
                tables._data[one.table, one.key] = one.data
        self._at = NOW
        self.engine = ServiceContext(
            service=service,
            site=SITE,
            journal=self.journal,
            publisher=self.publisher,
            numbers=Numbers() if service.numbered else None,
            clock=self._now,
            metrics=_METRICS[service.name],
            tables=tables,
            writer="fuzz",
        )
        self.processor = Processor(self.engine, _stuck)

    def _put(self, one: Stream) -> None:
        for document in one.documents:
            self.journal._documents[document["_id"]] = bson.encode(document)
            self.journal._streams[one.stream].append(document["_id"])
            self.journal.marks[document["writer"]] = 1 << 60
        if one.snapshot:
            self.journal.snapshots[one.stream] = bson.encode(one.snapshot)

    def _now(self) -> datetime:
        self._at += timedelta(seconds=1)
        return self._at

    async def take(self, records: Sequence[MemoryRecord]) -> list[Publication]:
        """Handles a batch; returns what is published. Raises any error of the processor."""
        self.publisher.log.clear()
        await self.processor.handle(records)
        return self.publisher.log


async def _stuck(_: float) -> None:
    raise StuckError


class World:
    """The world of one seed."""

    def __init__(self, seed: int) -> None:
        self.report = Report(seed)
        self._rng = random.Random(seed)
        self._mutator = Mutator(self._rng, _corpus()[0])
        self._decoder_inputs = _decoder_inputs()
        self._decoder_inputs.rng = self._rng
        self._services = [Running(service, self._rng) for service in ALL]

    async def run(self, inputs: int) -> Report:
        """Gives so many inputs to the services that read them, and more to the decoder."""
        while self.report.inputs < inputs:
            await self._next()
        for running in self._services:
            self._found("", of_streams(running.service, running.engine.cache, running.journal))
        return self.report

    async def _next(self) -> None:
        records = [self._mutator.next() for _ in range(self._rng.randint(1, MOST_AT_ONCE))]
        self.report.inputs += len(records)
        for _ in range(DECODER_INPUTS * len(records)):
            self.report.decoder_inputs += 1
            self._decode(self._decoder_inputs.next())
        for record in records:
            self._read_in_portal(record)
        for running in self._services:
            topics = {topic.name for topic in running.service.topics}
            if theirs := [record for record in records if record.topic in topics]:
                await self._handle(running, theirs)
        read_by_services = {t.name for running in self._services for t in running.service.topics}
        for record in records:
            if record.topic not in read_by_services:
                self._decode(record)

    async def _handle(self, running: Running, records: list[MemoryRecord]) -> None:
        inputs = [Input.of(record, running.service) for record in records]
        if all(one.nothing for one in inputs):
            self.report.results["ignored"] += len(inputs)
            return
        began = time.process_time()
        try:
            published = await running.take(records)
        except Exception as error:  # noqa: BLE001 - any error is a finding
            self._found(running.service.name, [f"raised {error!r}, {error.__context__!r}"])
            return
        self.report.slowest = max(self.report.slowest, time.process_time() - began)
        results, wrong = judge(inputs, published, running.service, running.engine.cache)
        self.report.results.update(results)
        self._found(running.service.name, [*wrong, *of_publications(published)], records)

    def _read_in_portal(self, record: MemoryRecord) -> None:
        if record.topic.endswith(".events") or record.topic in ("stock.levels", "catalog.variants"):
            try:
                read(record, "")
            except Undecodable as no:
                self._found("portal", of_refusal(no))
            except Exception as error:  # noqa: BLE001
                self._found("portal", [f"raised {error!r}"], [record])

    def _decode(self, record: MemoryRecord) -> None:
        try:
            decoded = decode(record) is not None
            self.report.results["decoder only: " + ("decoded" if decoded else "ignored")] += 1
        except Undecodable as no:
            self.report.results["decoder only: malformed"] += 1
            self._found(record.topic, of_refusal(no))
        except Exception as error:  # noqa: BLE001
            self._found(record.topic, [f"raised {error!r}"], [record])

    def _found(self, who: str, wrong: Sequence[str], records: Sequence[MemoryRecord] = ()) -> None:
        came = (
            [(r.topic, r.key, (r.value or b"")[:600], r.headers) for r in records] if wrong else ""
        )
        self.report.findings += [f"{who}: {words} {came}" for words in wrong]


def fuzz(seed: int, inputs: int) -> Report:
    """Runs a new world of `seed` with so many inputs. Snapshots are kept early."""
    with patch.object(engines, "SNAPSHOT_EVERY", 5):
        return asyncio.run(World(seed).run(inputs))
