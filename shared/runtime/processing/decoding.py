"""Decodes records: CloudEvents in binary or structured mode, checked against the contract."""

import base64
import re
from collections.abc import Container, Mapping
from datetime import datetime
from typing import Any

import orjson
from pydantic import ValidationError

from shared.contracts import Malformed, Message, border, field_errors, model_for
from shared.contracts.cards import CARD_NUMBER, card_field, has_card_number, masked
from shared.contracts.topics import TOPICS
from shared.runtime.envelope import MAX_ATTRIBUTE, Envelope, Incoming, is_attribute
from shared.runtime.kafka.connection import MAX_VALUE
from shared.runtime.ports import Headers, Record

SPEC_VERSION = "1.0"
# Characters: the longest reason in a reply or dead letter, and the longest id that a reply repeats.
MAX_REASON = 1000
# Levels of nested objects and lists in the data: the limit of pydantic's parser.
MAX_DEPTH = 200
_TOO_DEEP = f"nested too deeply: at most {MAX_DEPTH} objects and lists within each other are taken"
# The required attributes of an event, and what each one says.
REQUIRED = {
    "specversion": f"{SPEC_VERSION}, the version of CloudEvents",
    "id": "the message's id, such as c-1001",
    "source": "who sends it, such as my-checkout",
    "type": "what it is, such as waybill.cart.converted.v1",
}
NO_CLOUD_EVENT = (
    "is missing, and so are all headers of a CloudEvent: send ce_specversion, ce_id, ce_source and "
    "ce_type, or the whole event as the value with the content-type application/cloudevents+json"
)
_TOPIC_NAME = re.compile(r"[A-Za-z0-9._-]{1,249}")
_BY_NAME = {topic.name: topic for topic in TOPICS}
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
    attributes: dict[str, str] = {}
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
    attributes: dict[str, str] = {}
    try:
        content, garbled = _unwrapped(record, attributes)
        envelope = _envelope_of(attributes, garbled, prefix)
        _check_size(content)
        model = model_for(record.topic.removeprefix(prefix), envelope.type)
        if model is not None:
            _check_key(record, _message(model, envelope, content))
        try:
            data: Any = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise _no_json(error) from None
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
    attributes: dict[str, str],
    wanted: Container[type[Message]] | None,
) -> Incoming | None:
    topic = record.topic.removeprefix(prefix)
    content, garbled = _unwrapped(record, attributes)
    model = model_for(topic, attributes.get("type", ""))
    if topic in _FACTS and (model is None or not (wanted is None or model in wanted)):
        return None
    envelope = _envelope_of(attributes, garbled, prefix)
    if model is None:
        raise Malformed("ce_type", f"{envelope.type} isn't known on {topic}")
    _check_size(content)
    message = _message(model, envelope, content)
    _check_key(record, message)
    return Incoming(message, envelope, record)


def _unwrapped(record: Record, attributes: dict[str, str]) -> tuple[bytes, str | None]:
    """Fills in the attributes; returns the data as JSON, and the first attribute that isn't text.

    The caller reports that attribute once all others, such as the reply topic, are known.
    """
    headers, garbled = _text(record.headers)
    if headers.get("content-type", "").lower().startswith("application/cloudevents+json"):
        content = _structured(record, attributes)
    else:
        attributes |= {n[3:]: v for n, v in headers.items() if n.startswith("ce_")}
        content = record.value or b""
    attributes.setdefault("traceparent", headers.get("traceparent", ""))
    return content, garbled


def _envelope_of(attributes: Mapping[str, str], garbled: str | None, prefix: str) -> Envelope:
    if garbled:
        raise Malformed(garbled, "not UTF-8")
    return _envelope(attributes, prefix)


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


def _text(headers: Headers) -> tuple[dict[str, str], str | None]:
    """Returns the headers that are text, and the first attribute that isn't."""
    named: dict[str, str] = {}
    garbled: str | None = None
    for name, value in headers:
        try:
            named[name.lower()] = value.decode() if value else ""
        except UnicodeDecodeError:
            if name.lower().startswith("ce_"):
                garbled = garbled or name
    return named, garbled


