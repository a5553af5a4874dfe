"""The journal in MongoDB: one document per stream and batch. The unique `_id` is the fence.

No decider imports Motor; only modules that read or write MongoDB do, in the runtime, the payment
gateway and the portal. So a later change to pymongo's asynchronous client touches no rule.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import bson
from bson.errors import BSONError, InvalidDocument
from bson.raw_bson import RawBSONDocument
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection
from pymongo import ASCENDING, IndexModel, WriteConcern
from pymongo.errors import BulkWriteError, PyMongoError
from pymongo.read_concern import ReadConcern

from shared.runtime import tracing
from shared.runtime.mongo.archive import MongoArchive, is_stub
from shared.runtime.mongo.snapshots import MongoSnapshots
from shared.runtime.ports import (
    Document,
    History,
    Recorded,
    Unavailable,
    document_id,
    ids_after,
    stream_of,
)

DUPLICATE = 11000
MAX_DOCUMENT = 15 * 1024 * 1024
# The first versions of a stream are looked up by their ids, which costs least when most streams are
# new; what follows is a range of ids.
AT_ONCE = 4
# An index that version 0.1 needed.
OF_0_1 = "stream_1_version_1"


@contextmanager
def raising_unavailable() -> Iterator[None]:
    """Raises errors of MongoDB's client as `Unavailable`."""
    try:
        yield
    except PyMongoError as error:
        raise Unavailable(f"MongoDB: {error}") from error


