"""The base classes and field types of the contract's messages."""

import pkgutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from typing import Annotated, Any, ClassVar, Self, TypeVar

import orjson
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
EMAIL_PATTERN = r"^[^@\s]+@[^@\s]+$"
# Marks text that may have several lines.
LINES = "lines"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=2000), LINES]
Email = Annotated[str, StringConstraints(max_length=254, pattern=EMAIL_PATTERN)]
Quantity = Annotated[int, Field(ge=1, le=1_000_000)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("must be a time that exists in UTC") from None


def _time_schema() -> core_schema.CoreSchema:
    """Accepts an RFC 3339 string in JSON, no number even in quotes; in Python a datetime too."""
    text = core_schema.str_schema(pattern=r"^\d{4}-\d\d-\d\d[Tt ]", strict=True)
    moment = core_schema.datetime_schema(tz_constraint="aware", strict=False)
    wire = core_schema.chain_schema([text, moment])
    known = core_schema.datetime_schema(tz_constraint="aware", strict=True)
    either = core_schema.union_schema([known, wire], mode="left_to_right")
    schema = core_schema.custom_error_schema(
        core_schema.json_or_python_schema(wire, either),
        custom_error_type="time",
        custom_error_message='must be a time with its zone, such as "2026-11-22T20:00:00Z"',
    )
    return core_schema.no_info_after_validator_function(_in_utc, schema)


Timestamp = Annotated[
    datetime,
    GetPydanticSchema(lambda _, __: _time_schema()),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Malformed(Exception):
    """Input that breaks the contract: the path of the field, and what is wrong with it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class Part(BaseModel):
    """A part of a message. Strict about types; unknown fields are ignored.

    Its errors never show the input: that may be personal data, and errors go to logs.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)


Data = dict[str, Any]
# Converts the data of one version of a type to the next version; a pure function.
Upcast = Callable[[Data], Data]


class Message(Part):
    """A message of the contract. The decorator `@message` sets its type and topic.

    formerly   earlier types, the oldest first, each with the function that converts its data to the
               next version; `read` accepts all of them
    clearable  optional fields of an update that null clears; an absent field stays unchanged
    """

    type: ClassVar[str]
    topic: ClassVar[Topic]
    formerly: ClassVar[Mapping[str, Upcast]] = {}
    clearable: ClassVar[frozenset[str]] = frozenset()

    @property
    def key(self) -> str:
        """The record's key: the id of the aggregate that the message is about."""
        fields = self.topic.key
        if len(fields) == 1:
            return str(getattr(self, fields[0]))
        return "/".join(getattr(self, field) for field in fields)

    @property
    def cleared(self) -> frozenset[str]:
        """The fields that the message clears: those that are present and null."""
        if not self.clearable:
            return self.clearable
        given = self.clearable & self.model_fields_set
        return frozenset(name for name in given if getattr(self, name) is None)

    @classmethod
    def types(cls) -> tuple[str, ...]:
        """All types that are read as this class, the oldest first."""
        return (*cls.formerly, cls.type)

    @classmethod
    def upcast(cls, type_name: str, data: Any) -> Any:
        """Converts `data` of the given type to the present version.

        Raises `Malformed` if it can't be data of that version.
        """
        if type_name == cls.type:
            return data
        if not isinstance(data, dict):
            raise Malformed("value", "a JSON object is expected")
        names = list(cls.formerly)
        for name in names[names.index(type_name) :]:
            try:
                data = cls.formerly[name](data)
            except KeyError as error:
                raise Malformed(str(error.args[0]), f"missing in {name}") from None
            except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
                raise Malformed("value", f"can't be read as {name}: {error}") from None
        return data

    @classmethod
    def read(cls, type_name: str, content: str | bytes) -> Self:
        """Parses `content`, the JSON of one of `types`, as the present version.

        Raises pydantic's `ValidationError` or `Malformed`.
        """
        if type_name == cls.type:
            return cls.model_validate_json(content)
        try:
            data = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise Malformed("value", f"not JSON: {error}") from None
        try:
            present = orjson.dumps(cls.upcast(type_name, data))
        except orjson.JSONEncodeError as error:  # a number that became too large, for example
            raise Malformed("value", f"can't be read as {cls.type}: {error}") from None
        return cls.model_validate_json(present)

    def refuse_null(self, *names: str) -> None:
        """Raises `Malformed` if one of these fields of an update is null: they can't be cleared."""
        for name in names:
            if name in self.model_fields_set and getattr(self, name) is None:
                raise Malformed(name, "can't be cleared; give a value, or leave it out to keep it")

    def check(self) -> None:
        """Checks rules that involve several fields. Raises `Malformed`."""


M = TypeVar("M", bound=type[Message])

_models: dict[tuple[str, str], type[Message]] = {}


def message(
    type_name: str, on: Topic, formerly: Mapping[str, Upcast] | None = None
) -> Callable[[M], M]:
    """Class decorator: registers the class as `type_name` on the topic `on`.

    `formerly` is described at `Message`; these types are read, but no longer written.
    """

    def register(model: M) -> M:
        model.type = type_name
        model.topic = on
        model.formerly = formerly or {}
        for name in model.types():
            if short(name) != short(type_name):
                raise TypeError(f"{name} is no version of {type_name}")
            _models[on.name, name] = model
        return model

    return register


def short(type_name: str) -> str:
    """The short name of a type: `order.hold` for `waybill.order.hold.v1`."""
    return type_name.removeprefix("waybill.").rsplit(".v", 1)[0]


def model_for(topic: str, type_name: str) -> type[Message] | None:
    """The class for a `ce_type` on a topic (named without the prefix); None if there is none."""
    return _models.get((topic, type_name))


def models_on(topic: Topic) -> list[type[Message]]:
    """Every message class on `topic`, in the order of definition."""
    models = (model for (name, _), model in _models.items() if name == topic.name)
    return list(dict.fromkeys(models))


@cache
def import_all() -> None:
    """Imports every module of the contract, so that `model_for` and `models_on` find all."""
    package = import_module("shared.contracts")
    for module in pkgutil.iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
