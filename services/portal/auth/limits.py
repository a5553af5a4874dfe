"""How often somebody may fail to sign in. Counted in MongoDB, for all portals together."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo import ReturnDocument

WINDOW = timedelta(minutes=15)
# For a person who forgot the password; for an address with many people; for a name that is tried
# from many addresses.
PER_NAME_AND_ADDRESS = 5
PER_ADDRESS = 50
PER_NAME = 30
# How many passwords one process checks at once: each takes a processor and 64 MiB for a moment.
AT_ONCE = 8

T = TypeVar("T")


class TooManyTries(Exception):
    """So many tries have failed that not even a right one is taken before the window ends."""


class Limits:
    """Failed tries, in windows of a quarter of an hour; right ones don't count.

    A try counts once it has failed, so any number of people may sign in at once. Guesses side by
    side gain nothing by that: a right one is taken only if fewer have failed until then than the
    limit says, in whatever order they end.
    """

    def __init__(
        self, database: AsyncIOMotorDatabase, now: Callable[[], datetime] | None = None
    ) -> None:
        self._tries = database["tries"]
        self._now = now or (lambda: datetime.now(UTC))
        self._checks = asyncio.Semaphore(AT_ONCE)

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        await self._tries.create_index("expires", expireAfterSeconds=0)

    async def attempt(
        self, name: str, address: str, check: Callable[[], Awaitable[T | None]]
    ) -> T | None:
        """What `check` finds for a name that is tried from an address; None counts as a failure.

        Who gets in is forgiven their own failures from there. Raises `TooManyTries`, without a
        check if it is known before.
        """
        limits = _limits(name, address)
        async with self._checks:
            await self._refuse_beyond(limits)
            found = await check()
            if found is None:
                # Which of the guesses beyond the limit are right isn't told, so all are the same.
                counts = [(await self._count(key), most) for key, most in limits.items()]
                if any(count > most for count, most in counts):
                    raise TooManyTries
                return None
            await self._refuse_beyond(limits)
        await self._tries.delete_one({"_id": self._in_window(_both(name, address))})
        return found

    async def _refuse_beyond(self, limits: dict[str, int]) -> None:
        most = {self._in_window(key): limit for key, limit in limits.items()}
        async for kept in self._tries.find({"_id": {"$in": list(most)}}):
            if kept["count"] >= most[kept["_id"]]:
                raise TooManyTries

    async def _count(self, key: str) -> int:
        kept = await self._tries.find_one_and_update(
            {"_id": self._in_window(key)},
            {"$inc": {"count": 1}, "$setOnInsert": {"expires": self._now() + WINDOW}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return int(kept["count"])

    def _in_window(self, key: str) -> str:
        window = int(self._now().timestamp() // WINDOW.total_seconds())
        return f"{window} {key[:300]}"


def _limits(name: str, address: str) -> dict[str, int]:
    """How many may fail, by what is counted."""
    return {
        _both(name, address): PER_NAME_AND_ADDRESS,
        f"address {address}": PER_ADDRESS,
        f"name {name}": PER_NAME,
    }


def _both(name: str, address: str) -> str:
    return f"{name} at {address}"
