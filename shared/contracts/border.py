"""What outsiders send is held to more than the classes say, so that it can be shown and found.

The classes read journals and events of every version too, and those are read as they were written;
so what became stricter since stands here, and is asked of commands, checkouts' carts and the
catalog alone (`read`): text has something visible in it, no white space around it, and no character
that a page, label or document can't show; ids can stand in an address; dates lie within fixed
bounds; minus zero is zero (rules: Settled since, "What is accepted can be shown").
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

# In a URL these two mean the folder itself and the one above (RFC 3986, 5.2.4): what has such an id
# has no page of its own.
NO_SEGMENTS = frozenset({".", ".."})

M = TypeVar("M", bound=BaseModel)


def read(model: type[Message], content: str | bytes, type_name: str | None = None) -> Message:
    """The message that `content`, JSON of type `type_name` (default: the present one), is.

    White space around any value is no mistake. Raises `ValidationError` or `Malformed`.
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
    """`value` as it may come in: itself, or a copy whose texts are trimmed and zeros unsigned.

    A text that may be left out counts as left out if it is blank. Raises `Malformed` with the first
    field that can't be taken; `path` is where `value` stands.
    """
    changed: dict[str, Any] = {}
    for name, place in _places(type(value)):
        inner = getattr(value, name)
        if inner is None:
            continue
        found = _admitted(inner, f"{path}{name}", place)
        if found is not inner:
            changed[name] = found
    return value.model_copy(update=changed) if changed else value


class _Place(NamedTuple):
    """What is known of a field: may it have several lines, may it be left out, and what then.

    Ids are plain by their pattern; all that is asked of them is that an address can name them.
    """

    is_multiline: bool
    is_required: bool
    default: Any = None
    is_id: bool = False


def _admitted(inner: Any, path: str, place: _Place) -> Any:
    if isinstance(inner, str):
        if place.is_id:
            return _id(inner, path)
        return inner if is_plain(inner) else _text(inner, path, place)
    if isinstance(inner, Decimal):
        return abs(inner) if inner.is_zero() and inner.is_signed() else inner
    if isinstance(inner, datetime):
        if EARLIEST <= inner <= LATEST:
            return inner
        raise Malformed(path, "must be a time from 1970-01-01 to 2199-12-31")
    if isinstance(inner, BaseModel):
        return admitted(inner, f"{path}.")
    within = _Place(place.is_multiline, is_required=True, is_id=place.is_id)
    if isinstance(inner, tuple):
        parts = [_admitted(part, f"{path}.{n}", within) for n, part in enumerate(inner)]
        same = all(part is before for part, before in zip(parts, inner, strict=True))
        return inner if same else tuple(parts)
    if isinstance(inner, dict):
        values = {key: _admitted(each, f"{path}.{key}", within) for key, each in inner.items()}
        return inner if all(values[key] is each for key, each in inner.items()) else values
    return inner


def _id(text: str, path: str) -> str:
    if text in NO_SEGMENTS:
        raise Malformed(path, 'can\'t be "." or "..", which no web address can hold')
    return text


def _text(text: str, path: str, place: _Place) -> Any:
    trimmed = text.strip()
    if wrong := unshowable(trimmed, lines=place.is_multiline):
        raise Malformed(path, wrong)
    if is_visible(trimmed):
        return trimmed
    if place.is_required:
        raise Malformed(path, "must have something visible in it")
    return place.default


@cache
def _places(model: type[BaseModel]) -> tuple[tuple[str, _Place], ...]:
    """The fields of a class that can hold text, amounts or times, and what is known of each."""
    return tuple(
        (
            name,
            _Place(
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
    """Whether it holds ids."""
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
    """`content` without white space around its texts; None if there is none, or it is no JSON."""
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
