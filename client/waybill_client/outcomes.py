"""What becomes of a command: accepted, rejected, or not known yet."""

from dataclasses import dataclass

from shared.contracts import Message
from shared.contracts.replies import Action, Blocker, DryRun, Reason, Reply

MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The command was carried out, now or when it was sent for the first time.

    command_id  the id of the command
    subject     the id of the order, cart, customer or warehouse
    version     its version afterwards
    status      its status afterwards
    reply       the whole reply
    """

    command_id: str
    subject: str | None
    version: int | None
    status: str | None
    reply: Reply

    @property
    def dry_run(self) -> DryRun | None:
        """What the command would do, if it was only tried out."""
        return self.reply.dry_run

    @property
    def actions(self) -> tuple[Action, ...]:
        """The answer to a question (`order.Explain` and the like): each command, what blocks it."""
        return self.reply.actions or ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A rule refused the command; nothing has changed.

    The fields are those of `Accepted`; `reason` says why, with one blocker for each rule.
    """

    command_id: str
    subject: str | None
    version: int | None
    status: str | None
    reason: Reason
    reply: Reply

    @property
    def rule(self) -> str:
        """The code of the rule that refused it, such as `not-paid`; stable, for programs."""
        return self.reason.code

    @property
    def blockers(self) -> tuple[Blocker, ...]:
        """Everything that blocks the command, each with its rule, text and remedy."""
        return self.reason.blockers

    @property
    def message(self) -> str:
        """What happened and what to do, for people."""
        return self.reason.in_full

    @property
    def field(self) -> str | None:
        """The wrong field, if the rule is `malformed`."""
        return self.reason.message.partition(": ")[0] if self.rule == MALFORMED else None


@dataclass(frozen=True, slots=True)
class TimedOut:
    """No outcome arrived in time. The command may be carried out later, or already have been.

    Sending it again with the same id is safe, however late: it has no second effect, and gets the
    first outcome. `retry` of the client does that.

    published  Kafka has acknowledged the command: it is carried out once its service runs
    seconds    how long the client waited
    """

    command: Message
    command_id: str
    published: bool
    seconds: float
    actor: str | None = None
    expected_version: int | None = None
    dry_run: bool = False


Outcome = Accepted | Rejected | TimedOut


def outcome_of(reply: Reply) -> Accepted | Rejected:
    """Returns the outcome that a reply tells."""
    if reply.outcome == "accepted":
        return Accepted(reply.command_id, reply.subject, reply.version, reply.status, reply)
    reason = reply.reason or Reason(code="unknown", message="No reason was given.")
    return Rejected(reply.command_id, reply.subject, reply.version, reply.status, reason, reply)
