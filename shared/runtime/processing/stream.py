"""One aggregate in memory: its state, its causes, and the draft of its next document."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from shared.contracts import Malformed, Message
from shared.contracts.cards import masked
from shared.contracts.replies import DryRun, ForeseenEvent, Reason, Reply
from shared.contracts.stock_status import StockStatus
from shared.runtime.decider import Context, Decider, Decision, Rejected, rejected
from shared.runtime.decider.identity import digest_of, is_comparable, is_same
from shared.runtime.envelope import Incoming
from shared.runtime.ports import Document, History, document_id
from shared.runtime.processing.erasure import erasure
from shared.runtime.processing.outcomes import Cause, Outcome

S = TypeVar("S")


@dataclass(slots=True)
class Draft:
    """What a batch adds to a stream: the next document of the journal."""

    causes: list[Document] = field(default_factory=list)
    events: list[Document] = field(default_factory=list)
    facts: list[Message] = field(default_factory=list)
    settled: list[Document] = field(default_factory=list)


class Stream(Generic[S]):
    """A stream `kind/id`.

    version   counts its documents
    sequence  counts its events
    changed_at  the sequence of the last event that isn't an annotation
    snapshot_version  the version of the latest snapshot
    outcomes  by cause, since the snapshot; None while the outcome is deferred
    digests   of the content of messages, by cause
    created   digests of the messages that created something, by its name
    erasure_pending  the record was deleted, and the journal still has its content
    """

    def __init__(self, name: str, decider: Decider[S]) -> None:
        self.name = name
        self.id = name.partition("/")[2]
        self.decider = decider
        self.state = decider.initial()
        self.version = 0
        self.sequence = 0
        self.changed_at = 0
        self.snapshot_version = 0
        self.outcomes: dict[str, Outcome | None] = {}
        self.deferred: dict[str, Cause] = {}
        self.digests: dict[str, str] = {}
        self.created: dict[str, str] = {}
        self.draft: Draft | None = None
        self.erasure_pending = False

    @classmethod
    def from_history(cls, name: str, decider: Decider[S], history: History) -> "Stream[S]":
        """Builds the stream from its history."""
        stream = cls(name, decider)
        if history.snapshot is not None and decider.restore is not None:
            stream.state = decider.restore(history.snapshot["state"])
            stream.version = stream.snapshot_version = history.snapshot["version"]
            stream.sequence = stream.changed_at = history.snapshot["sequence"]
        for document in history.documents:
            stream._replay(document)
        stream.erasure_pending = bool(erasure(history.documents, decider.tombstone))
        return stream

    def _replay(self, document: Document) -> None:
        self.version = document["version"]
        for kept in document["events"]:
            if "data" in kept:
                self._evolve(self.decider.event(kept))
            else:  # erased: only its number remains
                self.sequence = self.changed_at = self.sequence + 1
        for kept in document["causes"]:
            outcome = kept.get("outcome")
            self.outcomes[kept["key"]] = Outcome.from_document(outcome) if outcome else None
            if outcome is None:
                self.deferred[kept["key"]] = Cause.from_document(kept)
            self._remember(kept["key"], kept.get("digest"), kept.get("created"))
        for kept in document.get("settled", ()):
            self.outcomes[kept["key"]] = Outcome.from_document(kept["outcome"])
            self.deferred.pop(kept["key"], None)

    def _evolve(self, event: Message) -> None:
        self.state = self.decider.evolve(self.state, event)
        self.sequence += 1
        if not self.decider.is_annotation(event):
            self.changed_at = self.sequence

    def _remember(self, key: str, digest: str | None, created: str | None) -> None:
        if digest is not None:
            self.digests[key] = digest
            if created is not None:
                self.created[created] = digest

    def is_changed(self, incoming: Incoming, digest: str | None = None) -> bool:
        """Whether a message differs in content from an earlier one with the same id.

        `digest` is the earlier one's, if it was loaded from the journal.
        """
        first = digest or self.digests.get(incoming.envelope.cause)
        if first is None or not is_comparable(incoming):
            return False
        return is_same(first, digest_of(incoming.message)) is False

    def take(self, incoming: Incoming, context: Context) -> None:
        """Decides a new message and adds the result to the draft.

        `Rejected` is recorded as an outcome. Every other exception of the decider is raised; after
        any except `Malformed`, the stream must be discarded.
        """
        cause = self._identify(incoming, context)
        refusal = None
        try:
            decision = self._decide(incoming, context)
        except Rejected as no:
            decision, refusal = Decision(), no.reason
        if decision.deferred and self.decider.long_lived:
            raise TypeError(f"{self.decider.kind}: a long-lived stream can't defer outcomes")
        draft = self.draft = self.draft or Draft()
        if not decision.events:
            cause.created = None
        for event in decision.events:
            self._evolve(event)
            self.erasure_pending = self.erasure_pending or type(event) is self.decider.tombstone
            draft.facts.append(event)
            draft.events.append(
                {
                    "type": event.type,
                    "data": event.model_dump_json(),
                    "cause": len(draft.causes),
                }
            )
        if self._is_deleted():
            cause.digest = cause.created = None  # a digest must not outlive its content
        self._remember(cause.key, cause.digest, cause.created)
        kept = cause.document()
        if decision.deferred:
            self.outcomes[cause.key] = None
            self.deferred[cause.key] = cause
        else:
            outcome = self._outcome(refusal)
            self.outcomes[cause.key] = outcome
            kept["outcome"] = outcome.document()
        draft.causes.append(kept)
        for deferred in decision.outcomes:
            command = self.deferred.pop(deferred.cause, None)
            if command is not None:
                outcome = self._outcome(deferred.refusal)
                self.outcomes[command.key] = outcome
                draft.settled.append(command.document() | {"outcome": outcome.document()})

    def _identify(self, incoming: Incoming, context: Context) -> Cause:
        """The cause that the journal stores for a message; sets `context.same`."""
        cause, message = Cause.of(incoming.envelope), incoming.message
        if creates := self.decider.creates.get(type(message)):
            cause.created = creates(message)
        if cause.created is not None or is_comparable(incoming):
            cause.digest = digest_of(message)
            if cause.created is not None and (first := self.created.get(cause.created)):
                context.same = is_same(first, cause.digest)
        return cause

    def _is_deleted(self) -> bool:
        """Whether the record is deleted; from then on no content of messages is stored."""
        tombstone = self.decider.tombstone
        return tombstone is not None and isinstance(self.state, tombstone)

    def answer(self, incoming: Incoming, context: Context) -> Reply:
        """Answers a question from the present state. Raises what the query raises."""
        content: dict[str, Any] = {}
        refusal = None
        try:
            self._expect(incoming.envelope.expected_version)
            query = self.decider.queries[type(incoming.message)]
            answer = query(incoming.message, self.state, context)
            is_stock = isinstance(answer, StockStatus)
            content = {"stock": answer} if is_stock else {"actions": tuple(answer)}
            content["owed"] = self.decider.owed(self.state)
        except Rejected as no:
            refusal = no.reason
        reply = self._outcome(refusal).reply(incoming.envelope.id, self.id)
        return reply.model_copy(update=content)

    def foresee(self, incoming: Incoming, context: Context) -> Reply:
        """Returns the reply that a command would get now, and what it would do; changes nothing.

        Raises what the decider raises, except `Rejected` and `Malformed`.
        """
        self._identify(incoming, context)
        decision, refusal = Decision(), None
        try:
            decision = self._decide(incoming, context)
        except Rejected as no:
            refusal = no.reason
        except Malformed as error:
            refusal = Reason(code="malformed", message=masked(str(error)))
        after = self.state
        if decision.events and not self.decider.long_lived:
            after = deepcopy(self.state)
            for event in decision.events:
                after = self.decider.evolve(after, event)
        run = DryRun(
            events=tuple(
                ForeseenEvent(type=event.type, data=event.model_dump(mode="json"))
                for event in decision.events
            ),
            deferred=decision.deferred,
            before=self.decider.amounts(self.state, context),
            after=self.decider.amounts(after, context),
        )
        outcome = Outcome(
            "rejected" if refusal else "accepted",
            self.sequence + len(decision.events),
            self.decider.status(after),
            refusal,
        )
        reply = outcome.reply(incoming.envelope.id, self.id)
        return reply.model_copy(update={"dry_run": run})

    def _decide(self, incoming: Incoming, context: Context) -> Decision:
        self._expect(incoming.envelope.expected_version)
        return self.decider.decide(incoming.message, self.state, context)

    def _expect(self, expected: int | None) -> None:
        """Raises `Rejected` if anything except annotations has happened since `expected`."""
        if expected is not None and not self.changed_at <= expected <= self.sequence:
            raise rejected("version-conflict", expected=expected, version=self.sequence)

    def _outcome(self, refusal: Any) -> Outcome:
        verdict = "rejected" if refusal else "accepted"
        return Outcome(verdict, self.sequence, self.decider.status(self.state), refusal)  # type: ignore[arg-type]

    def finish(self, writer: str, batch: int, now: datetime) -> tuple[Document, Sequence[Message]]:
        """Returns the draft as a document of the journal, and its events; clears the draft."""
        draft = self.draft or Draft()
        self.draft = None
        self.version += 1
        document: Document = {
            "_id": document_id(self.name, self.version),
            "stream": self.name,
            "version": self.version,
            "first": self.sequence - len(draft.events) + 1,
            "writer": writer,
            "batch": batch,
            "at": now,
            "causes": draft.causes,
            "events": draft.events,
        }
        if draft.settled:
            document["settled"] = draft.settled
        if self.decider.long_lived:
            document["long_lived"] = True
        return document, draft.facts

    def snapshot(self) -> Document:
        """The snapshot of a long-lived stream. `version` is that of the last document in it."""
        if self.decider.dump is None:
            raise TypeError(f"{self.decider.kind} keeps no snapshots")
        self.snapshot_version = self.version
        self.outcomes.clear()  # from now on they are looked up in the journal
        self.digests.clear()
        return {
            "version": self.version,
            "sequence": self.sequence,
            "state": self.decider.dump(self.state),
        }


AnyStream = Stream[Any]
