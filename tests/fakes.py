"""Fakes of the runtime's ports, in memory. They store what real engines store, and fail on demand.

A journal with the unique key that is the fence, marks and snapshots; tables; a publisher that
writes to topics. Several processes may share them, as they share MongoDB and Kafka.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import bson
from bson.codec_options import CodecOptions
from bson.errors import InvalidDocument

from shared.runtime.mongo.archive import STUB, is_stub, packed, streams_of
from shared.runtime.mongo.journal import MAX_DOCUMENT
from shared.runtime.ports import (
    Document,
    Entry,
    Headers,
    History,
    Publication,
    Recorded,
    Unavailable,
    stream_of,
)

Moment = Literal["before", "after"]
_AS_MONGO: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)


@dataclass(slots=True)
class MemoryRecord:
    """A record as Kafka would deliver it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class Faults:
    """Planned faults: each happens once, in the planned order.

    `before`  the engine can't be reached: nothing is done
    `after`   the engine has done the work, but its answer is lost
    """

    def __init__(self) -> None:
        self._planned: dict[str, deque[Moment | BaseException | None]] = defaultdict(deque)

    def plan(self, method: str, *moments: Moment | BaseException | None) -> None:
        """Plans faults for the next calls of `method`. None: no fault; an exception is raised."""
        self._planned[method] += moments

    @contextmanager
    def during(self, method: str) -> Iterator[None]:
        """Raises the planned fault before or after the work of a method."""
        planned = self._planned[method]
        fault = planned.popleft() if planned else None
        if isinstance(fault, BaseException):
            raise fault
        if fault == "before":
            raise Unavailable(f"{method}: out of reach")
        yield
        if fault == "after":
            raise Unavailable(f"{method}: the answer is lost")


class MemoryJournal:
    """`ports.Journal`: documents by `_id`, marks by writer, one snapshot for each stream.

    Documents are stored as BSON, so they are returned as MongoDB would return them. One with more
    than `largest` bytes can't be stored.
    """

    largest = MAX_DOCUMENT

    def __init__(self, long_lived: Collection[str] = ()) -> None:
        self._long_lived = tuple(f"{kind}/" for kind in long_lived)
        self._documents: dict[str, bytes] = {}
        self._republished: set[str] = set()
        self.marks: dict[str, int] = {}
        self.snapshots: dict[str, bytes] = {}
        self.archived: dict[str, bytes] = {}
        self.faults = Faults()

    @property
    def documents(self) -> list[Document]:
        """All documents, in order within each stream."""
        names = {*self._documents, *(d["_id"] for s in self.archived for d in self._archived(s))}
        return [self.document(name) for name in sorted(names)]

    def document(self, name: str) -> Document:
        """A document, from the archive if it was moved."""
        moved = {document["_id"]: document for document in self._archived(stream_of(name))}
        if name in moved:
            return moved[name]
        found: Document = bson.decode(self._documents[name], _AS_MONGO)
        return found

    def _archived(self, stream: str) -> list[Document]:
        kept = self.archived.get(stream)
        documents: list[Document] = bson.decode(kept, _AS_MONGO)["documents"] if kept else []
        return documents

    def _has_moved(self, name: str) -> bool:
        return any(document["_id"] == name for document in self._archived(stream_of(name)))

    def is_archived(self, stream: str) -> bool:
        """Whether any document of a stream is in the archive."""
        return stream in self.archived

    def of(self, stream: str) -> list[Document]:
        """A stream's documents."""
        return [document for document in self.documents if document["stream"] == stream]

    async def load(self, streams: Collection[str]) -> Mapping[str, History]:
        """See `ports.Journal`."""
        with self.faults.during("load"):
            return {stream: self._history(stream) for stream in streams}

    def _history(self, stream: str) -> History:
        kept = self.snapshots.get(stream)
        snapshot = bson.decode(kept, _AS_MONGO) if kept else None
        since = snapshot["version"] if snapshot else 0
        documents = [document for document in self.of(stream) if document["version"] > since]
        unpublished = [document for document in documents if not self._published(document)]
        return History(snapshot, documents, unpublished)

    def _published(self, document: Document) -> bool:
        by_mark = self.marks.get(document["writer"], 0) >= document["batch"]
        republished = document.get("republished", False) or document["_id"] in self._republished
        return by_mark or republished or document.get("erased", False)

    async def append(self, documents: Sequence[Document]) -> Mapping[str, Exception | None]:
        """See `ports.Journal`."""
        refused: dict[str, Exception | None] = {}
        with self.faults.during("append"):
            for document in documents:
                name = document["_id"]
                encoded = bson.encode(document)
                if len(encoded) > self.largest:
                    refused[name] = InvalidDocument(f"{len(encoded)} bytes")
                elif name in self._documents or self._has_moved(name):
                    refused[name] = None
                else:
                    self._documents[name] = encoded
        return refused

    async def mark(self, writer: str, batch: int) -> None:
        """See `ports.Journal`."""
        with self.faults.during("mark"):
            self.marks[writer] = max(batch, self.marks.get(writer, 0))

    async def republished(self, documents: Sequence[Document]) -> None:
        """See `ports.Journal`."""
        with self.faults.during("republished"):
            self._republished |= {document["_id"] for document in documents}

    async def erase(self, documents: Sequence[Document]) -> None:
        """See `ports.Journal`."""
        with self.faults.during("erase"):
            for document in documents:
                if document["_id"] in self._documents and not self._has_moved(document["_id"]):
                    self._documents[document["_id"]] = bson.encode(document)
            for stream in streams_of(documents):
                if moved := {each["_id"] for each in self._archived(stream)}:
                    kept = [each for each in documents if each["_id"] in moved]
                    self.archived[stream] = bson.encode({"documents": kept})

    async def outcomes(self, causes: Mapping[str, str]) -> Mapping[str, Recorded]:
        """See `ports.Journal`."""
        with self.faults.during("outcomes"):
            return {
                kept["key"]: Recorded(document["version"], kept["outcome"], kept.get("digest"))
                for document in self.documents
                if document.get("long_lived")
                for kept in document["causes"]
                if causes.get(kept["key"]) == document["stream"]
            }

    async def snapshot(self, stream: str, snapshot: Document) -> None:
        """See `ports.Journal`."""
        with self.faults.during("snapshot"):
            kept = self.snapshots.get(stream)
            if not kept or bson.decode(kept)["version"] < snapshot["version"]:
                self.snapshots[stream] = bson.encode(snapshot)


