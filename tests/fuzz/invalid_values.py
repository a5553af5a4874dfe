"""Invalid and unusual values."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from typing import Any

from tests.recorded.recording import Message

STRINGS = (
    "",
    " ",
    "\u0000",
    "\u202e\u2066",
    "ﬁ𝔘⑨٣",
    "e\u0301\u0301\u0301",
    "\U0001f469\u200d\U0001f680",
    "ＵＳ",
    "$where",
    "$gt",
    "a.b",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "' or 1=1 --",
    "{{7*7}}",
    "%s%n%99999d",
    ".*+?^${}()|[]\\",
    "NaN",
    "-0",
    "1e999",
    "0x10",
    "１２",
    "4111 1111 1111 1111",
    "2026-02-30T25:61:61Z",
    "2026-11-22T20:00:00+99:99",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "order.events",
    "__consumer_offsets",
    "None",
    "x" * 65,
    "x" * 300,
    "9" * 400,
)
MONEY = (
    "0.00",
    "0",
    "-1.00",
    "19.9",
    "19.999",
    "999999999999999.99",
    "0.01",
    "1e5",
    "+1.00",
    "٣.00",
)
NUMBERS = (0, -1, 1, 2, 2**31, 2**53 + 1, 2**63, 2**64, -(2**63) - 1, 10**400, 0.5, -0.0, 1e308)
# Text that a JSON encoder doesn't write.
RAW = (
    "NaN",
    "-Infinity",
    "1e999",
    "-0",
    "01",
    "1.",
    '"\\ud800"',
    '"\\udfff\\ud800x"',
    '"\\x41"',
    "[" * 200 + "]" * 200,
    "[" * 5000 + "]" * 5000,
    '{"a":' * 300 + "1" + "}" * 300,
    "{}{}",
    "tru",
    '{"a":1,"a":2,"$set":{"a":3}}',
    "9" * 5000,
    "[" + "1," * 2000 + '"x"]',
    "1" + "0" * 20 + ".00",
)
BYTES = (b"", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"\xf0\x9f\x92\xa9", b"a\nb", b"\r\n")
_HOLE = '"@@raw@@"'


class InvalidValues:
    """Draws invalid values, and valid ones that a field has in some record."""

    def __init__(self, rng: random.Random, corpus: list[Message]) -> None:
        self._rng = rng
        self._seen = _values(corpus)
        self._raw: str | None = None

    def value(self, field: str) -> Any:
        """Returns a value for a field, valid or not."""
        rng = self._rng
        match rng.randrange(12):
            case 0 | 1 | 2 | 3 | 4:
                return self.seen(field)
            case 5:
                return rng.choice(STRINGS)
            case 6:
                return rng.choice(NUMBERS)
            case 7:
                return rng.choice(MONEY)
            case 8:
                return rng.choice((None, True, False, [], {}, [None], {"": ""}))
            case 9:
                operator = rng.choice(
                    ("$gt", "$where", "$ne", "$regex", "__proto__", "a.b", "\x00")
                )
                return {operator: self.seen(field)}
            case 10:
                return [self.seen(field)] * rng.choice((0, 1, 1, 2, 2, 3))
            case _:
                self._raw = rng.choice(RAW)
                return _HOLE.strip('"')

    def seen(self, field: str) -> Any:
        """Returns a value that a field of this name, or else any field, has in some record."""
        found = self._seen.get(field) or self._seen[self._rng.choice(sorted(self._seen))]
        return deepcopy(self._rng.choice(found))  # a copy, which can't come to contain itself

    def written(self, data: Any) -> bytes:
        """Returns JSON, possibly with text that a JSON encoder doesn't write."""
        text = json.dumps(data, ensure_ascii=self._rng.random() < 0.2)
        if self._raw is not None:
            text, self._raw = text.replace(_HOLE, self._raw), None
        return text.encode(errors="surrogatepass")


def _values(corpus: list[Message]) -> dict[str, list[Any]]:
    """Returns all values in the corpus by field name, including objects."""
    found: dict[str, dict[str, Any]] = {}
    for one in corpus:
        _gather(json.loads(one.value or "null"), "", found)
    return {field: list(values.values()) for field, values in found.items()}


def _gather(value: Any, field: str, found: dict[str, dict[str, Any]]) -> None:
    found.setdefault(field, {})[json.dumps(value)] = value
    if isinstance(value, dict):
        for name, inner in value.items():
            _gather(inner, name, found)
    elif isinstance(value, list):
        for inner in value:
            _gather(inner, field, found)
