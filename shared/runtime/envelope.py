"""The envelope: CloudEvents 1.0 over Kafka, in binary mode."""

from dataclasses import dataclass
from datetime import UTC, datetime

from shared.contracts import Message
from shared.runtime.kafka.record import Headers, Record

MAX_ATTRIBUTE = 256  # characters
OWN_SOURCE = "waybill/"  # prefix of the source of everything that services publish


def is_attribute(value: str) -> bool:
    """Whether `value` is a valid attribute (contract: Envelope): 1 to 256 printable characters."""
    return 0 < len(value) <= MAX_ATTRIBUTE and value.isprintable()


@dataclass(slots=True)
class Envelope:
    """The attributes of a CloudEvent, including the contract's extensions."""

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
    dry_run: bool = False

    @property
    def cause(self) -> str:
        """Source and id: identifies the message, however often it is delivered or published."""
        return f"{self.source}#{self.id}"

    @property
    def is_ours(self) -> bool:
        """Whether a service of Waybill sent it."""
        return self.source.startswith(OWN_SOURCE)

    def headers(self) -> Headers:
        """The Kafka headers of binary mode."""
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
        if self.dry_run:
            headers.append(("ce_dryrun", b"true"))
        if self.sequence is not None:
            headers.append(("ce_sequence", b"%d" % self.sequence))
        return headers


@dataclass(slots=True)
class Incoming:
    """A decoded message with its envelope and record."""

    message: Message
    envelope: Envelope
    record: Record


def rfc3339(moment: datetime) -> str:
    """Formats a time as the contract writes it: RFC 3339, in UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
