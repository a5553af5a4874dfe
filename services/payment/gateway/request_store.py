"""Requests that wait for their effect: the port, and MongoDB behind it.

A request is kept before its offset is committed, so neither a crash nor a provider that is down for
days loses it, and none holds up another. It is taken out once its effect was heard of.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ReplaceOne, UpdateOne, WriteConcern

from shared.contracts.payments import Request
from shared.runtime.mongo.journal import raising_unavailable

DAY_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """A request; `asked` is how often, this time too. The rest is for the answer's envelope."""

    request: Request
    asked: int = 0
    correlation: str | None = None
    cause: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many requests wait, and since when the oldest one does."""

    count: int
    oldest: datetime


class RequestStore(Protocol):
    """Where requests wait. Every method raises `Unavailable`."""

    async def keep(self, requests: Collection[StoredRequest], now: datetime) -> None:
        """Keeps those that are new; they are due at once."""

    async def due(
        self, provider: str, now: datetime, until: datetime, most: int
    ) -> Sequence[StoredRequest]:
        """Those of a provider that are due. Nobody else gets them before `until`."""

    async def postpone(self, request_id: str, until: datetime | None) -> None:
        """It is due then; None: not before somebody tells."""

    async def close(self, request_ids: Collection[str], now: datetime) -> None:
        """These have had their effect, whether or not they were heard of before."""

    async def backlog(self) -> Mapping[str, Backlog]:
        """What waits, by provider."""


class MongoRequestStore:
    """`WaitingRoom` in a collection of the service's own database."""

    def __init__(self, client: AsyncIOMotorClient, database: str, kept_days: int) -> None:
        safely = WriteConcern(w="majority", j=True)
        self._kept = client[database].get_collection("provider_requests", write_concern=safely)
        self._kept_seconds = kept_days * DAY_SECONDS

    async def prepare(self) -> None:
        """Makes the indexes. What is done is forgotten when the topics have forgotten it too."""
        with raising_unavailable():
            await self._kept.create_index([("provider", 1), ("due", 1)])
            await self._kept.create_index("done", expireAfterSeconds=self._kept_seconds)

    async def keep(self, requests: Collection[StoredRequest], now: datetime) -> None:
        """See `WaitingRoom`."""
        writes = [
            UpdateOne(
                {"_id": one.request.request_id},
                {"$setOnInsert": {**_document(one), "asked": 0, "due": now, "since": now}},
                upsert=True,
            )
            for one in requests
        ]
        if writes:
            with raising_unavailable():
                await self._kept.bulk_write(writes, ordered=False)

    async def due(
        self, provider: str, now: datetime, until: datetime, most: int
    ) -> Sequence[StoredRequest]:
        """See `WaitingRoom`. Of two processes that want the same one, one gets it."""
        with raising_unavailable():
            wanted = self._kept.find({"provider": provider, "due": {"$lte": now}})
            there = await wanted.sort("due", 1).limit(most).to_list(None)
            change = {"$set": {"due": until}, "$inc": {"asked": 1}}
            won = await asyncio.gather(
                *(
                    self._kept.find_one_and_update(
                        {"_id": each["_id"], "due": each["due"]}, change, return_document=True
                    )
                    for each in there
                )
            )
        return [_waiting(each) for each in won if each is not None]

    async def postpone(self, request_id: str, until: datetime | None) -> None:
        """See `WaitingRoom`. One that is done stays done."""
        with raising_unavailable():
            await self._kept.update_one(
                {"_id": request_id, "done": {"$exists": False}}, {"$set": {"due": until}}
            )

    async def close(self, request_ids: Collection[str], now: datetime) -> None:
        """See `WaitingRoom`. That it is done is remembered: the request may be read after this."""
        writes = [ReplaceOne({"_id": each}, {"done": now}, upsert=True) for each in request_ids]
        if writes:
            with raising_unavailable():
                await self._kept.bulk_write(writes, ordered=False)

    async def backlog(self) -> Mapping[str, Backlog]:
        """See `WaitingRoom`."""
        steps: list[dict[str, Any]] = [
            {"$match": {"provider": {"$exists": True}}},
            {"$group": {"_id": "$provider", "n": {"$sum": 1}, "oldest": {"$min": "$since"}}},
        ]
        with raising_unavailable():
            found = await self._kept.aggregate(steps).to_list(None)
        return {each["_id"]: Backlog(each["n"], each["oldest"]) for each in found}


def _document(one: StoredRequest) -> dict[str, Any]:
    return {
        "provider": one.request.provider,
        "type": one.request.type,
        "request": one.request.model_dump_json(),
        "correlation": one.correlation,
        "cause": one.cause,
        "traceparent": one.traceparent,
    }


def _waiting(kept: Mapping[str, Any]) -> StoredRequest:
    type_name = kept.get("type", Request.types()[0])  # it wasn't kept at first
    request = Request.read(type_name, kept["request"])
    return StoredRequest(
        request, kept["asked"], kept["correlation"], kept["cause"], kept["traceparent"]
    )
