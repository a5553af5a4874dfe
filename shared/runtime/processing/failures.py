"""Failures of single messages within a batch attempt, and how each is handled."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.contracts import Malformed
from shared.contracts.cards import masked
from shared.contracts.replies import REUSED, Reason, Reply
from shared.runtime.decider.identity import digest_of
from shared.runtime.envelope import Incoming, rfc3339
from shared.runtime.ports import Publication
from shared.runtime.processing.context import ServiceContext
from shared.runtime.processing.dead_letters import CONTRACT, FAILURE, REJECTED

TRIES = 3


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a message becomes a dead letter.

    reply_code  the code in the reply to its sender: empty for the same code as the dead letter's,
                None for no reply, because the sender gets its outcome in another way
    """

    code: str
    field: str
    reason: str
    reply_code: str | None = ""


class Failures:
    """Classifies the messages of an attempt, by position, and their streams, by name.

    stale       streams whose copy in memory is outdated or broken: all of their messages are
                decided again after a reload
    postponed   messages that wait for the next attempt
    postponed_streams  streams with a postponed message; later messages of these wait as well
    dead        messages that failed too often: dead letters, whatever becomes of their stream
    tentative   messages that their stream couldn't accept: dead letters unless the stream is stale
    """

    def __init__(
        self, context: ServiceContext, work: Sequence[Incoming], names: Sequence[str], now: datetime
    ) -> None:
        self._context = context
        self._work = work
        self._names = names
        self._now = now
        self.stale: set[str] = set()
        self.postponed: set[int] = set()
        self.postponed_streams: set[str] = set()
        self.dead: dict[int, Failure] = {}
        self.tentative: dict[int, Failure] = {}

    def mark_stale(self, name: str) -> None:
        """Drops the stream from memory; its messages are decided again after a reload."""
        self.stale.add(name)
        self._context.cache.drop(name)

    def postpone(self, position: int) -> None:
        """Postpones a message: what it looks up became known only in this attempt."""
        self.postponed.add(position)
        self.postponed_streams.add(self._names[position])

    def malformed(self, position: int, error: Malformed) -> None:
        """A rule found a field that is invalid in this state."""
        self.tentative[position] = Failure(CONTRACT, error.field, masked(error.message))

    def reused(self, position: int) -> None:
        """The message has the id of an earlier one, but other content."""
        reason = "an earlier message has this id and other content; use a new id"
        self.tentative[position] = Failure(REJECTED, "ce_id", reason, REUSED)

    def refused(self, position: int, reason: Reason) -> None:
        """A rule refused a message whose sender may not read replies."""
        self.tentative[position] = Failure(REJECTED, "", masked(reason.in_full), None)

    def failed(self, position: int, error: Exception) -> None:
        """A rule raised. Its stream is reloaded; after three tries the message is a dead letter."""
        name, record = self._names[position], self._work[position].record
        self.mark_stale(name)
        place = (record.topic, record.partition, record.offset)
        self._context.tries[place] += 1
        if self._context.tries[place] >= TRIES:
            reason = masked(f"{type(error).__name__}: {error}")
            self.dead[position] = Failure(FAILURE, "", reason)

    def unreadable(self, name: str, error: Exception) -> None:
        """The stream can't be loaded: all of its messages fail."""
        for position, stream in enumerate(self._names):
            if stream == name:
                self.failed(position, error)

    def unstorable(self, name: str, position: int, messages: int, error: Exception) -> None:
        """The draft of a stream can't be stored. `position` is its first message.

        With several messages, the stream takes them one by one to find the one that fails.
        """
        if messages > 1:
            self._context.one_by_one.add(name)
            self.mark_stale(name)
        else:
            self.failed(position, error)

    def remaining(self) -> list[Incoming]:
        """The messages for the next attempt, in their order."""
        return [
            incoming
            for position, incoming in enumerate(self._work)
            if position not in self.dead
            and (position in self.postponed or self._names[position] in self.stale)
        ]

    def publications(self) -> list[Publication]:
        """The dead letters of this attempt, and the replies about them."""
        certain = self.dead | {
            position: failure
            for position, failure in self.tentative.items()
            if self._names[position] not in self.stale
        }
        return [
            publication
            for position in sorted(certain)
            for publication in self._dead_letter(position, certain)
        ]

    def _dead_letter(self, position: int, failures: Mapping[int, Failure]) -> Iterator[Publication]:
        context, incoming, failure = self._context, self._work[position], failures[position]
        field, reason = failure.field, failure.reason
        text = f"{field}: {reason}" if field else reason
        context.log_dead_letter(incoming.record, text)
        yield context.dead_letters.of(incoming.record, failure.code, field, reason, self._now)
        envelope = incoming.envelope
        if envelope.reply_to and failure.reply_code is not None:
            why = reason_for(failure.reply_code or failure.code, text)
            reply = Reply(command_id=envelope.id, outcome="rejected", reason=why)
            how = envelope.reply_to, envelope.correlation_id, rfc3339(self._now)
            if failure.reply_code == REUSED:
                digest = digest_of(incoming.message)
                yield context.publications.refusal(reply, digest, *how)
            else:
                yield context.publications.reply(reply, *how)


def reason_for(code: str, text: str) -> Reason:
    """The reason in a reply: a breach of the contract in full, an internal failure in general."""
    if code == FAILURE:
        return Reason(code=FAILURE, message="Waybill failed on this message; operators were told.")
    return Reason(code=code, message=text)
