"""Decodes records: CloudEvents in binary or structured mode, checked against the contract."""

from collections.abc import Container, Mapping
from typing import Any

import orjson
from pydantic import ValidationError

from shared.contracts import Malformed, Message, border, field_errors, model_for
from shared.contracts.cards import CARD_NUMBER, card_field, masked
from shared.contracts.topics import TOPICS
from shared.runtime.envelope import Envelope, Incoming, is_attribute
from shared.runtime.kafka.connection import MAX_VALUE
from shared.runtime.ports import Record
from shared.runtime.processing.attributes import (
    Attributes,
    can_reply_to,
    envelope_of,
    no_json,
    read_attributes,
    type_of,
)

# Characters: the longest reason in a reply or dead letter, and the longest id that a reply repeats.
MAX_REASON = 1000
_FACTS = {topic.name for topic in TOPICS if topic.facts}


class Undecodable(Exception):
    """A record that can't be decoded, with the parts of its envelope that a reply needs."""

    def __init__(self, record: Record, error: Malformed, attributes: Mapping[str, str]) -> None:
        super().__init__(str(error))
        self.record = record
        self.error = error
        self.command_id = _if_short(attributes.get("id"))
        correlation = attributes.get("correlationid", "")
        self.correlation_id = correlation if is_attribute(correlation) else None
        self.reply_to = attributes.get("replyto")


def _if_short(value: str | None) -> str | None:
    """A reply has to fit into a record, whatever id it repeats."""
    return value if value and len(value) <= MAX_REASON else None


def decode(
    record: Record, prefix: str = "", wanted: Container[type[Message]] | None = None
) -> Incoming | None:
    """Decodes a record; returns None for a fact of an unknown type.

    With `wanted`, facts of other classes are skipped as well, without validation. Raises
    `Undecodable`, which names the wrong field.
    """
    attributes: Attributes = {}
    try:
        return _decode(record, prefix, attributes, wanted)
    except Malformed as error:
        if not can_reply_to(attributes.get("replyto", ""), prefix):
            attributes.pop("replyto", None)
        brief = Malformed(masked(error.field[:MAX_REASON]), masked(error.message[:MAX_REASON]))
        raise Undecodable(record, brief, attributes) from error


def decode_fact(record: Record, prefix: str = "") -> tuple[Envelope, dict[str, Any]]:
    """Decodes a fact of any type into its envelope and data, for readers that need all types.

    Data of a known type is validated and upcast to the present version; data of an unknown type is
    returned unchanged. Raises `Undecodable`, which names the wrong field.
    """
    attributes: Attributes = {}
    try:
        content, garbled = read_attributes(record, attributes)
        envelope = envelope_of(attributes, garbled, prefix)
        _check_size(content)
        model = model_for(record.topic.removeprefix(prefix), envelope.type)
        if model is not None:
            _check_key(record, _message(model, envelope, content))
        try:
            data: Any = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise no_json(error) from None
        if not isinstance(data, dict):
            raise Malformed("value", "a JSON object is expected")
        if model is not None:
            data, envelope.type = model.upcast(envelope.type, data), model.type
    except Malformed as error:
        brief = Malformed(error.field[:MAX_REASON], error.message[:MAX_REASON])
        raise Undecodable(record, brief, attributes) from error
    return envelope, data


def _decode(
    record: Record,
    prefix: str,
    attributes: Attributes,
    wanted: Container[type[Message]] | None,
) -> Incoming | None:
    topic = record.topic.removeprefix(prefix)
    if topic in _FACTS and (plain := type_of(record.headers)) is not None:
        model = model_for(topic, plain)
        if model is None or not (wanted is None or model in wanted):
            return None  # before anything else is read: most facts concern few services
    content, garbled = read_attributes(record, attributes)
    model = model_for(topic, attributes.get("type", ""))
    if topic in _FACTS and (model is None or not (wanted is None or model in wanted)):
        return None
    envelope = envelope_of(attributes, garbled, prefix)
    if model is None:
        raise Malformed("ce_type", f"{envelope.type} isn't known on {topic}")
    _check_size(content)
    if envelope.dry_run and not model.topic.commands:
        raise Malformed("ce_dryrun", "only commands can be tried out")
    message = _message(model, envelope, content)
    _check_key(record, message)
    return Incoming(message, envelope, record)


def _check_size(content: bytes) -> None:
    if len(content) > MAX_VALUE:
        raise Malformed("value", f"{len(content)} bytes, at most {MAX_VALUE} are allowed")
    if not content:
        raise Malformed("value", "empty")


def _check_key(record: Record, message: Message) -> None:
    key = record.key.decode(errors="replace") if record.key is not None else message.key
    if key != message.key:
        where = "/".join(message.topic.key)
        raise Malformed("key", f"the record's key is {key[:100]!r}, but {where} is {message.key!r}")


def _message(model: type[Message], envelope: Envelope, content: bytes) -> Message:
    try:
        if model.topic.takes_from_outside and not envelope.is_ours:
            message = border.read(model, content, envelope.type)
        else:
            message = model.read(envelope.type, content)
            message.check()
    except ValidationError as error:
        raise field_errors.first(error) from None
    if not message.topic.facts and (field := card_field(message)) is not None:
        raise Malformed(field, CARD_NUMBER)
    return message
