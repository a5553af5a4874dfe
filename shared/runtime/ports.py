"""The ports between the runtime and the outside, and the types that they share.

Six of them: `Journal`, `Archive`, `Tables`, `Publisher`, `Numbers` and `Worker`. Kafka and MongoDB
implement them, fakes in memory stand in for them in tests.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from shared.contracts import Topic
from shared.runtime.kafka.record import Headers, Publication, Record, Unavailable

__all__ = [
    "Archive",
    "Document",
    "Entry",
    "Headers",
    "History",
    "Journal",
    "Numbers",
    "Publication",
    "Publisher",
    "Record",
    "Recorded",
    "Tables",
    "Unavailable",
    "Worker",
    "document_id",
    "ids_after",
    "stream_of",
    "version_of",
]

Document = dict[str, Any]


def document_id(stream: str, version: int) -> str:
    """The `_id` of a stream's document. No stream's name contains `@`, so ids sort by version."""
    return f"{stream}@{version:010d}"


def stream_of(name: str) -> str:
    """The stream of a document, given the document's `_id`."""
    return name.rpartition("@")[0]


def version_of(name: str) -> int:
    """The version of a document, given its `_id`."""
    return int(name.rpartition("@")[2])


def ids_after(stream: str, version: int = 0) -> Document:
    """MongoDB's condition on `_id` for the documents of a stream after a version."""
    return {"$gt": document_id(stream, version), "$lt": f"{stream}@:"}  # `:` follows `9`


def ids_until(stream: str, version: int) -> Document:
    """MongoDB's condition on `_id` for the documents of a stream up to a version."""
    return {"$gt": document_id(stream, 0), "$lte": document_id(stream, version)}


@dataclass(frozen=True, slots=True)
class History:
    """What the journal has of a stream: a snapshot, if there is one, and the documents after it.

    `unpublished` are the documents whose records may not have been published yet.
    """

    snapshot: Document | None = None
    documents: list[Document] = field(default_factory=list)
    unpublished: list[Document] = field(default_factory=list)


class Recorded(NamedTuple):
    """A recorded outcome, the version of its document, and the digest of the content, if any."""

    version: int
    outcome: Document
    digest: str | None = None


class Journal(Protocol):
    """Stores streams. Every method raises `Unavailable` when MongoDB can't be reached."""

    async def load(self, streams: Collection[str]) -> Mapping[str, History]:
        """Returns the history of each stream; it is empty for a stream that doesn't exist."""

    async def append(self, documents: Sequence[Document]) -> Mapping[str, Exception | None]:
        """Writes documents. Returns those that weren't written, by `_id`.

        The value is None where the `_id` is taken, else the error why it can't be stored.
        """

    async def mark(self, writer: str, batch: int) -> None:
        """Records that everything that `writer` wrote up to `batch` is published."""

    async def republished(self, documents: Sequence[Document]) -> None:
        """Records that these documents of another writer are published."""

    async def erase(self, documents: Sequence[Document]) -> None:
        """Replaces the documents with the same `_id`. The new ones count as published."""

    async def outcomes(self, causes: Mapping[str, str]) -> Mapping[str, Recorded]:
        """Returns those of the causes (cause → its long-lived stream) that are recorded."""

    async def snapshot(self, stream: str, snapshot: Document) -> None:
        """Stores a snapshot, unless there is a later one."""


class Archive(Protocol):
    """Moves closed streams out of the journal, which reads them on as if they hadn't moved.

    Every method raises `Unavailable`, as a journal does.
    """

    async def prepare(self) -> None:
        """Creates what it needs in the engine, which may take minutes; safe to repeat."""

    def old(self, before: datetime) -> AsyncIterator[str]:
        """Yields the streams whose first document is older than `before`, the oldest first.

        Streams that are archived aren't among them.
        """

    async def move(self, streams: Mapping[str, Sequence[Document]]) -> Collection[str]:
        """Moves these streams, each with all its documents up to a version; all are published.

        A stream is moved as a whole or not at all: not if one of its documents was erased or moved
        meanwhile. Returns the streams that were moved.
        """


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a table, from a record of a compacted topic.

    `data` is the message as JSON, None if the key was removed; `partition` and `offset` are the
    record's; `owner` is to whom it belongs, if the table tells.
    """

    table: str
    key: str
    data: str | None
    partition: int
    offset: int
    owner: str | None = None


class Tables(Protocol):
    """Stores copies of compacted topics. Raises `Unavailable`, as a journal does."""

    async def save(self, entries: Collection[Entry]) -> None:
        """Stores each entry over the one before it.

        An entry whose record isn't later than the last one of its partition has no effect, so
        entries may be repeated, and come in any order.
        """

    async def find(self, table: str, keys: Collection[str]) -> Mapping[str, str | None]:
        """Returns the data of the known keys; None for those that were removed."""

    async def find_owned(
        self, table: str, owners: Collection[str]
    ) -> Mapping[str, Mapping[str, str]]:
        """Returns the data of all entries of these owners, by owner and key."""


class Publisher(Protocol):
    """Publishes records. Every method raises `Unavailable` when Kafka can't be reached."""

    async def publish(self, publications: Sequence[Publication]) -> None:
        """Publishes the records, in order for each key; returns once all are acknowledged."""

    async def missing(self, topics: Collection[str]) -> set[str]:
        """Returns the topics that the cluster doesn't have, or that refused a record recently."""

    async def renew(self) -> None:
        """Reconnects after a failure. Records in flight are abandoned."""


class Numbers(Protocol):
    """Draws order numbers: unique, rising, each drawn once. Raises `Unavailable`."""

    async def reserve(self, count: int) -> None:
        """Makes sure that `take` can be called `count` times without waiting."""

    def take(self) -> str:
        """The next number."""


class Worker(Protocol):
    """Work that a service does in each of its processes beside its deciders.

    A service makes it from settings, MongoDB's client and metrics. It has ports of its own.
    """

    @property
    def topics(self) -> Sequence[Topic]:
        """The topics that it reads."""

    @property
    def writes(self) -> Sequence[Topic]:
        """The topics that it writes, without dead letters."""

    @property
    def group(self) -> str:
        """Its consumer group, without the prefix."""

    async def start(self) -> None:
        """Starts it. Raises `Unavailable`, `KafkaError` or `OSError`; the caller retries."""

    def problems(self) -> list[str]:
        """Returns everything that keeps it from working, as text."""

    async def stop(self) -> None:
        """Stops it. The next process does the work that it hadn't finished."""