class MemoryArchive:
    """`ports.Archive` of a `MemoryJournal`."""

    def __init__(self, journal: MemoryJournal) -> None:
        self._journal = journal

    async def prepare(self) -> None:
        """Nothing has to be prepared."""

    async def old(self, before: datetime) -> AsyncIterator[str]:
        """See `ports.Archive`."""
        for name in sorted(self._journal._documents):
            document: Document = bson.decode(self._journal._documents[name], _AS_MONGO)
            if document.get("version") == 1 and document["at"] < before:
                yield document["stream"]

    async def move(self, streams: Mapping[str, Sequence[Document]]) -> Collection[str]:
        """See `ports.Archive`."""
        kept = self._journal._documents
        moved = []
        for stream, documents in streams.items():
            present = [kept.get(document["_id"]) for document in documents]
            now = [bson.decode(each, _AS_MONGO) for each in present if each]
            if len(now) < len(documents) or any(is_stub(d) or d.get("erased") for d in now):
                continue
            self._journal.archived[stream] = bson.encode(packed(stream, documents))
            for document in documents:
                del kept[document["_id"]]
            kept[documents[0]["_id"]] = bson.encode({"_id": documents[0]["_id"], STUB: True})
            moved.append(stream)
        return moved


class MemoryTables:
    """`ports.Tables`: the data of each key, and the last offset of each partition it came from."""

    def __init__(self) -> None:
        self._data: dict[tuple[str, str], str | None] = {}
        self._seen: dict[tuple[str, str, int], int] = {}
        self._owners: dict[tuple[str, str], str | None] = {}
        self.finds: list[tuple[str, frozenset[str]]] = []
        self.faults = Faults()

    async def save(self, entries: Collection[Entry]) -> None:
        """See `ports.Tables`."""
        with self.faults.during("save"):
            for entry in entries:
                place = (entry.table, entry.key, entry.partition)
                if self._seen.get(place, -1) < entry.offset:
                    self._seen[place] = entry.offset
                    self._data[entry.table, entry.key] = entry.data
                    self._owners[entry.table, entry.key] = entry.owner

    async def find(self, table: str, keys: Collection[str]) -> Mapping[str, str | None]:
        """See `ports.Tables`. Records every call in `finds`."""
        with self.faults.during("find"):
            self.finds.append((table, frozenset(keys)))
            return {key: self._data[table, key] for key in keys if (table, key) in self._data}

    async def find_owned(
        self, table: str, owners: Collection[str]
    ) -> Mapping[str, Mapping[str, str]]:
        """See `ports.Tables`."""
        with self.faults.during("find"):
            owned: dict[str, dict[str, str]] = {owner: {} for owner in owners}
            for (name, key), owner in self._owners.items():
                data = self._data[name, key]
                if name == table and owner in owned and data is not None:
                    owned[owner][key] = data
            return owned


@dataclass
class MemoryPublisher:
    """`ports.Publisher`: `log` has all records in the order in which they were written.

    absent  the topics that don't exist; all others do
    part    makes the next publish fail after so many records
    """

    absent: set[str] = field(default_factory=set)
    log: list[Publication] = field(default_factory=list)
    part: int | None = None
    renewed: int = 0
    faults: Faults = field(default_factory=Faults)

    async def publish(self, publications: Sequence[Publication]) -> None:
        """See `ports.Publisher`."""
        with self.faults.during("publish"):
            part, self.part = self.part, None
            self.log += publications[:part]
        if part is not None:
            raise Unavailable(f"publish: out of reach after {part}")

    async def missing(self, topics: Collection[str]) -> set[str]:
        """See `ports.Publisher`."""
        with self.faults.during("missing"):
            return set(topics) & self.absent

    async def renew(self) -> None:
        """See `ports.Publisher`."""
        self.renewed += 1
        with self.faults.during("renew"):
            return

    def on(self, topic: str) -> list[Publication]:
        """The records of a topic, in order."""
        return [publication for publication in self.log if publication.topic == topic]
