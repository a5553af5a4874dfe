"""A record of a topic as a CloudEvent, with its message as a class of the contract if known."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import orjson
from aiokafka import ConsumerRecord
from pydantic import ValidationError

from shared.contracts import Malformed, Message, field_errors, model_for
from shared.contracts.base import import_all

STRUCTURED = "application/cloudevents+json"


@dataclass(frozen=True)
class Event:
    """A record, whatever it contains.

    topic       its name in the contract, without the prefix
    at          when Kafka stored it
    attributes  those of the CloudEvent, without `ce_`
    data        the JSON of the data; text if it isn't JSON
    """

    topic: str
    partition: int
    offset: int
    at: datetime
    key: str
    attributes: dict[str, str]
    headers: dict[str, str]
    data: Any

    @property
    def type(self) -> str:
        """The message's type, such as `waybill.order.placed.v1`, or an empty string."""
        return self.attributes.get("type", "")

    @property
    def id(self) -> str:
        """The message's id; with `source` it identifies the message. Repeats have the same."""
        return self.attributes.get("id", "")

    @property
    def source(self) -> str:
        """Who sent it."""
        return self.attributes.get("source", "")

    @property
    def subject(self) -> str:
        """The message's subject, or else its key."""
        return self.attributes.get("subject") or self.key

    @property
    def sequence(self) -> int | None:
        """1, 2, 3 … for the events of each aggregate; None on other messages."""
        text = self.attributes.get("sequence", "")
        return int(text) if text.isdecimal() and text.isascii() else None

    @property
    def message(self) -> Message | None:
        """The data as a class of the contract; None for a type that this version doesn't know."""
        return self._read[0]

    @property
    def problem(self) -> str | None:
        """Why data of a known type can't be read, naming the field; None if it can."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[Message | None, str | None]:
        import_all()
        model = model_for(self.topic, self.type)
        if model is None:
            return None, None
        try:
            return model.read(self.type, orjson.dumps(self.data)), None
        except ValidationError as error:
            return None, str(field_errors.first(error))
        except (Malformed, orjson.JSONEncodeError) as error:
            return None, str(error)


def event_of(record: ConsumerRecord, prefix: str = "") -> Event:
    """Reads a record in binary or structured mode; never fails, whatever the record contains."""
    headers = {name: (value or b"").decode(errors="replace") for name, value in record.headers}
    attributes = {name[3:]: value for name, value in headers.items() if name.startswith("ce_")}
    data = _json(record.value)
    if headers.get("content-type", "").startswith(STRUCTURED):
        event = data if isinstance(data, dict) else {}
        attributes |= {k: str(v) for k, v in event.items() if k != "data"}
        data = event.get("data", data)
    return Event(
        topic=record.topic.removeprefix(prefix),
        partition=record.partition,
        offset=record.offset,
        at=datetime.fromtimestamp(record.timestamp / 1000, UTC),
        key=(record.key or b"").decode(errors="replace"),
        attributes=attributes,
        headers=headers,
        data=data,
    )


def _json(value: bytes | None) -> Any:
    if value is None:
        return None
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value.decode(errors="replace")
