"""One go at a part of a batch: load, decide, append, publish."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

import structlog

from shared.contracts import Malformed, Message
from shared.runtime.decider import Context
from shared.runtime.envelope import Incoming, rfc3339
from shared.runtime.ports import Document, Publication, Recorded
from shared.runtime.processing.context import ServiceContext
from shared.runtime.processing.erasure import erasure
from shared.runtime.processing.failures import Failures
from shared.runtime.processing.lookups import LookUps
from shared.runtime.processing.outcomes import Outcome
from shared.runtime.processing.stream import AnyStream, Stream

log = structlog.get_logger()


class BatchAttempt:
    """The state of one go at `work`; `written` are the streams that it added to."""

    def __init__(self, engine: ServiceContext, work: Sequence[Incoming]) -> None:
        self._engine = engine
        self._work = work
        self._names = [engine.service.stream_of(incoming.message) or "" for incoming in work]
        self._now = engine.clock()
        self._publications: list[Publication] = []
        self._answers: list[tuple[str, Publication]] = []
        self._casualties = Failures(engine, work, self._names, self._now)
        self._lookups = LookUps(engine)
        self._handled: Counter[str] = Counter()
        self.written: list[AnyStream] = []

    def left(self) -> list[Incoming]:
        """The messages that have to go again."""
        return self._casualties.left()

    async def run(self) -> None:
        """Does the steps. Raises `Unavailable`."""
        reached = self._engine.reached
        await self._load(self._engine.cache.absent(self._names))
        await self._look_up()
        reached("loaded")
        touched = await self._decide()
        for kind, times in self._handled.items():
            self._engine.metrics.handled.labels(kind).inc(times)
        reached("decided")
        await self._append(touched)
        reached("appended")
        publications = [*self._certain_answers(), *self._publications, *self._casualties.letters()]
        await self._engine.publish(publications, self._now)
        reached("published")
        if deleted := [stream.name for stream in self.written if stream.traces]:
            await self._erase(deleted)
            reached("erased")

    async def _load(self, absent: Collection[str]) -> None:
        engine = self._engine
        if not absent:
            return
        lost: list[Document] = []
        follows: list[Publication] = []
        for name, history in (await engine.journal.load(absent)).items():
            try:
                stream = Stream.from_history(name, engine.service.decider_of(name), history)
                theirs = [p for document in history.unpublished for p in self._follows(document)]
            except Exception as error:
                log.exception("a stream can't be read", stream=name)
                self._casualties.unreadable(name, error)
            else:
                engine.cache.put(stream)
                lost += history.unpublished
                follows += theirs
        if lost:
            # Before anything new of these streams: who wrote them may have died before publishing.
            await engine.publish(follows, self._now)
            await engine.journal.republished(lost)
            engine.metrics.republished.inc(len(lost))
        if deleted := [name for name in absent if engine.cache.has_traces(name)]:
            # Who wrote the tombstone died before the rest was gone.
            await self._erase(deleted)
            await self._load(deleted)

    async def _erase(self, names: Collection[str]) -> None:
        """Lets go of all that these streams said before their tombstones, here and in the journal.

        All of it has been published, or it would be lost to those who haven't heard of it.
        """
        engine = self._engine
        less: list[Document] = []
        for name, history in (await engine.journal.load(names)).items():
            less += erasure(history.documents, engine.service.decider_of(name).tombstone)
            engine.cache.drop(name)
        if less:
            await engine.journal.erase(less)

    async def _look_up(self) -> None:
        """Loads what the messages look up, as far as the streams' present states say it."""
        engine, asking, wanted = self._engine, self._engine.service.looks_up, set[str]()
        for position, (incoming, name) in enumerate(zip(self._work, self._names, strict=True)):
            if type(incoming.message) in asking and name not in self._casualties.again:
                try:
                    state = engine.cache.get(name).state
                    wanted |= self._lookups.keys(incoming.message, state)
                except Exception as error:
                    log.exception("a rule failed", stream=name, type=incoming.envelope.type)
                    self._casualties.failed(position, error)
        if wanted:
            await self._lookups.load(wanted)

    async def _decide(self) -> dict[str, int]:
        """Drafts what follows; returns the touched streams, each with its first new message."""
        engine, casualties = self._engine, self._casualties
        recorded = await self._recorded_outcomes()
        questions = engine.service.questions
        touched: dict[str, int] = {}
        for position, (incoming, name) in enumerate(zip(self._work, self._names, strict=True)):
            if name in casualties.again:
                continue
            stream = engine.cache.get(name)
            cause = incoming.envelope.cause
            one_by_one = name in engine.one_by_one and name in touched
            waits = one_by_one or name in casualties.waiting
            if type(incoming.message) in questions:
                if waits:
                    casualties.later.add(position)
                else:
                    self._try(position, stream, partial(self._answer, stream))
            elif cause in stream.outcomes:
                self._repeat(position, stream, stream.outcomes[cause])
            elif cause in recorded:
                version, outcome, digest = recorded[cause]
                if version > stream.version:
                    # Somebody has added it since the stream was loaded, and may have died before
                    # publishing: only who loads a stream looks after that.
                    casualties.go_again(name)
                else:
                    self._repeat(position, stream, Outcome.from_document(outcome), digest)
            elif waits:
                casualties.later.add(position)
            elif self._try(position, stream, stream.take):
                self._handled[incoming.envelope.type] += 1
                touched.setdefault(name, position)
                self._keep_refused(position, stream.outcomes[cause])
        return {name: first for name, first in touched.items() if name not in casualties.again}

    def _try(
        self, position: int, stream: AnyStream, work: Callable[[Incoming, Context], None]
    ) -> bool:
        """Lets the rules have a message; what they raise becomes of it what it has to."""
        engine, incoming = self._engine, self._work[position]
        envelope = incoming.envelope
        try:
            known = self._lookups.known(incoming.message, stream.state)
            if known is None:
                self._casualties.wait(position)
                return False
            context = Context(
                cause=envelope.cause,
                message_id=envelope.id,
                now=self._now,
                actor=envelope.actor,
                site=engine.site,
                number=engine.numbers.take if engine.numbers else _no_numbers,
                known=known,
            )
            work(incoming, context)
        except Malformed as error:
            self._casualties.malformed(position, error)
            return False
        except Exception as error:
            log.exception("a rule failed", stream=stream.name, type=envelope.type)
            self._casualties.failed(position, error)
            return False
        return True

    def _answer(self, stream: AnyStream, incoming: Incoming, context: Context) -> None:
        """A question is answered from what was decided so far; nothing is kept of it."""
        engine, envelope = self._engine, incoming.envelope
        reply = stream.answer(incoming, context)
        engine.metrics.queries.labels(envelope.type).inc()
        if envelope.reply_to:
            to, correlation = envelope.reply_to, envelope.correlation_id
            answer = engine.publications.answer(reply, to, correlation, rfc3339(self._now))
            self._answers.append((stream.name, answer))

    async def _recorded_outcomes(self) -> Mapping[str, Recorded]:
        """What the journal has of the messages to long-lived streams, which hold only some of it:
        what came before their snapshot isn't there, nor what others have added since."""
        kinds = tuple(f"{kind}/" for kind in self._engine.service.long_lived)
        asked = {
            incoming.envelope.cause: name
            for incoming, name in zip(self._work, self._names, strict=True)
            if name.startswith(kinds) and name not in self._casualties.again
        }
        return await self._engine.journal.outcomes(asked) if asked else {}

    def _keep_refused(self, position: int, outcome: Outcome | None) -> None:
        """A cart that is refused becomes a dead letter: its checkout may hear no answers."""
        if outcome is None or outcome.reason is None:
            return
        topic = self._work[position].message.topic
        if topic.from_outside and not topic.commands:
            self._casualties.refused(position, outcome.reason)

    def _repeat(
        self,
        position: int,
        stream: AnyStream,
        outcome: Outcome | None,
        digest: str | None = None,
    ) -> None:
        """The stream has taken the message in already: its first outcome is told again.

        With other content it is another message, under an id that is in use.
        """
        engine, incoming = self._engine, self._work[position]
        envelope = incoming.envelope
        if stream.is_changed(incoming, digest):
            self._casualties.reused(position)
            return
        self._keep_refused(position, outcome)
        engine.metrics.repeats.inc()
        if outcome is not None and envelope.reply_to:
            reply = outcome.reply(envelope.id, stream.id)
            to, correlation = envelope.reply_to, envelope.correlation_id
            at = rfc3339(self._now)
            answer = engine.publications.reply(reply, to, correlation, at)
            self._answers.append((stream.name, answer))

    def _certain_answers(self) -> list[Publication]:
        """The answers to repeats, without those of streams that are to be decided anew."""
        again = self._casualties.again
        return [answer for name, answer in self._answers if name not in again]

    async def _append(self, touched: dict[str, int]) -> None:
        """Writes what was drafted, and finds out what follows from it."""
        engine = self._engine
        drafts: dict[str, Document] = {}
        follows: dict[str, list[Publication]] = {}
        for name, first in touched.items():
            stream = engine.cache.get(name)
            document, facts = stream.finish(engine.writer, engine.batch, self._now)
            try:
                follows[name] = self._follows(document, facts)
            except Exception as error:
                log.exception("what follows can't be told", stream=name)
                self._casualties.unstorable(name, first, len(document["causes"]), error)
            else:
                drafts[name] = document
        refused = await engine.journal.append(list(drafts.values())) if drafts else {}
        for name, document in drafts.items():
            if document["_id"] not in refused:
                self._publications += follows[name]
                self.written.append(engine.cache.get(name))
            elif (reason := refused[document["_id"]]) is None:
                engine.metrics.conflicts.inc()
                self._casualties.go_again(name)
            else:
                self._casualties.unstorable(name, touched[name], len(document["causes"]), reason)

    def _follows(
        self, document: Document, facts: Sequence[Message] | None = None
    ) -> list[Publication]:
        engine = self._engine
        decider = engine.service.decider_of(document["stream"])
        return list(engine.publications.of(document, decider, facts))


def _no_numbers() -> str:
    raise LookupError("this service draws no numbers")
