"""Turns the fields of a message into options of a command, and the options into the message."""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import orjson
import typer
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from ops.errors import UsageError
from shared.contracts import Malformed, Message, border, field_errors


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a message as an option.

    path       names of the fields that lead to it, outermost first
    required   the message needs it
    with_part  the nested object that it belongs to needs it, if that is given
    clearable  an empty value means null, which clears the field
    """

    path: tuple[str, ...]
    type: Any
    required: bool
    with_part: bool = False
    clearable: bool = False

    @property
    def parameter(self) -> str:
        """The name as a parameter of a Python function."""
        return "__".join(self.path)

    @property
    def option(self) -> str:
        """The name on the command line, such as `--order-id` or `--address.city`."""
        return "--" + ".".join(self.path).replace("_", "-")

    @property
    def is_part(self) -> bool:
        """Whether the field is an object with fields."""
        return isinstance(self.type, type) and issubclass(self.type, BaseModel)

    @property
    def is_list(self) -> bool:
        """Whether the field is a list: of texts between commas, or JSON."""
        return get_origin(self.type) is tuple

    def as_parameter(self) -> inspect.Parameter:
        """Returns the parameter from which Typer makes the option."""
        kind, metavar = _cli_type(self.type)
        option = typer.Option(self.option, metavar=metavar, help=self._words, show_default=False)
        needed = self.required and not self.is_part
        return inspect.Parameter(
            self.parameter,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if needed else None,
            annotation=Annotated[kind if needed else kind | None, option],
        )

    @property
    def _words(self) -> str | None:
        if self.is_part:
            needed = "Required: JSON" if self.required else "JSON"
            return f"{needed}, or use the options below."
        if self.clearable:
            return 'An empty value ("") clears it.'
        part = "--" + ".".join(self.path[:-1]).replace("_", "-")
        within = f"Required in {part}." if self.with_part else None
        return f"{within or ''} A list in JSON.".strip() if self.is_list else within


def fields(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[Field]:
    """Yields the fields of `model`; nested fields follow the field that has them."""
    for name, info in model.model_fields.items():
        required = info.is_required()
        within = required and bool(path)
        clears = issubclass(model, Message) and name in model.clearable
        field = Field((*path, name), _bare(info), required and not path, within, clears)
        yield field
        if field.is_part:
            yield from fields(field.type, field.path)


def build(model: type[Message], given: Mapping[str, Any]) -> Message:
    """Returns the message for the options in `given`, by parameter name. Raises `UsageError`."""
    data: dict[str, Any] = {}
    for field in fields(model):
        value = given.get(field.parameter)
        if value == "" and field.clearable:
            _put(data, field, None)
        elif value is not None:
            _put(data, field, _read(field, value))
    try:
        message = border.read(model, orjson.dumps(data))
    except ValidationError as error:
        found = field_errors.mistakes(error)
        raise UsageError("\n".join(_say(m.field.split("."), m.message) for m in found)) from None
    except Malformed as error:
        raise UsageError(_say(error.field.split("."), error.message)) from None
    return message


def _put(data: dict[str, Any], field: Field, value: Any) -> None:
    for step in field.path[:-1]:
        data = data.setdefault(step, {})
    data[field.path[-1]] = value


def _read(field: Field, value: Any) -> Any:
    """Returns an option's value for the message: that of an object or a list of them from JSON."""
    if field.is_part:
        return _json(field, value, dict, "object")
    if not field.is_list:
        return value
    if not isinstance(element := get_args(field.type)[0], type) or issubclass(element, str):
        return [each.strip() for each in value.split(",") if each.strip()]
    return _json(field, value, list, "list")


def _json(field: Field, text: str, kind: type, name: str) -> Any:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{field.option}: not JSON: {error}") from None
    if not isinstance(value, kind):
        raise UsageError(f"{field.option}: a JSON {name} is expected.")
    return value


def _say(where: Any, words: str) -> str:
    name = "--" + ".".join(map(str, where)).replace("_", "-")
    return f"{name}: {words}"


def _bare(info: FieldInfo) -> Any:
    """Returns a field's type without `| None` and without constraints."""
    bare: Any = info.annotation
    while True:
        origin = get_origin(bare)
        if origin is Annotated:
            bare = get_args(bare)[0]
        elif origin in (Union, UnionType):
            bare = next(kind for kind in get_args(bare) if kind is not NoneType)
        else:
            return bare


_TEXTS: Mapping[Any, str] = {str: "TEXT", Decimal: "AMOUNT", date: "YYYY-MM-DD"}


def _cli_type(bare: Any) -> tuple[Any, str | None]:
    """Returns the option's type and its placeholder in the help. Raises `TypeError`."""
    if bare in (int, bool) or get_origin(bare) is Literal:
        return bare, None
    if get_origin(bare) is tuple or (isinstance(bare, type) and issubclass(bare, BaseModel)):
        return str, "JSON"
    if get_origin(bare) is tuple and get_origin(get_args(bare)[0]) is Literal:
        return str, ",".join(get_args(get_args(bare)[0]))
    if bare in _TEXTS:
        return str, _TEXTS[bare]
    raise TypeError(f"no option can be made of {bare}")
