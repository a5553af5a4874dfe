"""A dead letter as its headers tell it, and the record that it was made of."""

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
from shared.runtime.processing.dead_letters import NO_REPLY_TOPIC
from shared.runtime.processing.decoding import can_reply_to

State = Literal["open", "redriven", "dropped"]

_BY_NAME = {topic.name: topic for topic in TOPICS}
# The first of the headers that a service adds; the record's own come before it.
_FIRST = "waybill_service"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One death of one record.

    id         stays the same however often the letter is read, or was written after a crash
    code       `malformed`, `failed`, `no-reply-topic`, `rejected`; empty if nobody of ours has
               written it
    died       when a service gave it up
    topic      where it came from, by the contract's name; of a reply, where it should have gone
    partition, offset  where it stands there; none of a reply, or of a foreign record
    key        the record's key as text; its records are handled in order
    source, message_id, type  the message, as far as it can be read
    order      the order (or the cart: the id is the same) that it is about, if it says so
    altered    why the copy isn't the record that came: `masked` or `cut`; else empty
    stands     partition and offset among the dead letters
    state, by, since, note  what was done about it, who did it, when, and what they wrote
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

    @property
    def sort_key(self) -> tuple[datetime, tuple[int, int], str]:
        """Sorts by death; of those that died in one millisecond, as they were written."""
        return self.died, self.stands, self.id


def dead_letter_of(record: Record, at: datetime, service: str, prefix: str = "") -> DeadLetter:
    """The letter in a record of `service`'s dead letters, written `at`; whatever it holds."""
    own, added = _parted(record.headers)
    why, came = _texts(added), _texts(own)
    data = _json(record.value)
    message = _attributes(came, data)
    topic = why.get("waybill_topic", "").removeprefix(prefix)
    partition, offset = _whole(why.get("waybill_partition")), _whole(why.get("waybill_offset"))
    key = None if record.key is None else record.key.decode(errors="backslashreplace")
    died = _moment(why.get("waybill_at")) or at
    source, message_id = message.get("source", ""), message.get("id", "")
    # The same death may be written twice, if its writer crashed at the wrong moment.
    place: tuple[object, ...] = ("at", record.partition, record.offset)
    if partition is not None and offset is not None:
        place = (topic, partition, offset, message_id)
    return DeadLetter(
        id=_id(service, place),
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
    )


def original(record: Record) -> Publication:
    """The record that died, to be written where it came from: its key, its bytes, its headers."""
    own, added = _parted(record.headers)
    topic = _texts(added).get("waybill_topic", "")
    return Publication(topic, record.key, record.value, list(own))


def can_go_to(letter: DeadLetter, topic: str, prefix: str) -> bool:
    """Whether that is a topic which such a letter can have come from."""
    if letter.code == NO_REPLY_TOPIC:
        return can_reply_to(topic, prefix)
    return topic.removeprefix(prefix) in _BY_NAME


def shown(record: Record) -> tuple[Any, dict[str, str]]:
    """The content (JSON if it is, else text) and the headers, for people: no card numbers."""
    own, _ = _parted(record.headers)
    value = masked_value(record.value)
    content = _json(value)
    if content is None and value:
        content = value[:MAX_VALUE].decode(errors="backslashreplace")
    return content, _texts(masked_headers([(name, part or b"") for name, part in own]))


def _parted(headers: Headers) -> tuple[Headers, Headers]:
    """The record's own headers, and those that were added; a sender may use the same names."""
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
    """The CloudEvent's attributes, in either mode."""
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
    of = _BY_NAME.get(topic)
    if of is not None:
        return key or "" if of.key in (("order_id",), ("cart_id",)) else ""
    subject = content.get("subject")  # a reply's
    return subject if isinstance(subject, str) else ""


def _id(service: str, place: tuple[object, ...]) -> str:
    mark = hashlib.sha256(orjson.dumps(place, default=str)).hexdigest()
    return f"{service}-{mark[:12]}"


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None
