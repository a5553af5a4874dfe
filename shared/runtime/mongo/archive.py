"""The archive of a service: a closed stream is one document of a compressed collection.

In the journal only a stub is left, with the `_id` of the stream's first document. It says that the
stream is in the archive, so nobody has to ask about every stream, and it is a fence for those who
take the stream for new. `taken` is the fence for a process that woke up with an old copy.
`docs/decisions/0055-an-archive.md` describes the format.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import bson
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession
from pymongo import ASCENDING, DeleteMany, IndexModel, ReplaceOne, WriteConcern
from pymongo.errors import BulkWriteError, CollectionInvalid, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern

from shared.runtime.ports import Document, Unavailable, ids_until, stream_of

COLLECTION = "archive"
FORM = 1
# What many orders have in common is much more than what one has with itself, so MongoDB compresses
# the documents of many orders together: in larger pages, and by more than it does with a journal.
_COMPRESSION = "block_compressor=zstd,leaf_page_max=128KB"
OPTIONS: dict[str, Any] = {"storageEngine": {"wiredTiger": {"configString": _COMPRESSION}}}
ATTEMPTS = 5  # to erase, while streams are being moved
ERASED_AT_ONCE = 50  # streams in one transaction
MAX_STREAM = 15 * 1024 * 1024  # bytes
STUB = "archived"
# Only the first document of a stream has version 1, and a stub has no version: so this index has
# one entry for each stream that isn't archived.
BY_AGE = "first_documents_by_age"
BY_AGE_INDEX = IndexModel(
    [("at", ASCENDING), ("stream", ASCENDING)],
    name=BY_AGE,
    partialFilterExpression={"version": 1},
)
EXISTS = 48  # MongoDB's code
SAFELY = WriteConcern(w="majority", j=True)


class MongoArchive:
    """`ports.Archive` in a service's database: the collection `archive` beside its `journal`."""

    def __init__(self, client: AsyncIOMotorClient, database: str) -> None:
        self._client = client
        self._database = client[database]
        majority = ReadConcern("majority")
        self._journal = self._database.get_collection("journal", read_concern=majority)
        self._archive = self._database.get_collection(COLLECTION, read_concern=majority)

    async def prepare(self) -> None:
        """Creates the collection and the index that `old` needs; safe to repeat."""
        try:
            await self._database.create_collection(COLLECTION, **OPTIONS)
        except CollectionInvalid:
            pass  # it exists
        except PyMongoError as error:
            if getattr(error, "code", None) != EXISTS:  # another process has just created it
                raise _unavailable(error) from error
        try:
            await self._journal.create_indexes([BY_AGE_INDEX])
        except PyMongoError as error:
            raise _unavailable(error) from error

    async def old(self, before: datetime) -> AsyncIterator[str]:
        """See `ports.Archive`."""
        try:
            found = self._journal.find(
                {"version": 1, "at": {"$lt": before}},
                {"_id": 0, "stream": 1},
                sort=[("at", ASCENDING), ("stream", ASCENDING)],
                hint=BY_AGE,
            )
            async for document in found:
                yield document["stream"]
        except PyMongoError as error:
            raise _unavailable(error) from error

    async def move(self, streams: Mapping[str, Sequence[Document]]) -> Collection[str]:
        """See `ports.Archive`. A stream that has changed makes the others be moved one by one."""
        try:
            await self._move(streams)
        except _Changed:
            if len(streams) == 1:
                return []
            return [moved for name in streams for moved in await self.move({name: streams[name]})]
        except PyMongoError as error:
            raise _unavailable(error) from error
        return list(streams)

    async def _move(self, streams: Mapping[str, Sequence[Document]]) -> None:
        """Moves streams in one transaction. Raises `_Changed` if one of them isn't as given."""
        archived = [packed(stream, documents) for stream, documents in streams.items()]
        stubs = [
            ReplaceOne(_unchanged([documents[0]]), {"_id": documents[0]["_id"], STUB: True})
            for documents in streams.values()
        ]
        removed = [DeleteMany(_unchanged(documents[1:])) for documents in streams.values()]
        expected = sum(len(documents) for documents in streams.values()) - len(stubs)
        try:
            async with (
                await self._client.start_session() as session,
                session.start_transaction(ReadConcern("snapshot"), SAFELY),
            ):
                await self._archive.insert_many(archived, session=session)
                done = await self._journal.bulk_write([*stubs, *removed], session=session)
                if (done.matched_count, done.deleted_count) != (len(stubs), expected):
                    raise _Changed
        except OperationFailure as error:
            if _is_conflict(error):
                raise _Changed from error
            raise

    async def taken(self, documents: Collection[Document]) -> set[str]:
        """Returns which of these documents, just written, have a version that the archive has.

        Their writer took the stream for one that ends earlier. Raises `PyMongoError`.
        """
        later = [each for each in documents if each["version"] > 1]
        if not later:
            return set()
        last = await self.versions([each["stream"] for each in later])
        return {each["_id"] for each in later if each["version"] <= last.get(each["stream"], 0)}

    async def versions(
        self, streams: Collection[str], session: AsyncIOMotorClientSession | None = None
    ) -> Mapping[str, int]:
        """Returns the last version of those streams that are archived. Raises `PyMongoError`."""
        query = {"_id": {"$in": list(streams)}}
        found = self._archive.find(query, {"version": 1}, session=session)
        return {kept["_id"]: kept["version"] async for kept in found}

    async def find(self, streams: Collection[str]) -> Mapping[str, list[Document]]:
        """Returns the documents of those streams that are archived. Raises `PyMongoError`."""
        found = self._archive.find({"_id": {"$in": list(streams)}})
        return {kept["_id"]: kept["documents"] async for kept in found}

    async def erase(self, documents: Sequence[Document]) -> None:
        """Replaces documents of the journal and of archived streams, each where it is.

        The documents of a stream are all of those that it has in the archive, or more. A stream is
        erased in one transaction, since it may be about to be moved. Raises `PyMongoError`.
        """
        by_stream: dict[str, list[Document]] = {stream: [] for stream in streams_of(documents)}
        for document in documents:
            by_stream[stream_of(document["_id"])].append(document)
        names = list(by_stream)
        for start in range(0, len(names), ERASED_AT_ONCE):
            await self._erase({name: by_stream[name] for name in names[start:][:ERASED_AT_ONCE]})

    async def _erase(self, streams: Mapping[str, Sequence[Document]]) -> None:
        for left in reversed(range(ATTEMPTS)):
            try:
                await self._erase_once(streams)
            except OperationFailure as error:
                # A process that died while it moved one of them is in the way for a minute: then
                # the batch is repeated, as if MongoDB didn't answer.
                if not left or not _is_conflict(error):
                    raise
            else:
                return

    async def _erase_once(self, streams: Mapping[str, Sequence[Document]]) -> None:
        async with (
            await self._client.start_session() as session,
            session.start_transaction(ReadConcern("snapshot"), SAFELY),
        ):
            archived = await self.versions(streams.keys(), session)
            # A stream never leaves the archive. Whoever read its journal before it was moved, and
            # the archive after it was erased, would take what is left of it for the whole stream.
            kept = [
                ReplaceOne({"_id": stream}, _whole(stream, _until(version, streams[stream])))
                for stream, version in archived.items()
            ]
            if kept:
                await self._archive.bulk_write(kept, ordered=False, session=session)
            # Those of a process that died before it could withdraw them are removed.
            invalid: list[DeleteMany | ReplaceOne[Document]] = [
                DeleteMany({"_id": ids_until(stream, version), STUB: None})
                for stream, version in archived.items()
            ]
            replaced = [
                ReplaceOne({"_id": each["_id"]}, each)
                for stream, documents in streams.items()
                for each in documents
                if each["version"] > archived.get(stream, 0)
            ]
            if changes := [*invalid, *replaced]:
                await self._journal.bulk_write(changes, ordered=False, session=session)


