"""The envelope: CloudEvents 1.0 over Kafka, in binary mode."""

from dataclasses import dataclass
from datetime import UTC, datetime

from shared.contracts import Message
from shared.runtime.ports import Headers, Record

MAX_ATTRIBUTE = 256
OWN_SOURCE = "waybill/"  # the source of what services publish


def is_attribute(value: str) -> bool:
    """Whether the contract takes `value` as an attribute."""
    return 0 < len(value) <= MAX_ATTRIBUTE and value.isprintable()


@dataclass(slots=True)
class Envelope:
    """The attributes of a CloudEvent, those of the contract's extensions among them."""

    id: str
    source: str
    type: str
    time: str | None = None
    subject: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    actor: str | None = None
    reply_to: str | None = None
    expected_version: int | None = None
    traceparent: str | None = None
    sequence: int | None = None

    @property
    def cause(self) -> str:
        """What identifies the message, however often it is delivered or published."""
        return f"{self.source}#{self.id}"

    @property
    def is_ours(self) -> bool:
        """Whether a service of Waybill sent it: these publish again what was once accepted."""
        return self.source.startswith(OWN_SOURCE)

    def headers(self) -> Headers:
        """The headers of binary mode."""
        headers = [
            ("ce_specversion", b"1.0"),
            ("content-type", b"application/json"),
            ("ce_id", self.id.encode()),
            ("ce_source", self.source.encode()),
            ("ce_type", self.type.encode()),
        ]
        for name, value in (
            ("ce_time", self.time),
            ("ce_subject", self.subject),
            ("ce_correlationid", self.correlation_id),
            ("ce_causationid", self.causation_id),
            ("ce_actor", self.actor),
            ("ce_replyto", self.reply_to),
            ("traceparent", self.traceparent),
        ):
            if value is not None:
                headers.append((name, value.encode()))
        if self.expected_version is not None:
            headers.append(("ce_expectedversion", b"%d" % self.expected_version))
        if self.sequence is not None:
            headers.append(("ce_sequence", b"%d" % self.sequence))
        return headers


@dataclass(slots=True)
class Incoming:
    """A message that has been understood."""

    message: Message
    envelope: Envelope
    record: Record


def rfc3339(moment: datetime) -> str:
    """A moment as the contract writes it, to the microsecond, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
