"""The values for each field: at its limits, and some beyond them.

The contract's decoder decides which of them are accepted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pycountry

from shared.contracts.base import EMAIL_PATTERN, ID_PATTERN
from shared.contracts.money import WIRE
from tests.edge.fields import Field, Schema
from tests.edge.texts import longest, texts

ABSENT = object()  # the field is left out

IDS = (
    "a", "0", "-", "_", ":", ".", "..", "...", ".a", "a.", "-a", "--help", "a:b", "A", "z" * 64,
    "9" * 64, "a-b_c.d:e", "null", "None", "__proto__", "constructor", "count", "dialog", "delete",
    "new", "confirm", "as-of", "explain", "found", "stock", "slip", "PO1000001", "1e5", "007",
    "id-1\n", " a", "a b", "a/b", "é", "", "a" * 65,
)  # fmt: skip
EMAILS = (
    "a@b", "Mercy@Example.COM", "mercy+tag@example.com", "o'brien@example.com", "a@b@c",
    "用户@例子.公司", "é@example.com", '"<b>"@x.y', "%@%", "*@*", "$ne@x.y", "a&b=c@x.y", "a#b@x.y",
    "{{7}}@x.y", "=1@x.y", "a\\@x.y", "😀@x.y", "İ@X.Y", "ß@x.y", "[a]@x.y",
    f"{'a' * 242}@example.com",
    "a@x.y\u200b", "a\u202e@x.y", "a\x00@x.y", " a@b ", "a", "@", "a@", f"{'a' * 243}@example.com",
)  # fmt: skip
TIMES = (
    "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000001Z", "1970-01-01T14:00:00+14:00",
    "1970-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z", "1969-12-31T12:00:00-12:00",
    "2199-12-31T23:59:59Z", "2199-12-31T23:59:59.999999Z", "2199-12-31T23:59:59-12:00",
    "2200-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1899-12-30T00:00:00Z",
    "2024-02-29T12:00:00Z", "2023-02-29T12:00:00Z", "2000-02-29T23:59:59-11:00",
    "2016-12-31T23:59:60Z",
    "2026-03-29T02:30:00+01:00", "2026-10-25T02:30:00+02:00", "2011-12-30T12:00:00-10:00",
    "2038-01-19T03:14:08Z", "2026-11-22T20:00:00.123456Z", "2026-11-22t20:00:00z",
    "2026-11-22 20:00:00Z", "2026-11-22T20:00:00+00:00", "2026-11-22T20:00:00-00:00",
    "2026-11-22T00:00:00+05:45", "2026-11-22T20:00:00", "2026-11-22", "2026-11-22T24:00:00Z", "",
)  # fmt: skip
LINKS = (
    "http://a", "https://example.com/mug?a=b&c=d#e", "https://例子.公司/é", 'https://x.y/"><b>',
    "https://x.y/'%00", "https://user:pw@x.y:80/", "https://x.y/😀", "https://x.y/a\u200bb",
    "javascript:alert(1)", "HTTPS://x.y", "https://", f"https://x.y/{'a' * 1988}",
)  # fmt: skip
RATES = ("0", "0.0", "0.0825", "0.3333333333333333333333333333", "1", "9.9", "-0.1", "10")
PERCENTS = ("0", "0.0001", "33.3333", "99.9999", "100", "100.0000", "100.01", "-1", "007")


def values_of(field: Field, decimals: int) -> Iterator[Any]:
    """Yields the values for a field; amounts with the right `decimals` and with wrong ones."""
    yield from _of(field.schema, decimals)
    yield None
    yield ABSENT


def _of(schema: Schema, decimals: int) -> Iterator[Any]:
    match schema.get("type"):
        case "string":
            yield from _strings(schema, decimals)
        case "integer":
            yield from integers(schema)
        case "boolean":
            yield from (False, True)
        case "array":
            yield []
        case "object":
            yield {}


def _strings(schema: Schema, decimals: int) -> Iterator[str]:
    pattern = schema.get("pattern")
    if choices := schema.get("enum") or ([schema["const"]] if "const" in schema else None):
        yield from (*choices, choices[0].lower(), "")
    elif schema.get("format") == "date-time":
        yield from TIMES
    elif pattern in _BY_PATTERN:
        yield from _BY_PATTERN[pattern]
    elif pattern == WIRE:
        yield from amounts(decimals)
    elif schema.get("examples") == ["US"]:
        yield from (c.alpha_2 for c in pycountry.countries)
        yield from ("us", "ZZ", "USA", "")
    elif schema.get("examples") == ["USD"]:
        yield from ("USD", "JPY", "KWD", "usd", "XXX", "ZZZ", "")
    elif str(pattern).startswith("^https"):
        yield from LINKS
    elif str(pattern).startswith("^[0-9]"):
        yield from RATES
    elif str(pattern).startswith("^(100"):
        yield from PERCENTS
    else:
        yield from texts()
        yield from longest(schema.get("maxLength", 200))


_BY_PATTERN: Mapping[str, tuple[str, ...]] = {ID_PATTERN: IDS, EMAIL_PATTERN: EMAILS}


def amounts(decimals: int) -> Iterator[str]:
    """Yields zero, the smallest, unusual and largest amounts, and those of other currencies."""
    for whole in ("0", "1", "12345", "9" * 15):
        yield f"{whole}.{'9' * decimals}" if decimals else whole
        yield f"{whole}.{'0' * decimals}" if decimals else whole
    if decimals:
        yield f"0.{'1'.rjust(decimals, '0')}"
        yield f"000.{'5'.ljust(decimals, '0')}"
    yield from (
        "-0",
        f"-0.{'0' * decimals}",
        "-1",
        "1.0",
        "1.00",
        "1.000",
        "1.00000",
        "1e3",
        "",
        "9" * 16,
    )


def integers(schema: Schema) -> Iterator[int]:
    """Yields the bounds and their neighbours."""
    least, most = schema.get("minimum", -(2**31)), schema.get("maximum", 2**31)
    yield from (least, least + 1, 7, most - 1, most, least - 1, most + 1)