class _Changed(Exception):
    """A stream can't be moved: it was erased or archived since it was loaded, or is too large."""


def packed(stream: str, documents: Sequence[Document]) -> Document:
    """Returns a stream, all of which is published, as the archive stores it.

    Raises `_Changed` for one that doesn't fit into a document: it stays where it is.
    """
    published = [{**document, "republished": True} for document in documents]
    whole = _whole(stream, published)
    if len(bson.encode(whole)) > MAX_STREAM:
        raise _Changed
    return whole


def _whole(stream: str, documents: Sequence[Document]) -> Document:
    version = documents[-1]["version"]
    return {"_id": stream, "version": version, "form": FORM, "documents": list(documents)}


def _until(version: int, documents: Sequence[Document]) -> list[Document]:
    return [each for each in documents if each["version"] <= version]


def is_stub(document: Mapping[str, Any]) -> bool:
    """Whether a document of the journal is what an archived stream has left."""
    return STUB in document


def streams_of(documents: Sequence[Document]) -> list[str]:
    """Returns the streams of these documents, each once."""
    return list(dict.fromkeys(stream_of(document["_id"]) for document in documents))


def _unchanged(documents: Sequence[Document]) -> Document:
    """Finds those of the documents that nobody has erased or archived since."""
    names = [document["_id"] for document in documents]
    return {"_id": {"$in": names}, "erased": None, STUB: None}


def _is_conflict(error: OperationFailure) -> bool:
    """Whether another transaction has written, or is writing, the same documents."""
    transient = error.has_error_label("TransientTransactionError")
    return transient or isinstance(error, BulkWriteError)


def _unavailable(error: PyMongoError) -> Unavailable:
    return Unavailable(f"MongoDB: {error}")
