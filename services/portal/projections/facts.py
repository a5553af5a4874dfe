"""The input of the projections: facts (events of streams) and entries of compacted tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from shared.contracts import Malformed, Topic
from shared.contracts.base import import_all, model_for, short
from shared.contracts.topics import (
    CART_EVENTS,
    CATALOG_VARIANTS,
    CUSTOMER_EVENTS,
    ORDER_EVENTS,
    PAYMENT_EVENTS,
    SHIPMENT_EVENTS,
    STOCK_EVENTS,
    STOCK_LEVELS,
)
from shared.runtime.ports import Record
from shared.runtime.processing.decoding import Undecodable, decode_fact

import_all()  # registers every version of every event

# Topics of events, and the source that each stands for. The events of a stream have a gap-free
# sequence.
STREAMS: dict[str, str] = {
    topic.name: topic.name.removesuffix(".events")
    for topic in (
        CART_EVENTS,
        CUSTOMER_EVENTS,
        ORDER_EVENTS,
        PAYMENT_EVENTS,
        SHIPMENT_EVENTS,
        STOCK_EVENTS,
    )
}
# Compacted topics of current state: the last record of a key counts.
TABLES: tuple[Topic, ...] = (STOCK_LEVELS, CATALOG_VARIANTS)
TOPICS: tuple[Topic, ...] = (
    CART_EVENTS,
    CUSTOMER_EVENTS,
    ORDER_EVENTS,
    PAYMENT_EVENTS,
    SHIPMENT_EVENTS,
    STOCK_EVENTS,
    *TABLES,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """An event of a stream.

    `source` is the first word of the topic (`order`, `payment`, …) and `stream` the record's key;
    together they identify the stream. `name` is the type without `waybill.` and its version
    (`order.placed`); `data` is upcast to the current version.
    """

    source: str
    stream: str
    sequence: int
    name: str
    at: datetime
    data: dict[str, Any]
    message_id: str
    cause: str | None = None
    correlation: str | None = None
    actor: str | None = None

    @property
    def about(self) -> str | None:
        """The id of the order or cart (they share it) that the event belongs to, if any."""
        if self.source == "stock":
            return self.data.get("order_id")
        return None if self.source == "customer" else self.stream


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of a table; `data` is None if the key was removed."""

    table: str
    key: str
    offset: int
    data: dict[str, Any] | None


def without_superseded(records: Sequence[Record], prefix: str) -> list[Record]:
    """Leaves out the stock levels that a later record of the same key replaces.

    A level is published for every order; only the last one of a batch counts.
    """
    levels = prefix + STOCK_LEVELS.name
    last = {record.key: record.offset for record in records if record.topic == levels}
    if not last:
        return list(records)
    return [
        record
        for record in records
        if record.topic != levels or record.key is None or record.offset == last[record.key]
    ]


def read(record: Record, prefix: str) -> Fact | Entry:
    """Decodes a record of one of these topics. Raises `Undecodable`, which names the field."""
    topic = record.topic.removeprefix(prefix)
    if topic not in STREAMS:
        return _entry(record, topic, prefix)
    envelope, data = decode_fact(record, prefix)
    stream = record.key.decode(errors="replace") if record.key else envelope.subject
    for field, value in (
        ("ce_sequence", envelope.sequence),
        ("ce_time", envelope.time),
        ("key", stream),
    ):
        if not value:
            raise Undecodable(record, Malformed(field, "missing"), {})
    return Fact(
        source=STREAMS[topic],
        stream=stream or "",
        sequence=envelope.sequence or 0,
        name=_name(topic, envelope.type),
        at=moment(envelope.time or ""),
        data=data,
        message_id=envelope.id,
        cause=envelope.causation_id,
        correlation=envelope.correlation_id,
        actor=envelope.actor,
    )


def _entry(record: Record, topic: str, prefix: str) -> Entry:
    if not record.key:
        raise Undecodable(record, Malformed("key", "missing"), {})
    data = decode_fact(record, prefix)[1] if record.value else None
    return Entry(topic, record.key.decode(errors="replace"), record.offset, data)


def _name(topic: str, type_name: str) -> str:
    """The short name of a type; an unknown later version keeps its number, so that nothing mistakes
    it for a version that is understood."""
    known = model_for(topic, type_name) is not None
    return short(type_name) if known else type_name.removeprefix("waybill.").removesuffix(".v1")


def moment(text: str) -> datetime:
    """Parses a time of the contract, truncated to milliseconds: the precision of MongoDB."""
    at = datetime.fromisoformat(text)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def text_of(data: dict[str, Any]) -> str:
    """An event's data as the timeline stores it: JSON text, which allows any number and any key."""
    return orjson.dumps(data).decode()
