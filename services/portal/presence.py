"""Who looks at an order now: an account, what it is doing, and when that was last heard."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo import ASCENDING

from shared.runtime.app import now
from shared.runtime.mongo.journal import raising_unavailable

COLLECTION = "presence"
# Pages say that they are open every 15 seconds; two of those may be lost.
GONE = timedelta(seconds=40)
MOST = 10  # people who are shown


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who looks at the same order. `doing` is the dialog that they have open."""

    account: str
    doing: str


class Presence:
    """Every method raises `Unavailable` if MongoDB can't be reached.

    Portal processes share the collection, so it doesn't matter which one a page talks to.
    """

    def __init__(self, database: AsyncIOMotorDatabase, clock: Callable[[], datetime] = now) -> None:
        self._present = database[COLLECTION]
        self._clock = clock

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat. MongoDB removes what is old within two minutes."""
        with raising_unavailable():
            await self._present.create_index("seen", expireAfterSeconds=60)
            await self._present.create_index([("order", ASCENDING), ("seen", ASCENDING)])

    async def seen(self, order_id: str, account: str, doing: str) -> list[Present]:
        """Records that somebody looks at an order; returns the others who do, by name."""
        at = self._clock()
        change = {"order": order_id, "account": account, "doing": doing, "seen": at}
        with raising_unavailable():
            which = {"_id": _id(order_id, account)}
            await self._present.update_one(which, {"$set": change}, upsert=True)
            recent = {"order": order_id, "seen": {"$gt": at - GONE}}
            found = await self._present.find(recent).limit(MOST + 1).to_list(None)
        others = (Present(one["account"], one["doing"]) for one in found)
        return sorted(
            (one for one in others if one.account != account), key=lambda one: one.account
        )

    async def left(self, order_id: str, account: str) -> None:
        """Records that somebody closed the page."""
        with raising_unavailable():
            await self._present.delete_one({"_id": _id(order_id, account)})


def order_of(key: str) -> str:
    """The order of a document with this `_id`."""
    return key.partition("\n")[2]


def _id(order_id: str, account: str) -> str:
    return f"{account}\n{order_id}"
