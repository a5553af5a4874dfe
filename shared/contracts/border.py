"""Stricter validation of input from outside, so that it can be displayed and found.

The contract's classes also read journals and events of every version, which stay valid as they were
written. So later restrictions are checked here, and only for commands, checkouts' carts and the
catalog (`read`): text has a visible character, no white space around it, and no character that a
page, label or document can't show; ids can be part of a URL; dates lie within fixed bounds; minus
zero is zero (rules: Settled since, "What is accepted can be shown").
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, TypeVar, get_args

import orjson
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from shared.contracts.base import ID_PATTERN, LINES, Malformed, Message
from shared.contracts.text import is_plain, is_visible, unshowable

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2199, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)

# In a URL these mean the same folder and the parent folder (RFC 3986, 5.2.4), so something with
# such an id couldn't have a page.
DOT_SEGMENTS = frozenset({".", ".."})

M = TypeVar("M", bound=BaseModel)


def read(model: type[Message], content: str | bytes, type_name: str | None = None) -> Message:
    """Parses and validates `content`, the JSON of type `type_name` (default: the present one).

    White space around values is removed. Raises `ValidationError` or `Malformed`.
    """
    name = type_name or model.type
    try:
        found = model.read(name, content)
    except ValidationError as error:
        trimmed = _trimmed(content)
        if trimmed is None:
            raise
        try:
            found = model.read(name, trimmed)
        except ValidationError:
            raise error from None
    found = admitted(found)
    found.check()
    return found


def admitted(value: M, path: str = "") -> M:
    """Validates and normalizes `value`: trims text and removes the sign of zeros.

    Returns `value` itself if nothing changes, else a copy. A blank optional text counts as absent.
    Raises `Malformed` with the first invalid field; `path` is the prefix of field names.
    """
    changed: dict[str, Any] = {}
    for name, field in _text_fields(type(value)):
        inner = getattr(value, name)
        if inner is None:
            continue
        found = _admitted(inner, f"{path}{name}", field)
        if found is not inner:
            changed[name] = found
    return value.model_copy(update=changed) if changed else value


class _Field(NamedTuple):
    """The properties of a field that matter for validation.

    Ids are plain by their pattern; they only have to be valid in a URL.
    """

    is_multiline: bool
    is_required: bool
    default: Any = None
    is_id: bool = False


def _admitted(inner: Any, path: str, field: _Field) -> Any:
    if isinstance(inner, str):
        if field.is_id:
            return _id(inner, path)
        return inner if is_plain(inner) else _text(inner, path, field)
    if isinstance(inner, Decimal):
        return abs(inner) if inner.is_zero() and inner.is_signed() else inner
    if isinstance(inner, datetime):
        if EARLIEST <= inner <= LATEST:
            return inner
        raise Malformed(path, "must be a time from 1970-01-01 to 2199-12-31")
    if isinstance(inner, BaseModel):
        return admitted(inner, f"{path}.")
    within = _Field(field.is_multiline, is_required=True, is_id=field.is_id)
    if isinstance(inner, tuple):
        parts = [_admitted(part, f"{path}.{n}", within) for n, part in enumerate(inner)]
        same = all(part is before for part, before in zip(parts, inner, strict=True))
        return inner if same else tuple(parts)
    if isinstance(inner, dict):
        values = {key: _admitted(each, f"{path}.{key}", within) for key, each in inner.items()}
        return inner if all(values[key] is each for key, each in inner.items()) else values
    return inner


def _id(text: str, path: str) -> str:
    if text in DOT_SEGMENTS:
        raise Malformed(path, 'can\'t be "." or "..", which no web address can contain')
    return text


def _text(text: str, path: str, field: _Field) -> Any:
    trimmed = text.strip()
    if wrong := unshowable(trimmed, lines=field.is_multiline):
        raise Malformed(path, wrong)
    if is_visible(trimmed):
        return trimmed
    if field.is_required:
        raise Malformed(path, "must have something visible in it")
    return field.default


@cache
def _text_fields(model: type[BaseModel]) -> tuple[tuple[str, _Field], ...]:
    """The fields of a class that can hold text, amounts or times, with their properties."""
    return tuple(
        (
            name,
            _Field(
                LINES in field.metadata or LINES in _deep(field.annotation),
                field.is_required(),
                None if field.is_required() else field.get_default(call_default_factory=True),
                _is_id(field),
            ),
        )
        for name, field in model.model_fields.items()
        if _can_hold(field.annotation)
    )


def _is_id(field: FieldInfo) -> bool:
    """Whether a field holds ids."""
    constraints = (*field.metadata, *_deep(field.annotation))
    return any(getattr(each, "pattern", None) == ID_PATTERN for each in constraints)


def _can_hold(annotation: Any) -> bool:
    return any(
        kind in (str, Decimal, datetime) or (isinstance(kind, type) and issubclass(kind, BaseModel))
        for kind in _deep(annotation)
    )


def _deep(annotation: Any) -> Iterator[Any]:
    yield annotation
    yield from getattr(annotation, "__metadata__", ())
    for inner in get_args(annotation):
        yield from _deep(inner)


def _trimmed(content: str | bytes) -> bytes | None:
    """Removes white space around texts in `content`; None if there is none, or it isn't JSON."""
    try:
        data = orjson.loads(content)
        trimmed = _each_text(data, str.strip)
        return orjson.dumps(trimmed) if trimmed != data else None
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError):
        return None


def _each_text(data: Any, change: Callable[[str], str]) -> Any:
    if isinstance(data, str):
        return change(data)
    if isinstance(data, list):
        return [_each_text(inner, change) for inner in data]
    if isinstance(data, dict):
        return {key: _each_text(inner, change) for key, inner in data.items()}
    return data
