"""The read models in MongoDB. Motor stays in this module and `services/portal/queries`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo import ASCENDING, DeleteMany, IndexModel, InsertOne, ReplaceOne, UpdateMany, UpdateOne
from pymongo.errors import BulkWriteError, OperationFailure
from pymongo.read_concern import ReadConcern

from services.portal.projections import products, stock, timeline
from services.portal.projections.carts import CARTS
from services.portal.projections.customers import CUSTOMERS
from services.portal.projections.orders import ORDERS
from services.portal.projections.projection import Document, Projection
from services.portal.projections.stock import WAREHOUSES
from shared.runtime import tracing
from shared.runtime.app import now
from shared.runtime.mongo.journal import raising_unavailable
from shared.runtime.ports import Unavailable

DUPLICATE = 11000
# MongoDB's codes for an index whose name or keys another definition has: it is replaced.
_INDEX_CONFLICT = (85, 86)

Latest = ReplaceOne | UpdateOne
# Deleted orders and carts; `due` are those whose timelines have to be erased a second time.
ERASURES = "erasures"
ERASED_AT_ONCE = 500

PROJECTIONS: tuple[Projection, ...] = (ORDERS, CARTS, CUSTOMERS, WAREHOUSES)
_INDEXES = {projection.collection: projection.indexes for projection in PROJECTIONS} | {
    timeline.COLLECTION: timeline.INDEXES,
    stock.COLLECTION: stock.INDEXES,
    products.COLLECTION: products.INDEXES,
    ERASURES: (IndexModel([("due", ASCENDING)], name="due", sparse=True),),
}


class Store:
    """The portal's own database. Every method raises `Unavailable` if MongoDB can't be reached."""

    def __init__(self, database: AsyncIOMotorDatabase, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._clock = clock

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        with raising_unavailable():
            for collection, indexes in _INDEXES.items():
                if indexes:
                    await self._create(collection, indexes)

    async def _create(self, collection: str, indexes: Sequence[IndexModel]) -> None:
        """Creates indexes together: MongoDB reads a restored collection once for all of them."""
        try:
            await self._database[collection].create_indexes(list(indexes))
        except OperationFailure as error:
            if error.code not in _INDEX_CONFLICT:
                raise
            for index in indexes:
                await self._index(collection, index)

    async def _index(self, collection: str, index: IndexModel) -> None:
        try:
            await self._database[collection].create_indexes([index])
        except OperationFailure as error:
            if error.code not in _INDEX_CONFLICT:
                raise
            await self._database[collection].drop_index(index.document["name"])
            await self._database[collection].create_indexes([index])

    async def drop(self) -> None:
        """Drops all read models; they can be rebuilt from the topics."""
        with raising_unavailable():
            for collection in _INDEXES:
                await self._database.drop_collection(collection)

    async def load(self, projection: Projection, streams: Collection[str]) -> dict[str, Document]:
        """The documents of these streams by id; streams without a document are left out."""
        if not streams:
            return {}
        # A write that no majority has yet may be lost with the primary: it counts as not applied.
        kept = self._database.get_collection(
            projection.collection, read_concern=ReadConcern("majority")
        )
        with raising_unavailable(), self._tracing("find", projection.collection, len(streams)):
            found = kept.find({"_id": {"$in": list(streams)}})
            return {document["_id"]: document for document in await found.to_list(None)}

    async def save(
        self, projection: Projection, changed: Sequence[tuple[Document, Mapping[str, int]]]
    ) -> set[str]:
        """Writes documents, each given with the versions it had applied when it was loaded.

        Returns the `_id`s of those that another process has changed since: they aren't written.
        """
        if not changed:
            return set()
        writes = [
            ReplaceOne(
                {"_id": document["_id"]}
                | {f"applied.{source}": before.get(source) for source in projection.parts},
                document,
                upsert=True,
            )
            if before
            else InsertOne(document)
            for document, before in changed
        ]
        taken = await self._write(projection.collection, writes)
        return {changed[position][0]["_id"] for position in taken}

    async def write_latest(self, collection: str, writes: Sequence[Latest]) -> None:
        """Writes current state; a write that is older than what is stored changes nothing.

        A refused write is repeated once: another process may have inserted the document between,
        with something else in it.
        """
        refused = await self._write(collection, writes)
        await self._write(collection, [writes[position] for position in refused])

    async def write_timeline(self, entries: Sequence[Document]) -> None:
        """Writes timeline entries; a repeat changes nothing."""
        await self._write(timeline.COLLECTION, [InsertOne(entry) for entry in entries])

    async def erase(self, about: Collection[str]) -> None:
        """Erases the timelines of deleted orders and carts, all but the deletion itself.

        The erasure is recorded first: whoever writes timeline entries finds it afterwards.
        """
        due = {"$setOnInsert": {"due": self._clock()}}
        await self._write(ERASURES, [UpdateOne({"_id": one}, due, upsert=True) for one in about])
        await self._erase_timelines(about)

    async def erased(self, about: Collection[str]) -> set[str]:
        """Those of these orders and carts that were erased."""
        if not about:
            return set()
        with raising_unavailable():
            found = self._database[ERASURES].find({"_id": {"$in": list(about)}}, {"_id": 1})
            return {one["_id"] for one in await found.to_list(None)}

    async def erase_again(self, before: datetime) -> None:
        """Erases the timelines that were first erased before `before` a second time.

        A process that dies may leave a write of timeline entries under way, which MongoDB carries
        out after another process has erased the order: no write can be made conditional on another
        document. `before` must be further back than any write is under way.
        """
        with raising_unavailable():
            due = self._database[ERASURES].find({"due": {"$lt": before}}, {"_id": 1})
            gone = [one["_id"] for one in await due.to_list(None)]
        for start in range(0, len(gone), ERASED_AT_ONCE):
            some = gone[start : start + ERASED_AT_ONCE]
            await self._erase_timelines(some)
            done = UpdateMany({"_id": {"$in": some}}, {"$unset": {"due": ""}})
            await self._write(ERASURES, [done])

    async def _erase_timelines(self, about: Collection[str]) -> None:
        if about:
            which = {"about": {"$in": list(about)}, "name": {"$nin": list(timeline.LASTING)}}
            await self._write(timeline.COLLECTION, [DeleteMany(which)])

    def _tracing(self, operation: str, collection: str, size: int) -> AbstractContextManager[None]:
        return tracing.current().database(operation, self._database.name, collection, size)

    async def _write(self, collection: str, writes: Sequence[Any]) -> list[int]:
        """Writes in bulk; returns the indexes of the writes whose `_id` was taken."""
        if not writes:
            return []
        try:
            with raising_unavailable(), self._tracing("bulkWrite", collection, len(writes)):
                await self._database[collection].bulk_write(list(writes), ordered=False)
        except Unavailable as error:
            if not isinstance(error.__cause__, BulkWriteError):
                raise
            details = error.__cause__.details
            failures = details["writeErrors"]
            if details["writeConcernErrors"] or any(f["code"] != DUPLICATE for f in failures):
                raise
            return [failure["index"] for failure in failures]
        return []
