"""One go at a batch: load, decide, append, publish, mark. What must go again is returned."""

from collections.abc import Sequence

import structlog

from shared.contracts import Malformed, Message
from shared.runtime.casualties import Casualties
from shared.runtime.decider import Context
from shared.runtime.engine import Engine
from shared.runtime.envelope import Incoming, rfc3339
from shared.runtime.outcomes import Outcome
from shared.runtime.ports import Document, Publication
from shared.runtime.stream import AnyStream, Stream

SNAPSHOT_EVERY = 100

log = structlog.get_logger()


class Round:
    """The state of one go: `work` in its order, and the letters that go out with its results."""

    def __init__(
        self, engine: Engine, work: Sequence[Incoming], letters: Sequence[Publication]
    ) -> None:
        self._engine = engine
        self._work = work
        self._names = [engine.service.stream_of(incoming.message) or "" for incoming in work]
        self._now = engine.clock()
        self._publications: list[Publication] = list(letters)
        self._casualties = Casualties(engine, work, self._names, self._now)

    async def run(self) -> list[Incoming]:
        """Does the steps; returns the messages that have to go again. Raises `Unavailable`."""
        reached = self._engine.reached
        await self._load()
        reached("loaded")
        touched = await self._decide()
        reached("decided")
        written = await self._append(touched)
        reached("appended")
        await self._publish([*self._publications, *self._casualties.letters()])
        reached("published")
        if written:
            await self._mark(written)
        reached("marked")
        return self._casualties.left()

    async def _load(self) -> None:
        engine = self._engine
        absent = engine.cache.absent(self._names)
        if not absent:
            return
        lost: list[Document] = []
        for name, history in (await engine.journal.load(absent)).items():
            lost += history.unpublished
            try:
                stream = Stream.from_history(name, engine.service.decider_of(name), history)
            except Exception as error:
                log.exception("a stream can't be read", stream=name)
                self._casualties.unreadable(name, error)
            else:
                engine.cache.put(stream)
        if lost:
            # Before anything new of these streams: who wrote them may have died before publishing.
            await self._publish([p for document in lost for p in self._follows(document)])
            await engine.journal.republished(lost)
            engine.metrics.republished.inc(len(lost))

    async def _decide(self) -> dict[str, int]:
        """Drafts what follows; returns the touched streams, each with its first new message."""
        engine, casualties = self._engine, self._casualties
        if engine.numbers is not None and engine.service.numbered is not None:
            kind = engine.service.numbered
            await engine.numbers.reserve(sum(isinstance(i.message, kind) for i in self._work))
        recorded = await self._recorded_outcomes()
        touched: dict[str, int] = {}
        for position, (incoming, name) in enumerate(zip(self._work, self._names, strict=True)):
            if name in casualties.again:
                continue
            stream = engine.cache.get(name)
            cause = incoming.envelope.cause
            if cause in stream.outcomes:
                self._repeat(incoming, stream, stream.outcomes[cause])
            elif cause in recorded:
                self._repeat(incoming, stream, recorded[cause])
            elif name in engine.one_by_one and name in touched:
                casualties.later.add(position)
            elif self._take(position, stream):
                touched.setdefault(name, position)
        return {name: first for name, first in touched.items() if name not in casualties.again}

    def _take(self, position: int, stream: AnyStream) -> bool:
        engine, incoming = self._engine, self._work[position]
        envelope = incoming.envelope
        context = Context(
            cause=envelope.cause,
            message_id=envelope.id,
            now=self._now,
            actor=envelope.actor,
            site=engine.site,
            number=engine.numbers.take if engine.numbers else _no_numbers,
        )
        try:
            stream.take(incoming, context)
        except Malformed as error:
            self._casualties.malformed(position, error)
            return False
        except Exception as error:
            log.exception("a rule failed", stream=stream.name, type=envelope.type)
            self._casualties.failed(position, error)
            return False
        engine.metrics.handled.labels(envelope.type).inc()
        return True

    async def _recorded_outcomes(self) -> dict[str, Outcome]:
        """What long-lived streams recorded before their snapshot, for the messages at hand."""
        kinds = tuple(f"{kind}/" for kind in self._engine.service.long_lived)
        asked = {
            incoming.envelope.cause: name
            for incoming, name in zip(self._work, self._names, strict=True)
            if name.startswith(kinds) and name not in self._casualties.again
        }
        found = await self._engine.journal.outcomes(asked) if asked else {}
        return {cause: Outcome.from_document(kept) for cause, kept in found.items()}

    def _repeat(self, incoming: Incoming, stream: AnyStream, outcome: Outcome | None) -> None:
        """The stream has taken the message in already: its first outcome is told again."""
        engine, envelope = self._engine, incoming.envelope
        engine.metrics.repeats.inc()
        if outcome is not None and envelope.reply_to:
            reply = outcome.reply(envelope.id, stream.id)
            to, correlation = envelope.reply_to, envelope.correlation_id
            at = rfc3339(self._now)
            self._publications.append(engine.publications.reply(reply, to, correlation, at))

    async def _append(self, touched: dict[str, int]) -> list[AnyStream]:
        """Writes what was drafted; returns the streams whose documents the journal now has."""
        engine = self._engine
        engine.batch += 1
        streams = [engine.cache.get(name) for name in touched]
        drafts = [stream.finish(engine.writer, engine.batch, self._now) for stream in streams]
        refused = await engine.journal.append([d for d, _ in drafts]) if drafts else {}
        written: list[AnyStream] = []
        for stream, (document, facts) in zip(streams, drafts, strict=True):
            if document["_id"] not in refused:
                self._publications += self._follows(document, facts)
                written.append(stream)
            elif (error := refused[document["_id"]]) is None:
                engine.metrics.conflicts.inc()
                self._casualties.go_again(stream.name)
            else:
                first, messages = touched[stream.name], len(document["causes"])
                self._casualties.unstorable(stream.name, first, messages, error)
        return written

    def _follows(
        self, document: Document, facts: Sequence[Message] | None = None
    ) -> list[Publication]:
        engine = self._engine
        decider = engine.service.decider_of(document["stream"])
        return list(engine.publications.of(document, decider, facts))

    async def _publish(self, publications: Sequence[Publication]) -> None:
        """Publishes; a reply to a topic that doesn't exist becomes a dead letter instead."""
        engine = self._engine
        foreign = {p.topic for p in publications if not engine.owns(p.topic)}
        missing = await engine.publisher.missing(foreign) if foreign else set()
        await engine.publisher.publish(
            [
                engine.dead_letters.unanswerable(p, self._now) if p.topic in missing else p
                for p in publications
            ]
        )

    async def _mark(self, written: Sequence[AnyStream]) -> None:
        engine = self._engine
        await engine.journal.mark(engine.writer, engine.batch)
        for stream in written:
            if stream.decider.long_lived and stream.version - stream.kept >= SNAPSHOT_EVERY:
                await engine.journal.snapshot(stream.name, stream.snapshot())


def _no_numbers() -> str:
    raise LookupError("this service draws no numbers")
