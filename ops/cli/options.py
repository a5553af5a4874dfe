"""Turns the fields of a message into options of a command, and the options into the message."""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    """A field of a message as an option. `path` leads into nested fields.

    `required`: there is no message without it; `with_part`: its part needs it, if it is given.
    `clearable`: an empty value is null, which clears it.
    """

    path: tuple[str, ...]
    type: Any
    required: bool
    with_part: bool = False
    clearable: bool = False

    @property
    def parameter(self) -> str:
        """Its name as a parameter of a Python function."""
        return "__".join(self.path)

    @property
    def option(self) -> str:
        """Its name on the command line: `--order-id`, `--address.city`."""
        return "--" + ".".join(self.path).replace("_", "-")

    @property
    def is_part(self) -> bool:
        """Whether it has fields of its own."""
        return isinstance(self.type, type) and issubclass(self.type, BaseModel)

    def as_parameter(self) -> inspect.Parameter:
        """The parameter from which the option is made."""
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
            needed = "Required: as" if self.required else "As"
            return f"{needed} JSON, or by the options below."
        if self.clearable:
            return 'An empty value ("") clears it.'
        part = "--" + ".".join(self.path[:-1]).replace("_", "-")
        return f"Required in {part}." if self.with_part else None


def fields(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[Field]:
    """The fields of `model`, those of its parts after each part."""
    for name, info in model.model_fields.items():
        required = info.is_required()
        within = required and bool(path)
        clears = issubclass(model, Message) and name in model.clearable
        field = Field((*path, name), _bare(info), required and not path, within, clears)
        yield field
        if field.is_part:
            yield from fields(field.type, field.path)


def build(model: type[Message], given: Mapping[str, Any]) -> Message:
    """The message that the options `given` (by parameter name) describe. Raises `UsageError`."""
    data: dict[str, Any] = {}
    for field in fields(model):
        value = given.get(field.parameter)
        if value == "" and field.clearable:
            _put(data, field, None)
        elif value is not None:
            _put(data, field, _json(field, value) if field.is_part else value)
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


def _json(field: Field, text: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{field.option}: not JSON: {error}") from None
    if not isinstance(value, dict):
        raise UsageError(f"{field.option}: a JSON object is expected.")
    return value


def _say(where: Any, words: str) -> str:
    name = "--" + ".".join(map(str, where)).replace("_", "-")
    return f"{name}: {words}"


def _bare(info: FieldInfo) -> Any:
    """A field's type without `| None` and without constraints."""
    bare: Any = info.annotation
    while True:
        origin = get_origin(bare)
        if origin is Annotated:
            bare = get_args(bare)[0]
        elif origin in (Union, UnionType):
            bare = next(kind for kind in get_args(bare) if kind is not NoneType)
        else:
            return bare


_TEXTS: Mapping[Any, str] = {str: "TEXT", Decimal: "AMOUNT"}


def _cli_type(bare: Any) -> tuple[Any, str | None]:
    """What the command line reads, and what it calls that. Raises `TypeError` for anything else."""
    if bare in (int, bool) or get_origin(bare) is Literal:
        return bare, None
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        return str, "JSON"
    if bare in _TEXTS:
        return str, _TEXTS[bare]
    raise TypeError(f"no option can be made of {bare}")
