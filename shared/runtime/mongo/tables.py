"""Tables in MongoDB: a collection each, a document an entry.

Motor stays inside this module, as in `journal.py`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection
from pymongo import UpdateOne, WriteConcern

from shared.runtime.mongo.journal import raising_unavailable
from shared.runtime.ports import Entry


class MongoTables:
    """`ports.Tables` over a service's own database: `table_variant` for the table `variant`."""

    def __init__(self, client: AsyncIOMotorClient, database: str) -> None:
        self._database = client[database]

    async def save(self, entries: Collection[Entry]) -> None:
        """See `ports.Tables`."""
        latest = {(e.table, e.key, e.partition): e for e in sorted(entries, key=lambda e: e.offset)}
        writes: dict[str, list[UpdateOne]] = defaultdict(list)
        for entry in latest.values():
            writes[entry.table].append(_unless_older(entry))
        with raising_unavailable():
            for table, updates in writes.items():
                await self._of(table).bulk_write(updates, ordered=False)

    async def find(self, table: str, keys: Collection[str]) -> Mapping[str, str | None]:
        """See `ports.Tables`."""
        with raising_unavailable():
            found = self._of(table).find({"_id": {"$in": list(keys)}}, {"data": 1})
            return {document["_id"]: document["data"] for document in await found.to_list(None)}

    def _of(self, table: str) -> AsyncIOMotorCollection:
        # The offsets are committed next: what was kept must be there whatever happens.
        safely = WriteConcern(w="majority", j=True)
        return self._database.get_collection(f"table_{table}", write_concern=safely)


def _unless_older(entry: Entry) -> UpdateOne:
    """One atomic step. `seen` has the last offset of each partition that the key has come from:
    one, as long as all who write to the topic place their keys alike."""
    seen = f"p{entry.partition}"
    now: dict[str, Any] = {
        "_id": {"$literal": entry.key},
        "data": {"$literal": entry.data},
        "seen": {"$mergeObjects": ["$seen", {seen: {"$literal": entry.offset}}]},
    }
    is_later = {"$lt": [{"$ifNull": [f"$seen.{seen}", -1]}, entry.offset]}
    change = [{"$replaceWith": {"$cond": [is_later, now, "$$ROOT"]}}]
    return UpdateOne({"_id": entry.key}, change, upsert=True)
