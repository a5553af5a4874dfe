"""Takes events in: each once, in the order of its lane; and erases what was deleted."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from pymongo import InsertOne, UpdateOne
from pymongo.errors import BulkWriteError

from services.portal.webhooks.deliveries.collections import OPEN, Collections, Document
from services.portal.webhooks.event import (
    ERASING,
    OF_CUSTOMERS,
    TOMBSTONES,
    Event,
    delivery_id,
)
from shared.runtime.mongo.journal import DUPLICATE, raising_unavailable
from shared.runtime.ports import Unavailable

# Waiting deliveries of a subscription; beyond that it takes no more events.
MOST_WAITING = 100_000


class Overtaken(Exception):
    """Another process has stored deliveries of the same lane meanwhile: read, and store again."""


class Intake(Collections):
    """What the reader of facts does."""

    async def enqueue(self, wanted: Sequence[tuple[str, Event]], now: datetime) -> int:
        """Stores a delivery for each pair of a subscription and an event; returns how many are new.

        A repeat changes nothing. Raises `Overtaken`.
        """
        by_id = {delivery_id(sub, event): (sub, event) for sub, event in wanted}
        touched = {lane_id(sub, event.subject) for sub, event in wanted}
        with raising_unavailable():
            known = self._kept.find({"_id": {"$in": list(by_id)}}, {"_id": 1})
            for each in await known.to_list(None):
                del by_id[each["_id"]]
        # Those of known deliveries too: whoever stored them may have died before saying so.
        lanes = await self._lanes_of(touched)
        documents = []
        for name, (sub, event) in by_id.items():
            lane = lanes[lane_id(sub, event.subject)]
            lane["last"] += 1
            erased = lane["erased"] and event.type not in TOMBSTONES
            documents.append(
                {
                    "_id": name,
                    "subscription": sub,
                    "key": event.key,
                    "lane": lane["_id"],
                    "sequence": lane["last"],
                    "type": event.type,
                    "event_id": event.id,
                    "body": None if erased else event.body.decode(),
                    "state": "erased" if erased else "parked" if lane["parked"] else "waiting",
                    "created": now,
                    "attempts": 0,
                    "last": None,
                    **({"expires": now + self._days} if erased or lane["parked"] else {}),
                }
            )
        await self._insert(documents)
        await self._bump(list(lanes.values()), now)
        await self._catch_up(lanes.values(), now)
        return len(documents)

    async def _lanes_of(self, names: Collection[str]) -> dict[str, Document]:
        """The lanes as they are, with the highest sequence that is stored."""
        with raising_unavailable():
            kept = await self._lanes.find({"_id": {"$in": list(names)}}).to_list(None)
            # A process may have died between storing deliveries and noting their sequence.
            steps: list[Document] = [
                {"$match": {"lane": {"$in": list(names)}}},
                {"$group": {"_id": "$lane", "last": {"$max": "$sequence"}}},
            ]
            stored = await self._kept.aggregate(steps).to_list(None)
        lanes = {name: {"_id": name, "last": 0, "parked": False, "erased": False} for name in names}
        for lane in kept:
            lanes[lane["_id"]] |= {
                name: lane.get(name, lanes[lane["_id"]][name])
                for name in ("last", "parked", "erased")
            }
        for each in stored:
            lanes[each["_id"]]["last"] = max(lanes[each["_id"]]["last"], each["last"])
        return lanes

    async def _insert(self, documents: Sequence[Document]) -> None:
        if not documents:
            return
        try:
            with raising_unavailable():
                await self._kept.bulk_write([InsertOne(each) for each in documents], ordered=True)
        except Unavailable as error:
            cause = error.__cause__
            if isinstance(cause, BulkWriteError) and all(
                each["code"] == DUPLICATE for each in cause.details["writeErrors"]
            ):
                raise Overtaken from None
            raise

    async def _bump(self, lanes: Sequence[Document], now: datetime) -> None:
        """Notes the sequences, and that the lanes may have something to deliver."""
        if not lanes:
            return
        due = {"$cond": [{"$eq": ["$parked", True]}, "$$REMOVE", {"$ifNull": ["$due", now]}]}
        writes = [
            UpdateOne(
                {"_id": lane["_id"]},
                [
                    {
                        "$set": {
                            "subscription": lane["_id"].partition("/")[0],
                            "last": {"$max": ["$last", lane["last"]]},
                            "due": due,
                            "touched": {"$add": [{"$ifNull": ["$touched", 0]}, 1]},
                        }
                    }
                ],
                upsert=True,
            )
            for lane in lanes
        ]
        with raising_unavailable():
            await self._lanes.bulk_write(writes, ordered=False)

    async def _catch_up(self, before: Collection[Document], now: datetime) -> None:
        """Does with new deliveries what another process has done with their lanes meanwhile."""
        unmarked = [lane["_id"] for lane in before if not (lane["erased"] and lane["parked"])]
        where = {"_id": {"$in": unmarked}, "$or": [{"erased": True}, {"parked": True}]}
        with raising_unavailable():
            marked = await self._lanes.find(where).to_list(None)
        erased = [lane["_id"] for lane in marked if lane.get("erased")]
        parked = [lane["_id"] for lane in marked if lane.get("parked")]
        if erased:
            await self._erase({"lane": {"$in": erased}}, now)
        if parked:
            await self._park(parked, now)

    async def erase(
        self, subscriptions: Collection[str], events: Collection[Event], now: datetime
    ) -> None:
        """Erases what is stored about deleted orders, carts and customers, but the deletion itself.

        What comes later about them is stored without its content.
        """
        gone = [event for event in events if event.type in ERASING]
        if not gone:
            return
        marks = [
            UpdateOne(
                {"_id": lane_id(sub, event.subject)},
                {"$set": {"erased": True, "subscription": sub}, "$max": {"last": 0}},
                upsert=True,
            )
            for sub in subscriptions
            for event in gone
        ]
        if marks:
            with raising_unavailable():
                await self._lanes.bulk_write(marks, ordered=False)
        customers = {"$regex": f"^{re.escape(OF_CUSTOMERS)}"}
        for of_customers, which in ((True, customers), (False, {"$not": customers})):
            keys = {e.key for e in gone if e.type.startswith(OF_CUSTOMERS) == of_customers}
            if keys:
                await self._erase({"key": {"$in": list(keys)}, "$and": [{"type": which}]}, now)

    async def _erase(self, where: Document, now: datetime) -> None:
        """Erases bodies and answers. In one step each: an operator may send one again meanwhile."""
        is_open = {"$in": ["$state", list(OPEN)]}
        muted = {"$mergeObjects": ["$last", {"text": ""}]}
        change: Document = {
            "body": None,
            "last": {"$cond": [{"$eq": ["$last", None]}, None, muted]},
            "state": {"$cond": [is_open, "erased", "$state"]},
            "expires": {"$cond": [is_open, now + self._days, "$expires"]},
        }
        about = {**where, "type": {"$nin": list(TOMBSTONES)}, "body": {"$ne": None}}
        with raising_unavailable():
            await self._kept.update_many(about, [{"$set": change}])

    async def is_full(self, subscription_id: str) -> bool:
        """Whether a subscription has so many waiting deliveries that it takes no more."""
        where = {"subscription": subscription_id, "state": {"$in": list(OPEN)}}
        with raising_unavailable():
            return await self._kept.count_documents(where, limit=MOST_WAITING) >= MOST_WAITING


def lane_id(subscription_id: str, subject: str) -> str:
    """The id of the lane of a subscription about a subject."""
    return f"{subscription_id}/{subject}"
