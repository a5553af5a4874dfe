"""Derives records from documents of the journal: the same records each time."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

from shared.contracts import Message
from shared.contracts.replies import Reply
from shared.runtime.decider import Decider
from shared.runtime.envelope import Envelope, is_attribute, rfc3339
from shared.runtime.ports import Document, Publication
from shared.runtime.processing.outcomes import Cause, Outcome


class Publications:
    """Derives records from documents, for one service."""

    def __init__(self, service: str, prefix: str) -> None:
        self._source = f"waybill/{service}"
        self._prefix = prefix

    def of(
        self, document: Document, decider: Decider[Any], facts: Sequence[Message] | None = None
    ) -> Iterator[Publication]:
        """Yields every record of a document: its events, their outgoing messages, and replies.

        `facts` are the document's events as objects, if the caller has them.
        """
        kind, _, subject = document["stream"].partition("/")
        causes = [Cause.from_document(kept) for kept in document["causes"]]
        time = rfc3339(document["at"])
        if facts is None:
            facts = [decider.event(kept) for kept in document["events"]]
        for position, (fact, kept) in enumerate(zip(facts, document["events"], strict=True)):
            sequence = document["first"] + position
            cause = causes[kept["cause"]]
            name = f"{kind}:{subject}:{sequence}"
            value = kept["data"].encode()
            # Exactly as it was written, since it may be published already.
            yield self._record(fact, f"{name}:0", cause, time, value, kept["type"], sequence)
            for n, message in enumerate(decider.outgoing(fact), 1):
                content = _json(message)
                yield self._record(message, f"{name}:{n}", cause, time, content, message.type)
        for kept, cause in zip(document["causes"], causes, strict=True):
            if cause.reply_to and "outcome" in kept:
                yield self._outcome(cause, kept, subject, time)
        for kept in document.get("settled", ()):
            cause = Cause.from_document(kept)
            if cause.reply_to:
                yield self._outcome(cause, kept, subject, time)

    def reply(self, reply: Reply, to: str, correlation: str | None, time: str) -> Publication:
        """The record of a reply. Its id depends on the command only."""
        return self._reply(f"reply:{reply.command_id}", reply, to, correlation, time)

    def refusal(
        self, reply: Reply, digest: str, to: str, correlation: str | None, time: str
    ) -> Publication:
        """The record of a reply to a message that reuses an id; its id differs from the first's."""
        return self._reply(f"reused:{reply.command_id}:{digest}", reply, to, correlation, time)

    def answer(self, reply: Reply, to: str, correlation: str | None, time: str) -> Publication:
        """The record of an answer to a question. Its id depends on the question and the version."""
        name = f"answer:{reply.command_id}:{reply.version}"
        return self._reply(name, reply, to, correlation, time)

    def _reply(
        self, name: str, reply: Reply, to: str, correlation: str | None, time: str
    ) -> Publication:
        envelope = Envelope(
            id=_short(name),
            source=self._source,
            type=Reply.type,
            time=time,
            subject=reply.subject,
            correlation_id=correlation,
            # A command whose id isn't a valid attribute gets a reply too; the data has the id.
            causation_id=reply.command_id if is_attribute(reply.command_id) else None,
        )
        value = reply.model_dump_json(exclude_none=True).encode()
        return Publication(to, reply.command_id.encode(), value, envelope.headers())

    def _outcome(self, cause: Cause, kept: Document, subject: str, time: str) -> Publication:
        outcome = Outcome.from_document(kept["outcome"])
        reply_to = cause.reply_to or ""
        return self.reply(outcome.reply(cause.id, subject), reply_to, cause.correlation, time)

    def _record(
        self,
        message: Message,
        name: str,
        cause: Cause,
        time: str,
        value: bytes,
        type_name: str,
        sequence: int | None = None,
    ) -> Publication:
        key = message.key
        envelope = Envelope(
            id=_short(name),
            source=self._source,
            type=type_name,
            time=time,
            subject=key,
            correlation_id=cause.correlation,
            causation_id=cause.id,
            actor=cause.actor,
            traceparent=cause.traceparent,
            sequence=sequence,
        )
        topic = self._prefix + message.topic.name
        return Publication(topic, key.encode(), value, envelope.headers())


def _json(message: Message) -> bytes:
    return message.model_dump_json().encode()


def _short(name: str) -> str:
    """Shortens a name to an id of the contract: at most 64 printable characters."""
    if len(name) <= 64 and name.isprintable():
        return name
    return blake2b(name.encode(errors="replace"), digest_size=20).hexdigest()
