"""Changes recorded messages: their bytes, headers, envelope and data."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import orjson

from shared.contracts.topics import TOPICS
from tests.fakes import MemoryRecord
from tests.fuzz.invalid_values import BYTES, STRINGS, InvalidValues
from tests.fuzz.spoiling import ATTRIBUTES, Headers, spoilt_bytes, spoilt_headers
from tests.recorded.recording import Message


class Mutator:
    """Creates inputs from recorded messages; most can still be decoded."""

    def __init__(self, rng: random.Random, corpus: list[Message]) -> None:
        self._rng = rng
        self._corpus = corpus
        self._values = InvalidValues(rng, corpus)
        self._types = sorted({one.headers["ce_type"] for one in corpus})
        self._made = 0

    def next(self) -> MemoryRecord:
        """Returns another input."""
        self._made += 1
        rng, one = self._rng, self._rng.choice(self._corpus)
        data = orjson.loads(one.value or "null")
        headers = {**one.headers, "ce_id": f"f-{self._made}"}
        if rng.random() < 0.05:
            headers["ce_id"] = (
                f"f-{rng.randrange(1, self._made + 1)}"  # a repeat, or another message
            )
        if rng.random() < 0.7:
            headers["ce_replyto"] = "waybill.replies"
        topic = one.topic if rng.random() < 0.98 else rng.choice(TOPICS).name
        for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
            data = self._spoil(data)
        key = self._key(one, data)
        value, named = self._wrapped(headers, data)
        if rng.random() < 0.1:
            named = spoilt_headers(rng, named, self._types)
        if rng.random() < 0.05:
            value = spoilt_bytes(rng, value)
        return MemoryRecord(topic, rng.randrange(6), self._made, key, value, named)  # type: ignore[arg-type]

    def _key(self, one: Message, data: Any) -> bytes | None:
        """Returns a key, in most cases the right one for the data."""
        rng = self._rng
        fields = next((t.key for t in TOPICS if t.name == one.topic), ())
        if rng.random() < 0.03:
            return rng.choice((None, *BYTES, self._values.written(self._values.value("order_id"))))
        if isinstance(data, dict) and all(isinstance(data.get(name), str) for name in fields):
            return "/".join(data[name] for name in fields).encode(errors="replace")
        return None

    # Data

    def _spoil(self, data: Any) -> Any:
        """Makes one change at a random position."""
        places = list(_places(data))
        if not places:
            return self._values.value("")
        holder, name = self._rng.choice(places)
        field = name if isinstance(name, str) else ""
        match self._rng.randrange(8):
            case 0:
                del holder[name]
            case 1 if isinstance(holder, dict):
                holder[self._rng.choice(STRINGS)] = holder[name]
            case 2 if isinstance(holder, list):
                holder += [copy.deepcopy(holder[name])] * self._rng.choice((1, 1, 1, 2, 2, 120))
            case 3:
                holder[name] = _other_type(holder[name])
            case _:
                holder[name] = self._values.value(field)
        return data

    # The envelope

    def _wrapped(self, headers: dict[str, str], data: Any) -> tuple[bytes | None, Headers]:
        """Returns value and headers in binary or structured mode; the latter may change types."""
        rng = self._rng
        if rng.random() < 0.75:
            return self._values.written(data), [(name, v.encode()) for name, v in headers.items()]
        event = {n.removeprefix("ce_"): v for n, v in headers.items() if n.startswith("ce_")}
        if rng.random() < 0.97:
            event["data"] = data
        if rng.random() < 0.2:
            event[rng.choice(("data_base64", *ATTRIBUTES))] = self._values.value("")
        content_type = rng.choice(
            (b"application/cloudevents+json",) * 5 + (b"Application/CloudEvents+JSON; charset=x",)
        )
        return self._values.written(event), [("content-type", content_type)]


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Yields the position of every nested value: its container, and its name or index there."""
    names = (
        data.keys()
        if isinstance(data, dict)
        else range(len(data))
        if isinstance(data, list)
        else ()
    )
    for name in list(names):
        yield data, name
        yield from _places(data[name])


def _other_type(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return [value]
    return json.dumps(value)
