"""The collections of deliveries, and what every room of them shares."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo import ASCENDING, DESCENDING, WriteConcern

from shared.runtime.mongo.journal import raising_unavailable

DELIVERIES, LANES = "webhook_deliveries", "webhook_lanes"
OPEN = ("waiting", "parked")

Document = dict[str, Any]


class Collections:
    """Base of the rooms. Every method raises `Unavailable` if MongoDB can't be reached.

    days  how long deliveries are kept: delivered ones from their delivery on, parked ones from
          when they were parked
    """

    def __init__(self, database: AsyncIOMotorDatabase, days: float) -> None:
        safely = WriteConcern(w="majority", j=True)
        self._kept = database.get_collection(DELIVERIES, write_concern=safely)
        self._lanes = database.get_collection(LANES, write_concern=safely)
        self._days = timedelta(days=days)

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        with raising_unavailable():
            order = [("lane", ASCENDING), ("sequence", ASCENDING)]
            await self._kept.create_index(order, name="lane", unique=True)
            recent = [("subscription", ASCENDING), ("created", DESCENDING), ("_id", DESCENDING)]
            await self._kept.create_index(recent, name="recent")
            await self._kept.create_index([("state", 1), ("subscription", 1)], name="state")
            await self._kept.create_index("key", name="key")
            await self._kept.create_index("expires", name="expires", expireAfterSeconds=0)
            # Without the lanes that have nothing to do: there is one for each order ever sent.
            await self._lanes.create_index(
                [("subscription", ASCENDING), ("due", ASCENDING)],
                name="due",
                partialFilterExpression={"due": {"$exists": True}},
            )
            await self._lanes.create_index(
                "attempts", name="attempts", partialFilterExpression={"attempts": {"$gt": 0}}
            )
            await self._lanes.create_index("subscription", name="subscription")

    async def _park(self, lanes: Sequence[str], now: datetime) -> None:
        with raising_unavailable():
            await self._kept.update_many(
                {"lane": {"$in": list(lanes)}, "state": "waiting"},
                {"$set": {"state": "parked", "expires": now + self._days}},
            )
