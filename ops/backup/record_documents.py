"""Kafka's records as documents of a backup."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import bson

from shared.contracts.topics import TOPICS
from shared.dead_letters.dead_letter import ORIGIN
from shared.runtime.ports import Headers, Record

_KNOWN = {topic.name for topic in TOPICS}


class SavedRecord(NamedTuple):
    """A record of a backup. `offset` is the one that it had."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


def encode(record: Record, more: Headers = ()) -> bytes:
    """Returns a record, with `more` headers, as a document in BSON."""
    headers: Iterable[tuple[str, bytes | None]] = (*record.headers, *more)
    return bson.encode(
        {
            "p": record.partition,
            "o": record.offset,
            "k": record.key,
            "v": record.value,
            "h": [[name.encode(errors="surrogateescape"), value] for name, value in headers],
        }
    )


def decode(document: bytes) -> SavedRecord:
    """Returns the record of a document."""
    found: dict[str, Any] = bson.decode(document)
    headers = [(name.decode(errors="surrogateescape"), value) for name, value in found["h"]]
    return SavedRecord(found["p"], found["o"], found["k"], found["v"], headers)


def renamed(letter: SavedRecord, before: str, prefix: str) -> SavedRecord:
    """Returns a dead letter whose original topic has the prefix `prefix` instead of `before`."""
    headers = [
        (name, (prefix + topic).encode())
        if name == ORIGIN and (topic := (value or b"").decode().removeprefix(before)) in _KNOWN
        else (name, value)
        for name, value in letter.headers
    ]
    return letter._replace(headers=headers)
