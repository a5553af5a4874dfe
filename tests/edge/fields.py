"""The fields of messages from outside, found in the contract's JSON schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from shared.contracts import Message
from shared.contracts.base import ID_PATTERN, import_all, models_on, short
from shared.contracts.commands import INTERNAL
from shared.contracts.payments import Settle
from shared.contracts.topics import TOPICS

Schema = Mapping[str, Any]
# Set by Waybill's own services; a message from outside that has it is refused.
OWN = frozenset({("cart.converted", "exchange_of")})
ENTRY = "*"  # the first element of a list, or the first entry of an object with arbitrary names


@dataclass(frozen=True)
class Field:
    """A field of a message: the steps to it, and its schema without `null`."""

    message: str
    steps: tuple[str, ...]
    schema: Schema
    is_nullable: bool
    is_required: bool

    def __hash__(self) -> int:
        """Fields are equal if their message and steps are."""
        return hash((self.message, self.steps))

    @property
    def path(self) -> str:
        """The path as text: `shipments.*.lines.*.name`."""
        return ".".join(self.steps)

    @property
    def is_id(self) -> bool:
        """Whether it is an id."""
        return self.schema.get("pattern") == ID_PATTERN

    def __str__(self) -> str:
        return f"{self.message} {self.path}"


@cache
def messages() -> Mapping[str, type[Message]]:
    """Returns every message from outside by its short name."""
    import_all()
    outside = (m for topic in TOPICS if topic.takes_from_outside for m in models_on(topic))
    return {short(m.type): m for m in outside if m not in INTERNAL or m is Settle}


@cache
def fields_of(name: str) -> tuple[Field, ...]:
    """Returns the fields of a message, including nested ones."""
    schema = messages()[name].model_json_schema()
    found = _fields(name, (), schema, schema.get("$defs", {}))
    return tuple(field for field in found if (name, field.steps[0]) not in OWN)


def _fields(
    name: str, steps: tuple[str, ...], schema: Schema, parts: Mapping[str, Schema]
) -> Iterator[Field]:
    required = schema.get("required", ())
    for field, raw in schema.get("properties", {}).items():
        inner, nullable = plain(raw, parts)
        here = (*steps, field)
        yield Field(name, here, inner, nullable, field in required)
        yield from _within(name, here, inner, parts)


def _within(
    name: str, here: tuple[str, ...], inner: Schema, parts: Mapping[str, Schema]
) -> Iterator[Field]:
    if inner.get("type") == "array":
        item, _ = plain(inner["items"], parts)
        yield from _entry(name, (*here, ENTRY), item, parts)
    elif named := inner.get("additionalProperties") or inner.get("patternProperties"):
        item, _ = plain(named if "type" in named else next(iter(named.values())), parts)
        yield from _entry(name, (*here, ENTRY), item, parts)
    else:
        yield from _fields(name, here, inner, parts)


def _entry(
    name: str, here: tuple[str, ...], item: Schema, parts: Mapping[str, Schema]
) -> Iterator[Field]:
    if "properties" not in item:
        yield Field(name, here, item, is_nullable=False, is_required=True)
    yield from _within(name, here, item, parts)


def plain(raw: Schema, parts: Mapping[str, Schema]) -> tuple[Schema, bool]:
    """Returns a schema without references and `null`, and whether `null` is allowed."""
    if "$ref" in raw:
        return plain(parts[raw["$ref"].rpartition("/")[2]], parts)
    kinds = raw.get("anyOf")
    if kinds is None:
        return raw, False
    others = [each for each in kinds if each.get("type") != "null"]
    return plain(others[0], parts)[0], len(others) < len(kinds)


def put(data: Any, steps: tuple[str, ...], value: Any) -> Any:
    """Returns a copy of `data` with `value` at the end of the steps. Raises `LookupError`."""
    made = deepcopy(data)
    place = made
    for step in steps[:-1]:
        place = place[_position(place, step)]
    place[_position(place, steps[-1])] = value
    return made


def without(data: Any, steps: tuple[str, ...]) -> Any:
    """Returns a copy of `data` without the field at the end of the steps. Raises `LookupError`."""
    made = deepcopy(data)
    place = made
    for step in steps[:-1]:
        place = place[_position(place, step)]
    del place[_position(place, steps[-1])]
    return made


def at(data: Any, steps: tuple[str, ...]) -> Any:
    """Returns the value at the end of the steps; None if there is none."""
    for step in steps:
        if data is None:
            return None
        if step == ENTRY:
            data = next(iter(data.values() if isinstance(data, dict) else data), None)
        else:
            data = data.get(step)
    return data


def _position(place: Any, step: str) -> Any:
    if step != ENTRY:
        return step
    return next(iter(place)) if isinstance(place, dict) else 0
