"""What every message of the contract is made of."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from shared.contracts.topics import Topic

ID_PATTERN = r"^[A-Za-z0-9._:\-]{1,64}$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=2000)]
Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Quantity = Annotated[int, Field(ge=1, le=1_000_000)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


def _not_a_number(value: Any) -> Any:
    if isinstance(value, str | datetime):
        return value
    raise ValueError("a time is an RFC 3339 string")


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


Timestamp = Annotated[
    AwareDatetime, Field(strict=False), BeforeValidator(_not_a_number), AfterValidator(_in_utc)
]


class Malformed(Exception):
    """Input that breaks the contract; `field` names where, the message says which rule."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class Part(BaseModel):
    """A piece of a message. Strict about types, tolerant of fields it doesn't know."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


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


def model_for(topic: str, type_name: str) -> type[Message] | None:
    """The class of a `ce_type` on a topic (its name without the prefix), or None."""
    return _models.get((topic, type_name))


def models_on(topic: Topic) -> list[type[Message]]:
    """Every class that is published on `topic`, in the order of their definition."""
    return [model for (name, _), model in _models.items() if name == topic.name]
