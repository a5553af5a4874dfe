"""Leases lanes to processes, and records what became of their deliveries."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from pymongo import ASCENDING, ReturnDocument

from services.portal.webhooks.deliveries.collections import OPEN, Collections, Document
from shared.runtime.mongo.journal import raising_unavailable

LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane that this process works on, until its lease ends."""

    lane_id: str
    subscription_id: str
    token: str
    attempts: int
    failing_since: datetime | None


class Leases(Collections):
    """What the dispatcher does."""

    async def claim(self, now: datetime, subscriptions: Collection[str]) -> Lane | None:
        """Leases the lane of these subscriptions that has been due for longest; None if none is."""
        token = uuid4().hex
        with raising_unavailable():
            found = await self._lanes.find_one_and_update(
                {
                    "subscription": {"$in": list(subscriptions)},
                    "due": {"$lte": now},
                    "$or": [{"lease": None}, {"lease": {"$lt": now}}],
                },
                {"$set": {"lease": now + LEASE, "token": token}},
                sort=[("due", ASCENDING)],
                return_document=ReturnDocument.AFTER,
            )
        return _lane(found) if found else None

    async def next_of(self, lane: Lane, now: datetime) -> Document | None:
        """Renews the lease and returns the first delivery that waits.

        None if none does, or the lease is lost; the lane is given back then.
        """
        with raising_unavailable():
            held = await self._lanes.find_one_and_update(
                {"_id": lane.lane_id, "token": lane.token},
                {"$set": {"lease": now + LEASE}},
                return_document=ReturnDocument.AFTER,
            )
            if held is None:
                return None
            found: Document | None = await self._kept.find_one(
                # One that was stored as parked, while an operator resumed the lane, is due too.
                {"lane": lane.lane_id, "state": {"$in": list(OPEN)}},
                sort=[("sequence", ASCENDING)],
            )
            if found is None:
                # Unless something has come since; then the lane stays due.
                untouched = {"touched": held.get("touched")}
                await self._lanes.update_one(
                    {"_id": lane.lane_id, "token": lane.token, **untouched},
                    {"$unset": {"due": "", "lease": "", "token": ""}},
                )
                await self.give_back(lane)
        return found

    async def give_back(self, lane: Lane, due: datetime | None = None) -> None:
        """Ends the lease; with `due`, the lane isn't tried before."""
        change: Document = {"$unset": {"lease": "", "token": ""}}
        if due is not None:
            change["$set"] = {"due": due}
        with raising_unavailable():
            await self._lanes.update_one({"_id": lane.lane_id, "token": lane.token}, change)

    async def delivered(self, lane: Lane, delivery: Document, attempt: Document) -> bool:
        """Records that a delivery was accepted; False if the lease was lost."""
        if not await self._still(lane, {"attempts": 0, "failing_since": None}):
            return False
        with raising_unavailable():
            await self._kept.update_one(
                {"_id": delivery["_id"], "state": {"$in": list(OPEN)}},
                {
                    "$set": {
                        "state": "delivered",
                        "last": attempt,
                        "expires": attempt["at"] + self._days,
                    },
                    "$inc": {"attempts": 1},
                },
            )
        return True

    async def failed(
        self, lane: Lane, delivery: Document, attempt: Document, due: datetime, *, parks: bool
    ) -> None:
        """Records a failed attempt: the lane waits until `due`, or is parked.

        A parked lane isn't tried; its deliveries wait for an operator, and expire some day.
        """
        since = lane.failing_since or attempt["at"]
        with raising_unavailable():
            await self._kept.update_one(
                {"_id": delivery["_id"], "state": {"$ne": "erased"}},
                {"$set": {"last": attempt}, "$inc": {"attempts": 1}},
            )
        values = {"attempts": lane.attempts + 1, "failing_since": since, "parked": parks}
        if not await self._still(lane, values):
            return
        if not parks:
            await self.give_back(lane, due)
            return
        await self._park([lane.lane_id], attempt["at"])
        with raising_unavailable():
            await self._lanes.update_one(
                {"_id": lane.lane_id, "token": lane.token},
                {"$unset": {"due": "", "lease": "", "token": ""}},
            )

    async def _still(self, lane: Lane, values: Mapping[str, Any]) -> bool:
        with raising_unavailable():
            done = await self._lanes.update_one(
                {"_id": lane.lane_id, "token": lane.token}, {"$set": dict(values)}
            )
        return bool(done.matched_count)


def _lane(found: Document) -> Lane:
    return Lane(
        found["_id"],
        found["subscription"],
        found["token"],
        found.get("attempts") or 0,
        found.get("failing_since"),
    )
