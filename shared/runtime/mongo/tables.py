"""Tables in MongoDB: a collection for each table, a document for each entry."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection
from pymongo import ASCENDING, UpdateOne, WriteConcern

from shared.runtime.mongo.journal import raising_unavailable
from shared.runtime.ports import Entry


class MongoTables:
    """`ports.Tables` in a service's database: `table_variant` holds the table `variant`."""

    def __init__(self, client: AsyncIOMotorClient, database: str) -> None:
        self._database = client[database]
        self._indexed: set[str] = set()

    async def save(self, entries: Collection[Entry]) -> None:
        """See `ports.Tables`."""
        latest = {(e.table, e.key, e.partition): e for e in sorted(entries, key=lambda e: e.offset)}
        writes: dict[str, list[UpdateOne]] = defaultdict(list)
        for entry in latest.values():
            writes[entry.table].append(_update_if_later(entry))
        with raising_unavailable():
            for table in {entry.table for entry in latest.values() if entry.owner}:
                await self._index(table)
            for table, updates in writes.items():
                await self._of(table).bulk_write(updates, ordered=False)

    async def find(self, table: str, keys: Collection[str]) -> Mapping[str, str | None]:
        """See `ports.Tables`."""
        with raising_unavailable():
            found = self._of(table).find({"_id": {"$in": list(keys)}}, {"data": 1})
            return {document["_id"]: document["data"] for document in await found.to_list(None)}

    async def find_owned(
        self, table: str, owners: Collection[str]
    ) -> Mapping[str, Mapping[str, str]]:
        """See `ports.Tables`."""
        owned: dict[str, dict[str, str]] = {owner: {} for owner in owners}
        with raising_unavailable():
            await self._index(table)
            found = self._of(table).find({"owner": {"$in": list(owners)}}, {"data": 1, "owner": 1})
            for document in await found.to_list(None):
                if document["data"] is not None:
                    owned[document["owner"]][document["_id"]] = document["data"]
        return owned

    async def _index(self, table: str) -> None:
        """Creates the index by owner, once for each process; safe to repeat."""
        if table not in self._indexed:
            by_owner = [("owner", ASCENDING)]
            await self._of(table).create_index(by_owner, name="owner", sparse=True)
            self._indexed.add(table)

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
        **({"owner": {"$literal": entry.owner}} if entry.owner else {}),
        "seen": {"$mergeObjects": ["$seen", {seen: {"$literal": entry.offset}}]},
    }
    is_later = {"$lt": [{"$ifNull": [f"$seen.{seen}", -1]}, entry.offset]}
    change = [{"$replaceWith": {"$cond": [is_later, now, "$$ROOT"]}}]
    return UpdateOne({"_id": entry.key}, change, upsert=True)
