"""Changes headers and bytes."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from tests.fuzz.invalid_values import BYTES, STRINGS

Headers = list[tuple[str, bytes]]
ATTRIBUTES = (
    "specversion",
    "id",
    "source",
    "type",
    "time",
    "subject",
    "correlationid",
    "causationid",
    "actor",
    "replyto",
    "expectedversion",
    "sequence",
    "dataschema",
)


def spoilt_headers(rng: random.Random, headers: Headers, types: Sequence[str]) -> Headers:
    """Removes, doubles, changes or adds one header."""
    headers = list(headers)
    at = rng.randrange(len(headers))
    strange: tuple[Callable[[], Any], ...] = (
        lambda: rng.choice(BYTES),
        lambda: rng.choice(STRINGS).encode(),
        lambda: None,
        lambda: rng.choice(types).encode(),
        lambda: str(rng.choice((0, 1, 2, 3, 10**14, 10**20))).encode(),
        lambda: rng.randbytes(rng.choice((1, 9, 300))),
    )
    match rng.randrange(4):
        case 0:
            del headers[at]
        case 1:
            headers.append((headers[at][0].upper(), rng.choice(strange)()))
        case 2:
            headers[at] = (headers[at][0], rng.choice(strange)())
        case _:
            name = rng.choice((*(f"ce_{name}" for name in ATTRIBUTES), "traceparent", "x", ""))
            headers.append((name, rng.choice(strange)()))
    return headers


def spoilt_bytes(rng: random.Random, value: bytes | None) -> bytes | None:
    """Cuts, doubles, flips or replaces bytes."""
    changed = bytearray(value or b" ")
    a, b = sorted((rng.randrange(len(changed) + 1), rng.randrange(len(changed) + 1)))
    match rng.randrange(6):
        case 0:
            return bytes(changed[:a])
        case 1:
            return bytes(changed[:b] + changed[a:])
        case 2:
            for _ in range(rng.randint(1, 4)):
                changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
            return bytes(changed)
        case 3:
            return rng.randbytes(rng.choice((0, 1, 30, 3000)))
        case 4:
            return bytes(changed[:a] + rng.choice(BYTES) + changed[a:])
        case _:
            return rng.choice((None, bytes(changed) + b" " * 9, bytes(changed) * 2))
