"""The log of deliveries, and what operators do with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pymongo import DESCENDING

from services.portal.webhooks.deliveries.collections import OPEN, Collections, Document
from shared.runtime.mongo.journal import raising_unavailable


class Log(Collections):
    """What the pages and the API of webhooks do."""

    async def resume(self, subscription_id: str, now: datetime) -> int:
        """Tries everything again that is parked or waits; returns how many deliveries that is."""
        where = {"subscription": subscription_id}
        with raising_unavailable():
            await self._kept.update_many(
                {**where, "state": "parked"},
                {"$set": {"state": "waiting"}, "$unset": {"expires": ""}},
            )
            open_lanes = await self._kept.distinct("lane", {**where, "state": "waiting"})
            await self._lanes.update_many(
                {**where, "$or": [{"parked": True}, {"_id": {"$in": open_lanes[:10_000]}}]},
                _try_again(now),
            )
            return await self._kept.count_documents({**where, "state": "waiting"})

    async def resend(self, subscription_id: str, name: str, now: datetime) -> bool:
        """Delivers an event again, if its content is still stored; also all before it that wait."""
        with raising_unavailable():
            found = await self._kept.find_one_and_update(
                {"_id": name, "subscription": subscription_id, "body": {"$ne": None}},
                {"$set": {"state": "waiting"}, "$unset": {"expires": ""}},
            )
            if found is None:
                return False
            await self._kept.update_many(
                {"lane": found["lane"], "state": "parked"},
                {"$set": {"state": "waiting"}, "$unset": {"expires": ""}},
            )
            await self._lanes.update_one(
                {"_id": found["lane"]},
                _try_again(now),
            )
        return True

    async def forget(self, subscription_id: str) -> None:
        """Deletes everything of a deleted subscription."""
        with raising_unavailable():
            await self._lanes.delete_many({"subscription": subscription_id})
            await self._kept.delete_many({"subscription": subscription_id})

    async def subscriptions(self) -> list[str]:
        """The subscriptions that have lanes."""
        with raising_unavailable():
            found: list[str] = await self._lanes.distinct("subscription")
        return found

    async def get(self, subscription_id: str, name: str) -> Document | None:
        """A delivery, or None."""
        with raising_unavailable():
            found: Document | None = await self._kept.find_one(
                {"_id": name, "subscription": subscription_id}
            )
        return found

    async def recent(
        self,
        subscription_id: str,
        state: str,
        key: str,
        before: tuple[datetime, str] | None,
        limit: int,
    ) -> Sequence[Document]:
        """Deliveries, the latest first: those before a position, in a state, about a key."""
        where: Document = {"subscription": subscription_id}
        where |= {"state": state} if state else {}
        where |= {"key": key} if key else {}
        if before is not None:
            at, name = before
            where["$or"] = [{"created": {"$lt": at}}, {"created": at, "_id": {"$lt": name}}]
        order = [("created", DESCENDING), ("_id", DESCENDING)]
        with raising_unavailable():
            return await self._kept.find(where, {"body": 0}).sort(order).limit(limit).to_list(None)

    async def counts(self) -> Mapping[str, Mapping[str, int]]:
        """For each subscription, its deliveries that wait or are parked, and its lanes that are
        parked (`lanes`) or failing (`failing`).
        """
        found: dict[str, dict[str, int]] = {}
        steps: list[Document] = [
            {"$match": {"state": {"$in": list(OPEN)}}},
            {"$group": {"_id": {"s": "$subscription", "n": "$state"}, "n": {"$sum": 1}}},
        ]
        lanes: list[Document] = [
            {"$match": {"attempts": {"$gt": 0}}},  # a parked one has some, too
            {"$group": {"_id": {"s": "$subscription", "p": "$parked"}, "n": {"$sum": 1}}},
        ]
        with raising_unavailable():
            for each in await self._kept.aggregate(steps).to_list(None):
                found.setdefault(each["_id"]["s"], {})[each["_id"]["n"]] = each["n"]
            for each in await self._lanes.aggregate(lanes).to_list(None):
                name = "lanes" if each["_id"].get("p") else "failing"
                found.setdefault(each["_id"]["s"], {})[name] = each["n"]
        return found


def _try_again(now: datetime) -> Document:
    fresh = {"parked": False, "attempts": 0, "failing_since": None, "due": now}
    return {"$set": fresh, "$inc": {"touched": 1}}