def _structured(record: Record, attributes: dict[str, str]) -> bytes:
    """Reads a whole event from the value; returns its data as JSON."""
    if len(record.value or b"") > MAX_VALUE:
        raise Malformed(
            "value", f"{len(record.value or b'')} bytes, at most {MAX_VALUE} are allowed"
        )
    try:
        event: Any = orjson.loads(record.value or b"")
    except orjson.JSONDecodeError as error:
        raise _no_json(error) from None
    if not isinstance(event, dict):
        raise Malformed("value", "not a CloudEvent: a JSON object is expected")
    attributes |= {
        name: value if isinstance(value, str) else str(value)
        for name, value in event.items()
        if name not in {"data", "data_base64"} and isinstance(value, str | int)
    }
    if "data_base64" in event and "data" not in event:
        return _from_base64(event["data_base64"])
    if "data" not in event:
        raise Malformed("data", "is missing; it holds the message's fields")
    try:
        return orjson.dumps(event["data"])
    except orjson.JSONEncodeError:  # the parser accepts deeper nesting than the writer
        raise Malformed("data", _TOO_DEEP) from None


def _from_base64(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError):
        raise Malformed("data_base64", "must be the data's JSON in Base64") from None


def _no_json(error: orjson.JSONDecodeError) -> Malformed:
    return Malformed(
        "value", _TOO_DEEP if "depth limit" in str(error) else f"is not valid JSON: {error}"
    )


def _envelope(attributes: Mapping[str, str], prefix: str) -> Envelope:
    if not attributes.keys() - {"traceparent"}:
        raise Malformed("ce_specversion", NO_CLOUD_EVENT)
    for name, example in REQUIRED.items():
        if not attributes.get(name):
            raise Malformed(f"ce_{name}", f"is missing; it says {example}")
    if attributes["specversion"] != SPEC_VERSION:
        raise Malformed("ce_specversion", f"must be {SPEC_VERSION}")
    if (
        max(map(len, attributes.values())) > MAX_ATTRIBUTE
        or not "".join(attributes.values()).isprintable()
    ):
        wrong = next(
            n for n, v in attributes.items() if len(v) > MAX_ATTRIBUTE or not v.isprintable()
        )
        raise Malformed(f"ce_{wrong}", f"at most {MAX_ATTRIBUTE} printable characters")
    if has_card_number(attributes.get("actor", "")):
        raise Malformed("ce_actor", CARD_NUMBER)
    return Envelope(
        id=attributes["id"],
        source=attributes["source"],
        type=attributes["type"],
        time=_time(attributes.get("time")),
        subject=attributes.get("subject"),
        correlation_id=attributes.get("correlationid") or attributes["id"],
        causation_id=attributes.get("causationid"),
        actor=attributes.get("actor"),
        reply_to=_reply_to(attributes.get("replyto"), prefix),
        expected_version=_whole("expectedversion", attributes),
        traceparent=attributes.get("traceparent") or None,
        sequence=_whole("sequence", attributes),
    )


def _time(value: str | None) -> str | None:
    if value:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise Malformed("ce_time", "not an RFC 3339 time") from None
        if moment.tzinfo is None:
            raise Malformed("ce_time", "has no time zone")
    return value or None


def _whole(name: str, attributes: Mapping[str, str]) -> int | None:
    value = attributes.get(name)
    if not value:
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 15:
        raise Malformed(f"ce_{name}", "not a whole number")
    return int(value)


def _reply_to(value: str | None, prefix: str) -> str | None:
    if value and not can_reply_to(value, prefix):
        raise Malformed("ce_replyto", "not a topic that can take replies")
    return value or None


def can_reply_to(name: str, prefix: str) -> bool:
    """Whether `name` is a valid topic name, but no topic of Waybill that takes no replies."""
    own = _BY_NAME.get(name.removeprefix(prefix))
    allowed = own is None or own.name == "waybill.replies"
    return bool(_TOPIC_NAME.fullmatch(name)) and allowed and not name.endswith(".dead-letters")


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
