"""Commands out of forms: what somebody has typed, as the contract writes it."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from starlette.datastructures import FormData

from services.portal.web.formats import typed
from shared.contracts import Malformed, Message, border

CHECKED = ("on", "true", "1")
LONGEST_NUMBER = 15
DEEPEST = 10
Fields = dict[str, Any]


def command_of(model: type[Message], form: FormData | Mapping[str, str]) -> Message:
    """The command that a form's fields make.

    A field of a part is written with a dot (`address.city`). What is left empty isn't given, but
    clears a field that can be cleared. Amounts are read by the form's own `currency`. Raises
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
    """The given fields that the model has, each as its kind is written in JSON."""
    found: Fields = {}
    for name, field in model.model_fields.items():
        if name in given:
            place = f"{where}{name}"
            found[name] = _value(field.annotation, given[name], currency, place)
    return found


def _value(annotation: Any, given: Any, currency: str, where: str) -> Any:
    if given is None:
        return None
    kind = _kind(annotation)
    if isinstance(given, dict):
        return _read(kind, given, currency, f"{where}.") if _is_part(kind) else given
    text = given.strip()
    if kind is bool:
        return text in CHECKED
    if kind is int:
        if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER:
            raise Malformed(where, "must be a whole number, such as 2")
        return int(text)
    if kind is Decimal:
        return f"{typed(text, currency, where):f}"
    return text


def _kind(annotation: Any) -> Any:
    """What stands in `X | None` or `Annotated[X, …]`."""
    if get_origin(annotation) in (Union, UnionType):
        return _kind(next(a for a in get_args(annotation) if a is not type(None)))
    if hasattr(annotation, "__metadata__"):
        return _kind(get_args(annotation)[0])
    return annotation


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
