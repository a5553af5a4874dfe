"""What every message of the contract is made of."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, ClassVar, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetPydanticSchema,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import core_schema

from shared.contracts.topics import Topic

ID_PATTERN = r"^[A-Za-z0-9._:\-]{1,64}$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=2000)]
Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Quantity = Annotated[int, Field(ge=1, le=1_000_000)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _time_schema() -> core_schema.CoreSchema:
    """In JSON an RFC 3339 string, never a number, be it in quotes; in Python a datetime too."""
    text = core_schema.str_schema(pattern=r"^\d{4}-\d\d-\d\d[Tt ]", strict=True)
    moment = core_schema.datetime_schema(tz_constraint="aware", strict=False)
    wire = core_schema.chain_schema([text, moment])
    known = core_schema.datetime_schema(tz_constraint="aware", strict=True)
    either = core_schema.union_schema([known, wire], mode="left_to_right")
    told = core_schema.custom_error_schema(
        core_schema.json_or_python_schema(wire, either),
        custom_error_type="time",
        custom_error_message='a time is an RFC 3339 string such as "2026-11-22T20:00:00Z"',
    )
    return core_schema.no_info_after_validator_function(_in_utc, told)


Timestamp = Annotated[
    datetime,
    GetPydanticSchema(lambda _, __: _time_schema()),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Malformed(Exception):
    """Input that breaks the contract; `field` names where, the message says which rule."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class Part(BaseModel):
    """A piece of a message. Strict about types, tolerant of fields it doesn't know.

    Its errors never show what came in: that is personal data, and errors go to logs.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)


class Message(Part):
    """A message of the contract; `@message` gives a subclass its type and topic."""

    type: ClassVar[str]
    topic: ClassVar[Topic]

    @property
    def key(self) -> str:
        """The record's key, which is also the id of the aggregate that the message is about."""
        fields = self.topic.key
        if len(fields) == 1:
            return str(getattr(self, fields[0]))
        return "/".join(getattr(self, field) for field in fields)

    def check(self) -> None:
        """Rules that need more than one field. Raises `Malformed`."""


M = TypeVar("M", bound=type[Message])

_models: dict[tuple[str, str], type[Message]] = {}


def message(type_name: str, on: Topic) -> Callable[[M], M]:
    """Class decorator: publishes the class as `type_name` on the topic `on`."""

    def publish(model: M) -> M:
        model.type = type_name
        model.topic = on
        _models[on.name, type_name] = model
        return model

    return publish


def short(type_name: str) -> str:
    """`order.hold` for `waybill.order.hold.v1`."""
    return type_name.removeprefix("waybill.").rsplit(".v", 1)[0]


def model_for(topic: str, type_name: str) -> type[Message] | None:
    """The class of a `ce_type` on a topic (its name without the prefix), or None."""
    return _models.get((topic, type_name))


def models_on(topic: Topic) -> list[type[Message]]:
    """Every class that is published on `topic`, in the order of their definition."""
    return [model for (name, _), model in _models.items() if name == topic.name]
