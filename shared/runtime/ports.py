"""The two narrow ports through which the processor reaches the world, and the words they share."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from shared.contracts import Topic

Headers = Sequence[tuple[str, bytes]]
Document = dict[str, Any]


class Unavailable(Exception):
    """An engine can't be reached or didn't answer; what it did is unknown. Wait, then look."""


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
    """A record to be written. `topic` is the cluster's own name, prefix and all."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass(frozen=True, slots=True)
class History:
    """What the journal knows of a stream: a snapshot, if there is one, and the documents after it.

    `unpublished` are those of the documents whose consequences nobody is known to have published.
    """

    snapshot: Document | None = None
    documents: list[Document] = field(default_factory=list)
    unpublished: list[Document] = field(default_factory=list)


class Recorded(NamedTuple):
    """What became of a cause: its outcome, the version of the document that has it, and the digest
    of its content, if there is one."""

    version: int
    outcome: Document
    digest: str | None = None


class Journal(Protocol):
    """Where streams are kept. Every method raises `Unavailable` when the engine is out of reach."""

    async def load(self, streams: Collection[str]) -> Mapping[str, History]:
        """The histories of these streams; one that doesn't exist has an empty history."""

    async def append(self, documents: Sequence[Document]) -> Mapping[str, Exception | None]:
        """Writes documents. Those that were not written are returned by `_id`: with None where
        the `_id` is taken, with the error where the document can't be stored at all."""

    async def mark(self, writer: str, batch: int) -> None:
        """Notes that everything which `writer` wrote up to `batch` is published."""

    async def republished(self, documents: Sequence[Document]) -> None:
        """Notes that these documents of another writer are published."""

    async def erase(self, documents: Sequence[Document]) -> None:
        """Puts these in the place of those with the same `_id`. They count as published."""

    async def outcomes(self, causes: Mapping[str, str]) -> Mapping[str, Recorded]:
        """Of these causes (cause → its long-lived stream) those already recorded."""

    async def snapshot(self, stream: str, snapshot: Document) -> None:
        """Keeps a snapshot unless a later one is there."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a record of a compacted topic says: this is known of `key` now; None: it is no more.

    `data` is the message as JSON; `partition` and `offset` say where the record stands.
    """

    table: str
    key: str
    data: str | None
    partition: int
    offset: int


class Tables(Protocol):
    """What a service keeps of others' compacted topics. Raises `Unavailable`, as a journal does."""

    async def save(self, entries: Collection[Entry]) -> None:
        """Writes each entry over the one before it. One from a record that isn't later than the
        last of its partition has no effect, so entries may come again, and in any order."""

    async def find(self, table: str, keys: Collection[str]) -> Mapping[str, str | None]:
        """The data of those keys that were ever heard of; None for what was removed."""


class Publisher(Protocol):
    """Where messages go. Every method raises `Unavailable` when the engine is out of reach."""

    async def publish(self, publications: Sequence[Publication]) -> None:
        """Writes them, in order for each key, and returns once all are acknowledged."""

    async def missing(self, topics: Collection[str]) -> set[str]:
        """Those of the topics that the cluster doesn't have, or that have refused us of late."""

    async def renew(self) -> None:
        """Starts afresh after a failure: whatever was in flight is given up."""


class Numbers(Protocol):
    """Numbers for people: unique, rising, each drawn once. Raises `Unavailable`."""

    async def reserve(self, count: int) -> None:
        """Makes sure that `take` can be called `count` times."""

    def take(self) -> str:
        """The next number."""


class Worker(Protocol):
    """What runs beside a service's rules in each of its processes, made of settings, MongoDB's
    client and metrics. It has ports of its own."""

    @property
    def topics(self) -> Sequence[Topic]:
        """The topics that it reads."""

    @property
    def writes(self) -> Sequence[Topic]:
        """The topics that it writes, beside dead letters."""

    @property
    def group(self) -> str:
        """Its consumer group, without the prefix."""

    async def start(self) -> None:
        """Raises `Unavailable`, `KafkaError` or `OSError`; then it is tried again."""

    def problems(self) -> list[str]:
        """All that keeps it from working, in words."""

    async def stop(self) -> None:
        """Ends it; what it had in hand is done by whoever comes next."""
