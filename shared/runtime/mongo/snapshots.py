"""The snapshots of long-lived streams in MongoDB.

A warehouse's stock with a hundred thousand articles and as many allocations is larger than a
document may be. A snapshot is therefore compressed, and what doesn't fit into its document lies in
parts beside it, `stream#key#number`; every saving has a key of its own.
"""

import zlib
from collections.abc import Collection, Iterator
from typing import Any
from uuid import uuid4

import bson
from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo.errors import DuplicateKeyError

from shared.runtime.ports import Document

PART = 8 * 1024 * 1024  # bytes; a document holds 16 MiB
LEVEL = 1  # of compression: a snapshot is taken between two batches, so speed counts
ATTEMPTS = 3


class MongoSnapshots:
    """The latest snapshot of each stream. Methods raise `PyMongoError`."""

    def __init__(self, collection: AsyncIOMotorCollection, part: int = PART) -> None:
        self._collection = collection
        self._part = part

    async def load(self, streams: Collection[str]) -> dict[str, Document]:
        """Returns the snapshots of the streams that have one."""
        found = {}
        async for kept in self._collection.find({"_id": {"$in": list(streams)}}):
            if (snapshot := await self._whole(kept)) is not None:
                found[kept["_id"]] = snapshot
        return found

    async def save(self, stream: str, snapshot: Document) -> None:
        """Saves a snapshot, unless there is a later one."""
        version, key = snapshot["version"], uuid4().hex
        packed = zlib.compress(bson.encode(snapshot), LEVEL)
        first, *others = [
            packed[start : start + self._part] for start in range(0, len(packed), self._part)
        ]
        # The parts come before what refers to them, one at a time because together they may be
        # larger than a request.
        for name, part in zip(_names(stream, key, len(others)), others, strict=True):
            await self._collection.replace_one({"_id": name}, {"packed": part}, upsert=True)
        document = {"version": version, "packed": first, "key": key, "parts": len(others)}
        earlier = {"_id": stream, "version": {"$lt": version}}
        try:
            replaced = await self._collection.find_one_and_replace(
                earlier, document, upsert=True, projection={"key": 1, "parts": 1}
            )
        except DuplicateKeyError:  # there is a later one
            await self._drop(stream, key, len(others))
            return
        if replaced is not None and "key" in replaced:
            await self._drop(stream, replaced["key"], replaced["parts"])

    async def _whole(self, kept: Document | None) -> Document | None:
        """Returns the snapshot with all its parts; None if they are gone, as after a crash."""
        for _ in range(ATTEMPTS):
            if kept is None or "packed" not in kept:  # versions before 0.2 saved it as it was
                return kept
            names = list(_names(kept["_id"], kept["key"], kept["parts"]))
            found = self._collection.find({"_id": {"$in": names}})
            parts = {each["_id"]: each["packed"] async for each in found} if names else {}
            if len(parts) == len(names):
                packed = kept["packed"] + b"".join(parts[name] for name in names)
                snapshot: dict[str, Any] = bson.decode(zlib.decompress(packed))
                return snapshot
            # Another process has replaced the snapshot in between.
            kept = await self._collection.find_one({"_id": kept["_id"]})
        return None

    async def _drop(self, stream: str, key: str, parts: int) -> None:
        if parts:
            names = list(_names(stream, key, parts))
            await self._collection.delete_many({"_id": {"$in": names}})


def _names(stream: str, key: str, parts: int) -> Iterator[str]:
    return (f"{stream}#{key}#{number}" for number in range(1, parts + 1))
