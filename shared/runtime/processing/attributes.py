"""Reads the attributes of a CloudEvent, in binary or structured mode, and checks the envelope."""

import base64
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from shared.contracts import Malformed
from shared.contracts.cards import CARD_NUMBER, has_card_number
from shared.contracts.topics import TOPICS
from shared.runtime.envelope import MAX_ATTRIBUTE, Envelope
from shared.runtime.kafka.connection import MAX_VALUE
from shared.runtime.ports import Headers, Record

SPEC_VERSION = "1.0"
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
STRUCTURED = "application/cloudevents+json"
_TOPIC_NAME = re.compile(r"[A-Za-z0-9._-]{1,249}")
_BY_NAME = {topic.name: topic for topic in TOPICS}

# Names of headers as Waybill writes them.
_PLAIN = frozenset(
    f"ce_{name}"
    for name in (
        *("specversion", "id", "source", "time", "subject", "correlationid", "causationid"),
        *("actor", "replyto", "expectedversion", "sequence", "dryrun"),
    )
) | {"traceparent"}
_OTHER = " "  # begins the name of a header that is no attribute
_CONTENT_TYPE = " content-type"
_TRACEPARENT = " traceparent"

Attributes = dict[str, str]


def type_of(headers: Headers) -> str | None:
    """The type of an event in binary mode, found without reading anything else.

    None if the event isn't in binary mode, or has headers in another spelling than usual.
    """
    found: bytes | None = None
    for name, value in headers:
        if name == "ce_type":
            found = value
        elif name == "content-type":
            if value != b"application/json":
                return None
        elif name not in _PLAIN and name.lower() in ("ce_type", "content-type"):
            return None
    try:
        return found.decode() if found else None
    except UnicodeDecodeError:
        return None


def read_attributes(record: Record, attributes: Attributes) -> tuple[bytes, str | None]:
    """Fills in the attributes; returns the data as JSON, and the first attribute that isn't text.

    The caller reports that attribute once all others, such as the reply topic, are known. Raises
    `Malformed`.
    """
    garbled: str | None = None
    content_type = traceparent = ""
    for name, value in record.headers:
        attribute = _attribute(name)
        if attribute is None:
            continue
        try:
            text = value.decode() if value else ""
        except UnicodeDecodeError:
            if not attribute.startswith(_OTHER):
                garbled = garbled or name
            continue
        if attribute == _CONTENT_TYPE:
            content_type = text
        elif attribute == _TRACEPARENT:
            traceparent = text
        else:
            attributes[attribute] = text
    if content_type != "application/json" and content_type.lower().startswith(STRUCTURED):
        attributes.clear()
        content = _structured(record, attributes)
    else:
        content = record.value or b""
    attributes.setdefault("traceparent", traceparent)
    return content, garbled


@lru_cache(maxsize=256)
def _attribute(name: str) -> str | None:
    """The attribute in a header, in whatever case its name is written; None if there is none."""
    name = name.lower()
    if name.startswith("ce_"):
        return name[3:]
    return f"{_OTHER}{name}" if name in ("content-type", "traceparent") else None


def _structured(record: Record, attributes: Attributes) -> bytes:
    """Reads a whole event from the value; returns its data as JSON."""
    if len(record.value or b"") > MAX_VALUE:
        raise Malformed(
            "value", f"{len(record.value or b'')} bytes, at most {MAX_VALUE} are allowed"
        )
    try:
        event: Any = orjson.loads(record.value or b"")
    except orjson.JSONDecodeError as error:
        raise no_json(error) from None
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


def no_json(error: orjson.JSONDecodeError) -> Malformed:
    """Why the data isn't JSON."""
    return Malformed(
        "value", _TOO_DEEP if "depth limit" in str(error) else f"is not valid JSON: {error}"
    )


def envelope_of(attributes: Mapping[str, str], garbled: str | None, prefix: str) -> Envelope:
    """The checked envelope; `garbled` is an attribute that isn't text. Raises `Malformed`."""
    if garbled:
        raise Malformed(garbled, "not UTF-8")
    return _envelope(attributes, prefix)


def _envelope(attributes: Mapping[str, str], prefix: str) -> Envelope:
    if len(attributes) == ("traceparent" in attributes):
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
        dry_run=_flag("dryrun", attributes),
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


def _flag(name: str, attributes: Mapping[str, str]) -> bool:
    value = attributes.get(name, "").lower()
    if value not in ("", "true", "false"):
        raise Malformed(f"ce_{name}", "must be true or false")
    return value == "true"


def _reply_to(value: str | None, prefix: str) -> str | None:
    if value and not can_reply_to(value, prefix):
        raise Malformed("ce_replyto", "not a topic that can take replies")
    return value or None


def can_reply_to(name: str, prefix: str) -> bool:
    """Whether `name` is a valid topic name, but no topic of Waybill that takes no replies."""
    own = _BY_NAME.get(name.removeprefix(prefix))
    allowed = own is None or own.name == "waybill.replies"
    return bool(_TOPIC_NAME.fullmatch(name)) and allowed and not name.endswith(".dead-letters")
