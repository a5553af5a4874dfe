"""Records as Kafka delivers and takes them, and the error when an engine can't be reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Headers = Sequence[tuple[str, bytes]]


class Unavailable(Exception):
    """Kafka or MongoDB can't be reached or gave no answer; what it did is unknown: wait, reload."""


class Record(Protocol):
    """A record as Kafka delivers it."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


@dataclass(slots=True)
class Publication:
    """A record to publish. `topic` is its name on the cluster, including the prefix."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers
