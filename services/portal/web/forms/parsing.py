"""Parses form fields into commands of the contract."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from starlette.datastructures import FormData

from services.portal.web.frame.formats import parse_amount
from shared.contracts import Malformed, Message, border

CHECKED = ("on", "true", "1")
LONGEST_NUMBER = 15
DEEPEST = 10
Fields = dict[str, Any]


def parse_command(model: type[Message], form: FormData | Mapping[str, str]) -> Message:
    """Parses the fields of a form into a command.

    Nested fields are written with a dot (`address.city`). An empty field is left out, or clears the
    field of the command if that is clearable. Amounts are parsed in the form's `currency`. Raises
    `Malformed` or `ValidationError`.
    """
    given: Fields = {}
    for name, text in _texts(form):
        if text.strip():
            _put(given, name.split("."), text)
        elif name in model.clearable:
            given.setdefault(name, None)
    currency = given.get("currency", "")
    if isinstance(currency, str) and "currency" not in model.model_fields:
        given.pop("currency", None)
    fields = _read(model, given, currency if isinstance(currency, str) else "", "")
    return border.read(model, json.dumps(fields))


def _texts(form: FormData | Mapping[str, str]) -> Iterable[tuple[str, str]]:
    pairs = form.multi_items() if isinstance(form, FormData) else form.items()
    return ((name, text) for name, text in pairs if isinstance(text, str))


def _put(fields: Fields, path: list[str], text: str) -> None:
    if len(path) > DEEPEST:
        return
    for step in path[:-1]:
        inner = fields.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        fields = inner
    fields[path[-1]] = text


def _read(model: type[BaseModel], given: Fields, currency: str, where: str) -> Fields:
    """The fields that the model has, as JSON values."""
    found: Fields = {}
    for name, field in model.model_fields.items():
        if name in given:
            place = f"{where}{name}"
            found[name] = _value(field.annotation, given[name], currency, place)
            if found[name] == [] and field.is_required():
                column = _column(get_args(_kind(field.annotation))[0])
                raise Malformed(f"{place}.0.{column}", "is needed in at least one row")
    return found


def _value(annotation: Any, given: Any, currency: str, where: str) -> Any:
    if given is None:
        return None
    kind = _kind(annotation)
    if isinstance(given, dict) and get_origin(kind) is tuple and _is_part(get_args(kind)[0]):
        return _rows(get_args(kind)[0], given, currency, where)
    if isinstance(given, dict):
        return _read(kind, given, currency, f"{where}.") if _is_part(kind) else given
    text = given.strip()
    if kind is bool:
        return text in CHECKED
    if kind is int:
        if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER:
            raise Malformed(where, "enter a whole number, such as 2")
        return int(text)
    if kind is Decimal:
        return f"{parse_amount(text, currency, where):f}"
    return text


def _rows(model: Any, given: Fields, currency: str, where: str) -> list[Fields]:
    """The rows `lines.0.sku`, `lines.1.sku` … of a table in a form.

    A row counts once its first field that is no id is filled in: others are there to be used.
    """
    filled = _column(model)
    rows = [given[at] for at in sorted(given, key=_position) if isinstance(given[at], dict)]
    used = [row for row in rows if _is_filled(model, filled, row)]
    return [
        _read(model, row, currency, f"{where}.{position}.") for position, row in enumerate(used)
    ]


def _is_filled(model: type[BaseModel], column: str, row: Fields) -> bool:
    """Whether a row has something in this column; no pieces, a 0, are nothing."""
    text = str(row.get(column) or "").strip()
    if _kind(model.model_fields[column].annotation) is int:
        text = text.lstrip("0")
    return bool(text)


def _column(model: type[BaseModel]) -> str:
    """The field by which a row counts."""
    return next(name for name in model.model_fields if not name.endswith("_id"))


def _position(at: str) -> tuple[int, str]:
    return (int(at) if at.isascii() and at.isdigit() and len(at) < LONGEST_NUMBER else 0, at)


def _kind(annotation: Any) -> Any:
    """The type `X` of `X | None` or `Annotated[X, …]`."""
    if get_origin(annotation) in (Union, UnionType):
        return _kind(next(a for a in get_args(annotation) if a is not type(None)))
    if hasattr(annotation, "__metadata__"):
        return _kind(get_args(annotation)[0])
    return annotation


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
