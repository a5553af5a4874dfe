"""What goes wrong in a round without an engine being down, and what becomes of it."""

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
    """Why a message is a dead letter; `told` is the code that its sender hears.

    That is the letter's own unless another is given. None: the sender is told anyway.
    """

    code: str
    field: str
    reason: str
    reply_code: str | None = ""


class Failures:
    """Sorts the messages of a round, by their position in it, and the streams they go to.

    again     streams that are to be loaded and decided anew, with all of their messages
    later     messages that wait for the next round
    waiting   streams of which a message waits, so that all after it do
    dead      messages that have failed too often: dead letters, whatever becomes of their stream
    doubtful  messages that made no sense to their stream: dead letters unless it is decided anew
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
        """The stream in memory is of no use: it is dropped, and its messages are done anew."""
        self.stale.add(name)
        self._context.cache.drop(name)

    def postpone(self, position: int) -> None:
        """What the message looks up became known in this round only: the next one loads it."""
        self.postponed.add(position)
        self.postponed_streams.add(self._names[position])

    def malformed(self, position: int, error: Malformed) -> None:
        """A rule found a field that makes no sense here."""
        self.tentative[position] = Failure(CONTRACT, error.field, masked(error.message))

    def reused(self, position: int) -> None:
        """The message has the id of an earlier one with other content."""
        words = "an earlier message has this id and other content; use a new id"
        self.tentative[position] = Failure(REJECTED, "ce_id", words, REUSED)

    def refused(self, position: int, reason: Reason) -> None:
        """A rule refused a message whose sender may hear no answers."""
        self.tentative[position] = Failure(REJECTED, "", masked(reason.in_full), None)

    def failed(self, position: int, error: Exception) -> None:
        """A rule raised. Its stream is loaded anew, and after three tries the message is dead."""
        name, record = self._names[position], self._work[position].record
        self.mark_stale(name)
        place = (record.topic, record.partition, record.offset)
        self._context.tries[place] += 1
        if self._context.tries[place] >= TRIES:
            words = masked(f"{type(error).__name__}: {error}")
            self.dead[position] = Failure(FAILURE, "", words)

    def unreadable(self, name: str, error: Exception) -> None:
        """The stream can't be loaded: all of its messages have failed."""
        for position, theirs in enumerate(self._names):
            if theirs == name:
                self.failed(position, error)

    def unstorable(self, name: str, position: int, messages: int, error: Exception) -> None:
        """What was drafted, from `position` on, can't be stored; taken singly it shows which."""
        if messages > 1:
            self._context.one_by_one.add(name)
            self.mark_stale(name)
        else:
            self.failed(position, error)

    def remaining(self) -> list[Incoming]:
        """The messages for the next round, in their order."""
        return [
            incoming
            for position, incoming in enumerate(self._work)
            if position not in self.dead
            and (position in self.postponed or self._names[position] in self.stale)
        ]

    def publications(self) -> list[Publication]:
        """Dead letters, and replies about them, of the messages that are certainly dead."""
        certain = self.dead | {
            position: failure
            for position, failure in self.tentative.items()
            if self._names[position] not in self.stale
        }
        return [
            letter
            for position in sorted(certain)
            for letter in self._dead_letter(position, certain)
        ]

    def _dead_letter(self, position: int, failures: Mapping[int, Failure]) -> Iterator[Publication]:
        context, incoming, failure = self._context, self._work[position], failures[position]
        field, reason = failure.field, failure.reason
        words = f"{field}: {reason}" if field else reason
        context.log_dead_letter(incoming.record, words)
        yield context.dead_letters.of(incoming.record, failure.code, field, reason, self._now)
        envelope = incoming.envelope
        if envelope.reply_to and failure.reply_code is not None:
            told = reason_for(failure.reply_code or failure.code, words)
            reply = Reply(command_id=envelope.id, outcome="rejected", reason=told)
            how = envelope.reply_to, envelope.correlation_id, rfc3339(self._now)
            if failure.reply_code == REUSED:
                digest = digest_of(incoming.message)
                yield context.publications.refusal(reply, digest, *how)
            else:
                yield context.publications.reply(reply, *how)


def reason_for(code: str, words: str) -> Reason:
    """What the sender hears: a contract's breach in full, an inner failure in general."""
    if code == FAILURE:
        return Reason(code=FAILURE, message="Waybill failed on this message; operators were told.")
    return Reason(code=code, message=words)