class MongoJournal:
    """`ports.Journal` in a service's database.

    Collections: `journal` (the streams), `writers` (how far each process has published),
    `snapshots` (of the streams of the kinds in `long_lived`) and `archive` (closed streams).
    """

    def __init__(
        self, client: AsyncIOMotorClient, database: str, long_lived: Collection[str] = ()
    ) -> None:
        collections = client[database]
        self._archive = MongoArchive(client, database)
        self._database = database
        self._long_lived = tuple(f"{kind}/" for kind in long_lived)
        safely = WriteConcern(w="majority", j=True)
        # What a majority doesn't have yet may be lost with the primary: it must not be published.
        self._journal: AsyncIOMotorCollection = collections.get_collection(
            "journal", write_concern=safely, read_concern=ReadConcern("majority")
        )
        # A lost mark or snapshot only costs a repeat, so neither waits for the disk.
        soon = WriteConcern(w=1)
        self._writers: AsyncIOMotorCollection = collections.get_collection(
            "writers", write_concern=soon
        )
        self._snapshots = MongoSnapshots(
            collections.get_collection("snapshots", write_concern=soon)
        )
        self._marks: dict[str, int] = {}

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        with raising_unavailable():
            await self._journal.create_indexes(
                [
                    # A long-lived stream can't hold all its causes in memory; this finds them.
                    IndexModel(
                        [("causes.key", ASCENDING)],
                        partialFilterExpression={"long_lived": True},
                    ),
                ]
            )
            if OF_0_1 in await self._journal.index_information():
                await self._journal.drop_index(OF_0_1)

    async def load(self, streams: Collection[str]) -> Mapping[str, History]:
        """See `ports.Journal`."""
        snapshots = await self._load_snapshots(streams)
        after = {stream: snapshot["version"] for stream, snapshot in snapshots.items()}
        found: dict[str, list[Document]] = {stream: [] for stream in streams}
        plain = [stream for stream in streams if stream not in snapshots]
        first = [document_id(s, version) for s in plain for version in range(1, AT_ONCE + 1)]
        await self._find([{"_id": {"$in": first}}] if first else [], found)
        after |= {stream: AT_ONCE for stream in plain if len(found[stream]) == AT_ONCE}
        await self._find(
            [{"_id": ids_after(stream, version)} for stream, version in after.items()],
            found,
        )
        closable = {stream: found[stream] for stream in plain}
        await self._fill_in(closable)
        found |= closable
        await self._load_marks(found)
        return {
            stream: History(
                snapshots.get(stream),
                found[stream],
                [document for document in found[stream] if not self._published(document)],
            )
            for stream in streams
        }

    def _tracing(
        self, operation: str, collection: str = "journal", size: int = 1
    ) -> AbstractContextManager[None]:
        return tracing.current().database(operation, self._database, collection, size)

    async def _find(self, wanted: Sequence[Document], found: Mapping[str, list[Document]]) -> None:
        """Adds the documents of these queries to those found of each stream, in order."""
        if not wanted:
            return
        with raising_unavailable(), self._tracing("find", size=len(wanted)):
            query = wanted[0] if len(wanted) == 1 else {"$or": wanted}
            for document in await self._journal.find(query).sort("_id", 1).to_list(None):
                found[stream_of(document["_id"])].append(document)

    async def _fill_in(self, found: dict[str, list[Document]]) -> None:
        """Puts the documents of archived streams before those that the journal has after them.

        It asks about every stream that has documents: one may have been moved while it was read.
        """
        asked = [stream for stream, documents in found.items() if documents]
        if not asked:
            return
        with raising_unavailable():
            archived = await self._archive.find(asked)
        found |= {stream: [] for stream in archived}
        last = {stream: documents[-1]["version"] for stream, documents in archived.items()}
        await self._find([{"_id": ids_after(s, version)} for s, version in last.items()], found)
        for stream, documents in archived.items():
            found[stream] = [*documents, *found[stream]]

    async def _load_snapshots(self, streams: Collection[str]) -> dict[str, Document]:
        those = [stream for stream in streams if stream.startswith(self._long_lived)]
        if not those:
            return {}
        with raising_unavailable():
            return await self._snapshots.load(those)

    async def _load_marks(self, found: Mapping[str, list[Document]]) -> None:
        unsure = {
            document["writer"]
            for documents in found.values()
            for document in documents
            if not self._published(document)
        }
        if unsure:
            with raising_unavailable():
                async for mark in self._writers.find({"_id": {"$in": list(unsure)}}):
                    self._marks[mark["_id"]] = mark["published"]

    def _published(self, document: Document) -> bool:
        if is_stub(document):
            return True
        by_mark = self._marks.get(document["writer"], 0) >= document["batch"]
        return by_mark or document.get("republished", False) or document.get("erased", False)

    async def append(self, documents: Sequence[Document]) -> Mapping[str, Exception | None]:
        """See `ports.Journal`."""
        encoded: dict[str, RawBSONDocument] = {}
        refused: dict[str, Exception | None] = {}
        for document in documents:
            try:
                encoded[document["_id"]] = _encode(document)
            except (BSONError, OverflowError) as error:
                refused[document["_id"]] = error
        if not encoded:
            return refused
        try:
            with self._tracing("insert", size=len(encoded)):
                await self._journal.insert_many(list(encoded.values()), ordered=False)
        except BulkWriteError as error:
            failures: list[dict[str, Any]] = error.details["writeErrors"]
            unknown = error.details.get("writeConcernErrors")
            if unknown or any(failure["code"] != DUPLICATE for failure in failures):
                raise Unavailable(f"MongoDB: {_reasons(failures) or unknown}") from error
            names = list(encoded)
            refused |= {names[failure["index"]]: None for failure in failures}
        except PyMongoError as error:
            raise Unavailable(f"MongoDB: {error}") from error
        written = [document for document in documents if document["_id"] not in refused]
        return {**refused, **await self._withdraw(written)}

    async def _withdraw(self, documents: Sequence[Document]) -> Mapping[str, None]:
        """Removes those of the documents, just written, whose version the archive has.

        Returns them by `_id`. Nobody has read them: who loads an archived stream reads on after the
        last version of the archive.
        """
        with raising_unavailable():
            if taken := await self._archive.taken(documents):
                await self._journal.delete_many({"_id": {"$in": list(taken)}})
        return dict.fromkeys(taken)

    async def mark(self, writer: str, batch: int) -> None:
        """See `ports.Journal`."""
        with raising_unavailable(), self._tracing("update", "writers"):
            await self._writers.update_one(
                {"_id": writer}, {"$max": {"published": batch}}, upsert=True
            )
        self._marks[writer] = batch

    async def republished(self, documents: Sequence[Document]) -> None:
        """See `ports.Journal`."""
        with raising_unavailable():
            await self._journal.update_many(
                {"_id": {"$in": [document["_id"] for document in documents]}},
                {"$set": {"republished": True}},
            )

    async def erase(self, documents: Sequence[Document]) -> None:
        """See `ports.Journal`."""
        with raising_unavailable():
            await self._archive.erase(documents)

    async def outcomes(self, causes: Mapping[str, str]) -> Mapping[str, Recorded]:
        """See `ports.Journal`."""
        found: dict[str, Recorded] = {}
        with raising_unavailable():
            cursor = self._journal.find(
                {"long_lived": True, "causes.key": {"$in": list(causes)}},
                {
                    "stream": 1,
                    "version": 1,
                    "causes.key": 1,
                    "causes.outcome": 1,
                    "causes.digest": 1,
                },
            )
            async for document in cursor:
                for kept in document["causes"]:
                    if causes.get(kept["key"]) == document["stream"]:
                        found[kept["key"]] = Recorded(
                            document["version"], kept["outcome"], kept.get("digest")
                        )
        return found

    async def snapshot(self, stream: str, snapshot: Document) -> None:
        """See `ports.Journal`."""
        with raising_unavailable():
            await self._snapshots.save(stream, snapshot)


def _reasons(failures: Sequence[dict[str, Any]]) -> list[str]:
    """Why writes failed, without the content of the documents."""
    return sorted({f"{failure['code']} {failure.get('errmsg', '')}" for failure in failures})


def _encode(document: Document) -> RawBSONDocument:
    encoded = bson.encode(document)
    if len(encoded) > MAX_DOCUMENT:
        raise InvalidDocument(f"{len(encoded)} bytes, at most {MAX_DOCUMENT} can be stored")
    return RawBSONDocument(encoded)
