"""One attempt at a part of a batch: load, decide, append, publish."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

import structlog

from shared.contracts import Malformed, Message
from shared.runtime import tracing
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
    """One attempt at the messages in `work`.

    written  the streams that it appended a document to
    """

    def __init__(self, context: ServiceContext, work: Sequence[Incoming]) -> None:
        self._context = context
        self._work = work
        self._names = [context.service.stream_of(incoming.message) or "" for incoming in work]
        self._now = context.clock()
        self._publications: list[Publication] = []
        self._answers: list[tuple[str, Publication]] = []
        self._failures = Failures(context, work, self._names, self._now)
        self._lookups = LookUps(context)
        self._handled: Counter[str] = Counter()
        self.written: list[AnyStream] = []

    def remaining(self) -> list[Incoming]:
        """The messages that need another attempt, in their order."""
        return self._failures.remaining()

    async def run(self) -> None:
        """Runs all steps. Raises `Unavailable`."""
        on_step, step = self._context.on_step, tracing.current().step
        with step("load"):
            await self._load(self._context.cache.absent(self._names))
            await self._look_up()
        on_step("loaded")
        with step("decide"):
            changed = await self._decide()
        for kind, times in self._handled.items():
            self._context.metrics.handled.labels(kind).inc(times)
        on_step("decided")
        with step("append"):
            await self._append(changed)
        on_step("appended")
        publications = [
            *self._confirmed_answers(),
            *self._publications,
            *self._failures.publications(),
        ]
        with step("publish"):
            await self._context.publish(publications, self._now)
        on_step("published")
        if deleted := [stream.name for stream in self.written if stream.erasure_pending]:
            await self._erase(deleted)
            on_step("erased")

    async def _load(self, absent: Collection[str]) -> None:
        context = self._context
        if not absent:
            return
        unpublished: list[Document] = []
        publications: list[Publication] = []
        for name, history in (await context.journal.load(absent)).items():
            try:
                stream = Stream.from_history(name, context.service.decider_of(name), history)
                records = [
                    p for document in history.unpublished for p in self._publications_of(document)
                ]
            except Exception as error:
                log.exception("a stream can't be read", stream=name)
                self._failures.unreadable(name, error)
            else:
                context.cache.put(stream)
                unpublished += history.unpublished
                publications += records
        if unpublished:
            # Their writer may have died before it published them. They come before new documents.
            await context.publish(publications, self._now)
            await context.journal.republished(unpublished)
            context.metrics.republished.inc(len(unpublished))
        if deleted := [name for name in absent if context.cache.is_erasure_pending(name)]:
            # The writer of the tombstone died before it erased the documents.
            await self._erase(deleted)
            await self._load(deleted)

    async def _erase(self, names: Collection[str]) -> None:
        """Erases what these streams held before their tombstones, in the cache and the journal.

        All of it has to be published first, or consumers would never receive it.
        """
        context = self._context
        erased: list[Document] = []
        for name, history in (await context.journal.load(names)).items():
            erased += erasure(history.documents, context.service.decider_of(name).tombstone)
            context.cache.drop(name)
        if erased:
            await context.journal.erase(erased)

    async def _look_up(self) -> None:
        """Loads what the messages look up, according to the present states of their streams."""
        context, wanted = self._context, set[str]()
        looks_up = context.service.looks_up
        for position, (incoming, name) in enumerate(zip(self._work, self._names, strict=True)):
            if type(incoming.message) in looks_up and name not in self._failures.stale:
                try:
                    state = context.cache.get(name).state
                    wanted |= self._lookups.keys(incoming.message, state)
                except Exception as error:
                    log.exception("a rule failed", stream=name, type=incoming.envelope.type)
                    self._failures.failed(position, error)
        if wanted:
            await self._lookups.load(wanted)

    async def _decide(self) -> dict[str, int]:
        """Decides the messages; returns the changed streams, each with its first new message."""
        context, failures = self._context, self._failures
        recorded = await self._recorded_outcomes()
        questions = context.service.questions
        changed: dict[str, int] = {}
        for position, (incoming, name) in enumerate(zip(self._work, self._names, strict=True)):
            if name in failures.stale:
                continue
            stream = context.cache.get(name)
            cause = incoming.envelope.cause
            one_by_one = name in context.one_by_one and name in changed
            waits = one_by_one or name in failures.postponed_streams
            if type(incoming.message) in questions or incoming.envelope.dry_run:
                if waits:
                    failures.postponed.add(position)
                else:
                    self._try(position, stream, partial(self._answer, stream))
            elif cause in stream.outcomes:
                self._answer_repeat(position, stream, stream.outcomes[cause])
            elif cause in recorded:
                version, outcome, digest = recorded[cause]
                if version > stream.version:
                    # Another process has appended it since the stream was loaded, and may have died
                    # before publishing. Only loading the stream again publishes it.
                    failures.mark_stale(name)
                else:
                    self._answer_repeat(position, stream, Outcome.from_document(outcome), digest)
            elif waits:
                failures.postponed.add(position)
            elif self._try(position, stream, stream.take):
                self._handled[incoming.envelope.type] += 1
                changed.setdefault(name, position)
                self._dead_letter_if_refused(position, stream.outcomes[cause])
        return {name: first for name, first in changed.items() if name not in failures.stale}

    def _try(
        self, position: int, stream: AnyStream, work: Callable[[Incoming, Context], None]
    ) -> bool:
        """Passes a message to the rules, and classifies what they raise.

        Returns whether the message was handled.
        """
        context, incoming = self._context, self._work[position]
        envelope = incoming.envelope
        try:
            known = self._lookups.known(incoming.message, stream.state)
            if known is None:
                self._failures.postpone(position)
                return False
            decision_context = Context(
                cause=envelope.cause,
                message_id=envelope.id,
                now=self._now,
                actor=envelope.actor,
                site=context.site,
                number=context.numbers.take if context.numbers else _no_numbers,
                known=known,
                sent=envelope.time,
            )
            work(incoming, decision_context)
        except Malformed as error:
            self._failures.malformed(position, error)
            return False
        except Exception as error:
            log.exception("a rule failed", stream=stream.name, type=envelope.type)
            self._failures.failed(position, error)
            return False
        return True

    def _answer(self, stream: AnyStream, incoming: Incoming, decision_context: Context) -> None:
        """Answers a question, or a dry run, from what was decided so far; records nothing."""
        context, envelope = self._context, incoming.envelope
        is_question = type(incoming.message) in context.service.questions
        answer_of = stream.answer if is_question else stream.foresee
        reply = answer_of(incoming, decision_context)
        context.metrics.queries.labels(envelope.type).inc()
        if envelope.reply_to:
            to, correlation = envelope.reply_to, envelope.correlation_id
            answer = context.publications.answer(reply, to, correlation, rfc3339(self._now))
            self._answers.append((stream.name, answer))

    async def _recorded_outcomes(self) -> Mapping[str, Recorded]:
        """The recorded outcomes of the messages to long-lived streams.

        Such a stream in memory lacks the outcomes before its snapshot, and those that other
        processes have appended since.
        """
        kinds = tuple(f"{kind}/" for kind in self._context.service.long_lived)
        causes = {
            incoming.envelope.cause: name
            for incoming, name in zip(self._work, self._names, strict=True)
            if name.startswith(kinds) and name not in self._failures.stale
        }
        return await self._context.journal.outcomes(causes) if causes else {}

    def _dead_letter_if_refused(self, position: int, outcome: Outcome | None) -> None:
        """Makes a dead letter of a refused cart: its checkout may not read replies."""
        if outcome is None or outcome.reason is None:
            return
        topic = self._work[position].message.topic
        if topic.from_outside and not topic.commands:
            self._failures.refused(position, outcome.reason)

    def _answer_repeat(
        self,
        position: int,
        stream: AnyStream,
        outcome: Outcome | None,
        digest: str | None = None,
    ) -> None:
        """Replies with the first outcome to a message that the stream has already taken in.

        With other content it is a different message under a used id, which is rejected.
        """
        context, incoming = self._context, self._work[position]
        envelope = incoming.envelope
        if stream.is_changed(incoming, digest):
            self._failures.reused(position)
            return
        self._dead_letter_if_refused(position, outcome)
        context.metrics.repeats.inc()
        if outcome is not None and envelope.reply_to:
            reply = outcome.reply(envelope.id, stream.id)
            to, correlation = envelope.reply_to, envelope.correlation_id
            at = rfc3339(self._now)
            answer = context.publications.reply(reply, to, correlation, at)
            self._answers.append((stream.name, answer))

    def _confirmed_answers(self) -> list[Publication]:
        """The answers of this attempt, without those of stale streams, which are decided again."""
        stale = self._failures.stale
        return [answer for name, answer in self._answers if name not in stale]

    async def _append(self, changed: dict[str, int]) -> None:
        """Appends the drafts to the journal, and derives the records to publish."""
        context = self._context
        drafts: dict[str, Document] = {}
        publications: dict[str, list[Publication]] = {}
        for name, first in changed.items():
            stream = context.cache.get(name)
            document, facts = stream.finish(context.writer, context.batch, self._now)
            try:
                publications[name] = self._publications_of(document, facts)
            except Exception as error:
                log.exception("records can't be derived", stream=name)
                self._failures.unstorable(name, first, len(document["causes"]), error)
            else:
                drafts[name] = document
        refused = await context.journal.append(list(drafts.values())) if drafts else {}
        for name, document in drafts.items():
            if document["_id"] not in refused:
                self._publications += publications[name]
                self.written.append(context.cache.get(name))
                context.unpublished_since = context.unpublished_since or self._now
                for event in document["events"]:
                    context.metrics.events.labels(event["type"]).inc()
            elif (reason := refused[document["_id"]]) is None:
                context.metrics.conflicts.inc()
                self._failures.mark_stale(name)
            else:
                self._failures.unstorable(name, changed[name], len(document["causes"]), reason)

    def _publications_of(
        self, document: Document, facts: Sequence[Message] | None = None
    ) -> list[Publication]:
        context = self._context
        decider = context.service.decider_of(document["stream"])
        return list(context.publications.of(document, decider, facts))


def _no_numbers() -> str:
    raise LookupError("this service draws no numbers")
