"""Limits failed sign-in attempts. Counted in MongoDB, for all portal processes together."""

from datetime import UTC, datetime, timedelta

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo import ReturnDocument

WINDOW = timedelta(minutes=15)
# For a person who forgot the password; for an address with many people; for a name that is tried
# from many addresses.
PER_NAME_AND_ADDRESS = 5
PER_ADDRESS = 50
PER_NAME = 30


class Limits:
    """Counts failed attempts in windows of 15 minutes; successful ones don't count."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._tries = database["tries"]

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        await self._tries.create_index("expires", expireAfterSeconds=0)

    async def allow(self, name: str, address: str) -> bool:
        """Counts an attempt before it is made; returns False if there were too many.

        Counting first covers parallel guesses as well; `record_success` undoes it.
        """
        counts = [
            (await self._count(key), limit)
            for key, limit in (
                (_both(name, address), PER_NAME_AND_ADDRESS),
                (f"address {address}", PER_ADDRESS),
                (f"name {name}", PER_NAME),
            )
        ]
        return all(count <= limit for count, limit in counts)

    async def record_success(self, name: str, address: str) -> None:
        """Undoes the count of this attempt, and resets the count of this name at this address."""
        await self._tries.delete_one({"_id": _in_window(_both(name, address))})
        for key in (f"address {address}", f"name {name}"):
            await self._tries.update_one({"_id": _in_window(key)}, {"$inc": {"count": -1}})

    async def _count(self, key: str) -> int:
        kept = await self._tries.find_one_and_update(
            {"_id": _in_window(key)},
            {"$inc": {"count": 1}, "$setOnInsert": {"expires": datetime.now(UTC) + WINDOW}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return int(kept["count"])


def _both(name: str, address: str) -> str:
    return f"{name} at {address}"


def _in_window(key: str) -> str:
    window = int(datetime.now(UTC).timestamp() // WINDOW.total_seconds())
    return f"{window} {key[:300]}"
