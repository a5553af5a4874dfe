"""A dead letter, read from its headers, and the original record in it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import orjson

from shared.contracts.topics import TOPICS
from shared.runtime.kafka.connection import MAX_VALUE
from shared.runtime.masking import masked_headers, masked_value
from shared.runtime.ports import Headers, Publication, Record
from shared.runtime.processing.attributes import can_reply_to
from shared.runtime.processing.dead_letters import NO_REPLY_TOPIC

State = Literal["open", "redriven", "dropped"]

_BY_NAME = {topic.name: topic for topic in TOPICS}
# The first of the headers that a service adds; the original ones come before it.
_FIRST = "waybill_service"
# The one that names the topic that the record came from.
ORIGIN = "waybill_topic"
# A header that a backup adds to the others: offsets begin again in the topics of a restored system.
RESTORED = "waybill_restored"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record that a service couldn't process.

    id         stays the same when it is read again, or was written again after a crash
    service    the service that gave it up
    code       `malformed`, `failed`, `no-reply-topic`, `not-sent` or `rejected`; empty for a
               foreign record
    field, reason  the wrong field, and why it wasn't processed
    died       when the service gave it up
    topic      the original topic, without the prefix; for a reply, the topic it should have gone to
    partition, offset  the original position; None for a reply or a foreign record
    key        the record's key as text; records with one key are processed in order
    source, message_id, type  attributes of the message, as far as they can be read
    order      the order that it is about (or the cart: the id is the same), if it says so
    altered    why the copy differs from the original: `masked` or `cut`; empty if it doesn't
    stands     partition and offset among the dead letters
    restored   the time of the backup that it was restored from first, if it was: its original
               position is that of a topic before
    state, by, since, note  the operator's decision, its actor, time and note
    """

    id: str
    service: str
    code: str
    field: str
    reason: str
    died: datetime
    topic: str
    partition: int | None
    offset: int | None
    key: str | None
    source: str
    message_id: str
    type: str
    order: str
    altered: Literal["", "masked", "cut"]
    stands: tuple[int, int]
    state: State = "open"
    by: str | None = None
    since: datetime | None = None
    note: str | None = None
    restored: str | None = None

    @property
    def sort_key(self) -> tuple[datetime, tuple[int, int], str]:
        """The key for sorting by time of death, then by position."""
        return self.died, self.stands, self.id


def dead_letter_of(record: Record, at: datetime, service: str, prefix: str = "") -> DeadLetter:
    """Reads a record of `service`'s dead letters, written `at`. Accepts any record."""
    own, added = _split_headers(record.headers)
    why, original_headers = _texts(added), _texts(own)
    data = _json(record.value)
    message = _attributes(original_headers, data)
    topic = why.get(ORIGIN, "").removeprefix(prefix)
    partition, offset = _whole(why.get("waybill_partition")), _whole(why.get("waybill_offset"))
    key = None if record.key is None else record.key.decode(errors="backslashreplace")
    died = _moment(why.get("waybill_at")) or at
    source, message_id = message.get("source", ""), message.get("id", "")
    # The same dead letter may be written twice, if its writer crashed in between.
    origin: tuple[object, ...] = ("at", record.partition, record.offset)
    if partition is not None and offset is not None:
        origin = (topic, partition, offset, message_id)
    return DeadLetter(
        id=_id(service, origin),
        service=service,
        code=why.get("waybill_code", ""),
        field=why.get("waybill_field", ""),
        reason=why.get("waybill_reason", "It has no headers that say why it is here."),
        died=died,
        topic=topic,
        partition=partition,
        offset=offset,
        key=key,
        source=source,
        message_id=message_id,
        type=message.get("type", ""),
        order=_order(topic, key, data),
        altered="cut" if "waybill_cut" in why else "masked" if "waybill_masked" in why else "",
        stands=(record.partition, record.offset),
        restored=why.get(RESTORED),
    )


def original(record: Record) -> Publication:
    """The original record, to be published to its topic: key, value and headers."""
    own, added = _split_headers(record.headers)
    topic = _texts(added).get(ORIGIN, "")
    return Publication(topic, record.key, record.value, list(own))


def can_go_to(dead_letter: DeadLetter, topic: str, prefix: str) -> bool:
    """Whether `topic` is a valid destination for this dead letter."""
    if dead_letter.code == NO_REPLY_TOPIC:
        return can_reply_to(topic, prefix)
    return topic.removeprefix(prefix) in _BY_NAME


def for_display(record: Record) -> tuple[Any, dict[str, str]]:
    """Returns content (JSON or text) and headers for people, with card numbers masked."""
    own, _ = _split_headers(record.headers)
    value = masked_value(record.value)
    content = _json(value)
    if content is None and value:
        content = value[:MAX_VALUE].decode(errors="backslashreplace")
    return content, _texts(masked_headers([(name, part or b"") for name, part in own]))


def _split_headers(headers: Headers) -> tuple[Headers, Headers]:
    """Splits the original headers from the added ones; a sender may use the same names."""
    for position in range(len(headers) - 1, -1, -1):
        if headers[position][0] == _FIRST:
            return headers[:position], headers[position:]
    return headers, ()


def _texts(headers: Headers) -> dict[str, str]:
    return {name: (value or b"").decode(errors="backslashreplace") for name, value in headers}


def _json(value: bytes | None) -> Any:
    if not value or len(value) > MAX_VALUE:
        return None
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return None


def _attributes(headers: Mapping[str, str], data: Any) -> dict[str, str]:
    """Reads the CloudEvent's attributes, in either mode."""
    if headers.get("content-type", "").lower().startswith("application/cloudevents+json"):
        found = data if isinstance(data, dict) else {}
        return {name: value for name, value in found.items() if isinstance(value, str)}
    return {name[3:]: value for name, value in headers.items() if name.startswith("ce_")}


def _order(topic: str, key: str | None, data: Any) -> str:
    content = data if isinstance(data, dict) else {}
    inner = content.get("data")
    for part in (content, inner if isinstance(inner, dict) else {}):
        for name in ("order_id", "cart_id"):
            if isinstance(part.get(name), str):
                return str(part[name])
    known = _BY_NAME.get(topic)
    if known is not None:
        return key or "" if known.key in (("order_id",), ("cart_id",)) else ""
    subject = content.get("subject")  # a reply's
    return subject if isinstance(subject, str) else ""


def _id(service: str, origin: tuple[object, ...]) -> str:
    digest = hashlib.sha256(orjson.dumps(origin, default=str)).hexdigest()
    return f"{service}-{digest[:12]}"


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None
