"""Makes dead letters: the record unchanged, plus headers that say why it wasn't processed.

Only card numbers are masked: none ever enters the system (docs/decisions/0012).
"""

from datetime import datetime

from shared.contracts import Malformed
from shared.contracts.topics import dead_letter_topic
from shared.runtime.envelope import rfc3339
from shared.runtime.kafka.connection import MAX_RECORD, MAX_VALUE
from shared.runtime.masking import masked_headers, masked_value
from shared.runtime.ports import Publication, Record
from shared.runtime.processing.decoding import MAX_REASON

CONTRACT = "malformed"
FAILURE = "failed"
NO_REPLY_TOPIC = "no-reply-topic"
NOT_SENT = "not-sent"  # an email
REJECTED = "rejected"


class DeadLetters:
    """Makes the dead letters of one service."""

    def __init__(self, service: str, prefix: str) -> None:
        self._service = service
        self._topic = prefix + dead_letter_topic(service)

    def of(self, record: Record, code: str, field: str, reason: str, now: datetime) -> Publication:
        """The dead letter of a record. `code` is one of this module's constants."""
        where = {
            "waybill_topic": record.topic,
            "waybill_partition": str(record.partition),
            "waybill_offset": str(record.offset),
        }
        value, came = masked_value(record.value), masked_headers(record.headers)
        if value != record.value or came != list(record.headers):
            where["waybill_masked"] = "the digits of a card number are asterisks"
        if (size := _size(record)) > MAX_RECORD:
            # It arrived compressed and exceeds the topic's limit. The original topic still has it.
            where["waybill_cut"] = f"the first of {size} bytes"
            headers = self._why(code, field, reason, now, where)
            return Publication(self._topic, None, (value or b"")[:MAX_VALUE], headers)
        headers = [*came, *self._why(code, field, reason, now, where)]
        if value is None and record.key is None:
            value = b""  # Kafka refuses a record with neither
        return Publication(self._topic, record.key, value, headers)

    def malformed(self, record: Record, error: Malformed, now: datetime) -> Publication:
        """The dead letter of a record that breaks the contract."""
        return self.of(record, CONTRACT, error.field, error.message, now)

    def unanswerable(self, reply: Publication, now: datetime) -> Publication:
        """The dead letter of a reply whose topic doesn't exist or refuses it."""
        where = {"waybill_topic": reply.topic}
        reason = f"there is no topic {reply.topic} that takes our replies"
        why = self._why(NO_REPLY_TOPIC, "ce_replyto", reason, now, where)
        return Publication(self._topic, reply.key, reply.value, [*reply.headers, *why])

    def _why(
        self, code: str, field: str, reason: str, now: datetime, where: dict[str, str]
    ) -> list[tuple[str, bytes]]:
        named = {
            "waybill_service": self._service,
            "waybill_code": code,
            "waybill_field": field,
            "waybill_reason": (f"{field}: {reason}" if field else reason)[:MAX_REASON],
            "waybill_at": rfc3339(now),
        }
        return [(name, value.encode(errors="replace")) for name, value in (named | where).items()]


def _size(record: Record) -> int:
    named = sum(len(name.encode()) + len(value or b"") for name, value in record.headers)
    return len(record.key or b"") + len(record.value or b"") + named
