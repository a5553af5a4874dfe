"""Tables in MongoDB: a collection for each table, a document for each entry."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection
from pymongo import UpdateOne, WriteConcern

from shared.runtime.mongo.journal import raising_unavailable
from shared.runtime.ports import Entry


class MongoTables:
    """`ports.Tables` in a service's database: `table_variant` holds the table `variant`."""

    def __init__(self, client: AsyncIOMotorClient, database: str) -> None:
        self._database = client[database]

    async def save(self, entries: Collection[Entry]) -> None:
        """See `ports.Tables`."""
        latest = {(e.table, e.key, e.partition): e for e in sorted(entries, key=lambda e: e.offset)}
        writes: dict[str, list[UpdateOne]] = defaultdict(list)
        for entry in latest.values():
            writes[entry.table].append(_update_if_later(entry))
        with raising_unavailable():
            for table, updates in writes.items():
                await self._of(table).bulk_write(updates, ordered=False)

    async def find(self, table: str, keys: Collection[str]) -> Mapping[str, str | None]:
        """See `ports.Tables`."""
        with raising_unavailable():
            found = self._of(table).find({"_id": {"$in": list(keys)}}, {"data": 1})
            return {document["_id"]: document["data"] for document in await found.to_list(None)}

    def _of(self, table: str) -> AsyncIOMotorCollection:
        # The offsets are committed next, so the entries have to be durable.
        safely = WriteConcern(w="majority", j=True)
        return self._database.get_collection(f"table_{table}", write_concern=safely)


def _update_if_later(entry: Entry) -> UpdateOne:
    """The atomic update that stores an entry if it is later than the stored one.

    `seen` has the last offset of each partition that the key came from: only one, as long as all
    writers to the topic partition keys alike.
    """
    seen = f"p{entry.partition}"
    now: dict[str, Any] = {
        "_id": {"$literal": entry.key},
        "data": {"$literal": entry.data},
        "seen": {"$mergeObjects": ["$seen", {seen: {"$literal": entry.offset}}]},
    }
    is_later = {"$lt": [{"$ifNull": [f"$seen.{seen}", -1]}, entry.offset]}
    change = [{"$replaceWith": {"$cond": [is_later, now, "$$ROOT"]}}]
    return UpdateOne({"_id": entry.key}, change, upsert=True)
