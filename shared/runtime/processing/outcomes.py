"""Outcomes of messages, and what their replies need."""

from dataclasses import dataclass
from typing import Any, Literal

from shared.contracts.replies import Reason, Reply
from shared.runtime.envelope import Envelope


@dataclass(slots=True)
class Outcome:
    """The outcome of a message: recorded with it, and returned again to every repeat."""

    outcome: Literal["accepted", "rejected"]
    version: int
    status: str | None
    reason: Reason | None = None

    def document(self) -> dict[str, Any]:
        """The outcome as the journal stores it."""
        kept: dict[str, Any] = {"outcome": self.outcome, "version": self.version}
        if self.status is not None:
            kept["status"] = self.status
        if self.reason is not None:
            kept["reason"] = self.reason.model_dump(mode="json")
        return kept

    @classmethod
    def from_document(cls, kept: dict[str, Any]) -> "Outcome":
        """The inverse of `document`."""
        reason = kept.get("reason")
        return cls(
            kept["outcome"],
            kept["version"],
            kept.get("status"),
            Reason.model_validate(reason, strict=False) if reason else None,
        )

    def reply(self, command_id: str, subject: str) -> Reply:
        """The reply to the sender of the command."""
        return Reply(
            command_id=command_id,
            outcome=self.outcome,
            subject=subject,
            version=self.version,
            status=self.status,
            reason=self.reason,
        )


@dataclass(slots=True)
class Cause:
    """A message that a stream has taken in, reduced to what its records and replies need.

    digest   of its content, if it came from outside or created something
    created  the name of what it created (`../decider/identity.py`)

    Documents of version 0.1 have neither.
    """

    key: str
    id: str
    type: str
    correlation: str | None
    actor: str | None
    reply_to: str | None
    traceparent: str | None
    digest: str | None = None
    created: str | None = None

    @classmethod
    def of(cls, envelope: Envelope) -> "Cause":
        """The cause with an envelope's attributes."""
        return cls(
            envelope.cause,
            envelope.id,
            envelope.type,
            envelope.correlation_id,
            envelope.actor,
            envelope.reply_to,
            envelope.traceparent,
        )

    def document(self) -> dict[str, Any]:
        """The cause as the journal stores it, without fields that are None."""
        kept: dict[str, Any] = {"key": self.key, "id": self.id, "type": self.type}
        if self.correlation is not None:
            kept["correlation"] = self.correlation
        if self.actor is not None:
            kept["actor"] = self.actor
        if self.reply_to is not None:
            kept["reply_to"] = self.reply_to
        if self.traceparent is not None:
            kept["traceparent"] = self.traceparent
        if self.digest is not None:
            kept["digest"] = self.digest
        if self.created is not None:
            kept["created"] = self.created
        return kept

    @classmethod
    def from_document(cls, kept: dict[str, Any]) -> "Cause":
        """The inverse of `document`; other fields are ignored."""
        return cls(
            kept["key"],
            kept["id"],
            kept["type"],
            kept.get("correlation"),
            kept.get("actor"),
            kept.get("reply_to"),
            kept.get("traceparent"),
            kept.get("digest"),
            kept.get("created"),
        )
