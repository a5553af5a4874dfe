"""Inputs for the decoder alone: recorded messages with replaced JSON tokens. Quick to create."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass

from tests.fakes import MemoryRecord
from tests.fuzz.invalid_values import MONEY, NUMBERS, RAW, STRINGS
from tests.fuzz.spoiling import Headers, spoilt_bytes, spoilt_headers
from tests.recorded.recording import Message

_WORD = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null')
_STRUCTURED = [("content-type", b"application/cloudevents+json")]


@dataclass(frozen=True, slots=True)
class _Text:
    """A recorded message in one of the two modes, with the positions of its JSON tokens."""

    topic: str
    key: bytes
    headers: Headers
    value: bytes
    words: list[tuple[int, int]]


class DecoderInputs:
    """Replaces JSON tokens with invalid ones, or with those of any record; `rng` draws them."""

    def __init__(self, rng: random.Random, corpus: list[Message]) -> None:
        self.rng = rng
        self._texts = [text for one in corpus for text in (_binary(one), _structured(one))]
        self._types = sorted({one.headers["ce_type"] for one in corpus})
        seen = {word for text in self._texts for word in _WORD.findall(text.value)}
        plain = (*STRINGS, *MONEY, *NUMBERS)
        odd = [json.dumps(value).encode(errors="surrogatepass") for value in plain]
        self._words = [sorted(seen), odd, [raw.encode() for raw in RAW]]

    def next(self) -> MemoryRecord:
        """Returns another input."""
        rng = self.rng
        text = rng.choice(self._texts)
        value, headers = text.value, text.headers
        for _ in range(rng.choice((1, 1, 1, 2))):
            # The original positions, which are arbitrary after the first change.
            a, b = rng.choice(text.words)
            value = value[:a] + rng.choice(rng.choice(self._words)) + value[b:]
        spoilt: bytes | None = value
        if rng.random() < 0.1:
            headers = spoilt_headers(rng, headers, self._types)
        if rng.random() < 0.05:
            spoilt = spoilt_bytes(rng, value)
        key = text.key if rng.random() < 0.1 else None
        return MemoryRecord(text.topic, 0, 0, key, spoilt, headers)  # type: ignore[arg-type]


def _binary(one: Message) -> _Text:
    headers = [(name, value.encode()) for name, value in one.headers.items()]
    return _text(one, headers, one.value.encode())


def _structured(one: Message) -> _Text:
    event = {n.removeprefix("ce_"): v for n, v in one.headers.items() if n.startswith("ce_")}
    whole = json.dumps({**event, "data": json.loads(one.value)}, ensure_ascii=False)
    return _text(one, _STRUCTURED, whole.encode())


def _text(one: Message, headers: Headers, value: bytes) -> _Text:
    return _Text(
        one.topic, one.key.encode(), headers, value, [m.span() for m in _WORD.finditer(value)]
    )
