"""The decoder's verdict on each value of each field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from shared.contracts import Message
from shared.runtime.envelope import Envelope
from shared.runtime.processing.decoding import Undecodable, decode
from tests.edge.fields import ENTRY, Field, at, fields_of, messages, put, without
from tests.edge.scenario import Data, Place, steps_of
from tests.edge.values import ABSENT, values_of
from tests.fakes import MemoryRecord

# Texts for people have none of these: patterns, class names, Python's terms.
INTERNAL = re.compile(
    r"\^|\\[a-zA-Z]|\[a-z|pydantic|validation error|Traceback|NoneType|<class|dict\b"
)


MANY = 100
OWN = ("shipment_id", "line_id", "payment_id", "code")  # fields that differ within a list


@dataclass(frozen=True)
class Verdict:
    """A value of a field, with the decoded message or the refusal."""

    field: Field
    value: Any
    data: Data | None
    message: Message | None = None
    refusal: Undecodable | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether the contract accepts it."""
        return self.message is not None

    @property
    def taken(self) -> Any:
        """The value as decoded, for example trimmed."""
        data = None if self.message is None else self.message.model_dump(mode="json")
        return at(data, self.field.steps)

    def wrong(self) -> Iterator[str]:
        """Yields what is wrong with a refusal, which must name a field and be a text for people."""
        if self.refusal is None:
            return
        named, sentence = self.refusal.error.field, self.refusal.error.message
        if not named or not sentence:
            yield f"{self.field} = {self.value!r} is refused without field or text"
        elif INTERNAL.search(sentence):
            yield f"{self.field} = {self.value!r} is refused with internals: {sentence}"
        elif not self._is_about(named):
            yield f"{self.field} = {self.value!r} is refused because of {named}: {sentence}"

    def _is_about(self, named: str) -> bool:
        """Whether `named` is the field itself, or a field next to, within or around it."""
        ours = [step for step in self.field.steps if step != ENTRY]
        theirs = [step for step in named.split(".") if not step.isdigit()]
        top = theirs[:1] == ours[:1]
        beside = len(ours) == 1 or self.field.is_id or self.field.schema.get("type") == "object"
        return top or beside or named in ("value", "key")


def most(field: Field, data: Data) -> Iterator[Any]:
    """Yields a list in `data`, and a list of the greatest length that is allowed, up to `MANY`."""
    given = at(data, field.steps)
    if field.schema.get("type") == "array" and given:
        yield given
        length = min(field.schema.get("maxItems", MANY), MANY)
        yield [*given, *(_another(given[0], n) for n in range(length - len(given)))]


def _another(item: Any, n: int) -> Any:
    """Returns a copy with another id."""
    if isinstance(item, str):
        return f"{item}-{n}"
    return {
        name: f"{value}-{n}" if name in OWN else deepcopy(value) for name, value in item.items()
    }


def record_of(name: str, data: Any) -> MemoryRecord:
    """Returns a record with a message of this name, as the contract describes it."""
    model = messages()[name]
    envelope = Envelope(id="m-1", source="edge", type=model.type, reply_to="waybill.replies")
    value = json.dumps(data).encode()  # like most programs, which may write lone surrogates
    return MemoryRecord(model.topic.name, 0, 0, None, value, envelope.headers())


def given(data: Data, field: Field, value: Any) -> Data | None:
    """Returns a copy of `data` with another value of a field; None if there is no place for it."""
    try:
        made: Data = (
            without(data, field.steps) if value is ABSENT else put(data, field.steps, value)
        )
    except (LookupError, StopIteration, TypeError):
        return None
    return made


def verdict(field: Field, data: Data, value: Any) -> Verdict | None:
    """Returns the verdict on `data` with another value; None if there is no place for it."""
    made = given(data, field, value)
    if made is None:
        return None
    try:
        incoming = decode(record_of(field.message, made))
    except Undecodable as refusal:
        return Verdict(field, value, made, refusal=refusal)
    return Verdict(field, value, made, message=incoming.message if incoming else None)


def verdicts(place: Place) -> Iterator[Verdict]:
    """Yields the verdict on every value of every field of every message, in a market."""
    for step in steps_of(place):
        if step.is_subject:
            for field in fields_of(step.name):
                for value in (*values_of(field, place.decimals), *most(field, step.data)):
                    if found := verdict(field, step.data, value):
                        yield found
