"""Reads records: CloudEvents in binary and in structured mode, checked against the contract."""

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
# How much is said of what a sender got wrong, and how long an id may be to be told back at all.
MAX_REASON = 1000
# Objects and lists within each other, of the data: what the parser of the contract's classes takes.
MAX_DEPTH = 200
_TOO_DEEP = f"nested too deeply: at most {MAX_DEPTH} objects and lists within each other are taken"
# What an event needs, and what each attribute says.
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
    """A record that can't be understood, and as much of its envelope as its sender needs back."""

    def __init__(self, record: Record, error: Malformed, attributes: Mapping[str, str]) -> None:
        super().__init__(str(error))
        self.record = record
        self.error = error
        self.command_id = _if_short(attributes.get("id"))
        correlation = attributes.get("correlationid", "")
        self.correlation_id = correlation if is_attribute(correlation) else None
        self.reply_to = attributes.get("replyto")


def _if_short(value: str | None) -> str | None:
    """An answer has to fit into a record, whatever it answers."""
    return value if value and len(value) <= MAX_REASON else None


def decode(
    record: Record, prefix: str = "", wanted: Container[type[Message]] | None = None
) -> Incoming | None:
    """The message in a record; None for a fact of a type that nobody here knows.

    With `wanted`, None for a fact of any other class too, without a closer look. Raises
    `Undecodable` with the field that is wrong.
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
    """The envelope and the data of a fact, whatever its type: for readers to whom all count.

    What is of a known type is held to the contract, and comes as its present version has it; what
    is of any other is taken as it is. Raises `Undecodable` with the field that is wrong.
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
    """Fills in the attributes; returns the data as JSON, and the first attribute that is no text.

    That one is complained of only once it is known whom to tell.
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
        raise Malformed("value", f"{len(content)} bytes, at most {MAX_VALUE} are taken")
    if not content:
        raise Malformed("value", "empty")


def _check_key(record: Record, message: Message) -> None:
    key = record.key.decode(errors="replace") if record.key is not None else message.key
    if key != message.key:
        where = "/".join(message.topic.key)
        raise Malformed("key", f"the record's key is {key[:100]!r}, but {where} is {message.key!r}")


def _text(headers: Headers) -> tuple[dict[str, str], str | None]:
    """The headers that are text, and the first attribute that isn't."""
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
        raise Malformed("value", f"{len(record.value or b'')} bytes, at most {MAX_VALUE} are taken")
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
    except orjson.JSONEncodeError:  # what was read may be nested too deeply to be written
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
        raise Malformed("ce_replyto", "not a topic that replies can go to")
    return value or None


def can_reply_to(name: str, prefix: str) -> bool:
    """Whether it is a topic's name, and not one of Waybill's own that take no replies."""
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
