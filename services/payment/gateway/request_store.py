"""Stores requests to providers until they take effect: the port, and its MongoDB implementation.

A request is stored before its offset is committed, so neither a crash nor a provider that is down
for days loses it, and none holds up another. It is removed once its effect was received.
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
    """A request; `asked` counts the tries, including this one.

    The rest is for the answer's envelope.
    """

    request: Request
    asked: int = 0
    correlation: str | None = None
    cause: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many requests are pending, and since when the oldest."""

    count: int
    oldest: datetime


class RequestStore(Protocol):
    """Stores pending requests. Every method raises `Unavailable`."""

    async def keep(self, requests: Collection[StoredRequest], now: datetime) -> None:
        """Stores new requests; they are due at once."""

    async def due(
        self, provider: str, now: datetime, until: datetime, most: int
    ) -> Sequence[StoredRequest]:
        """Returns a provider's due requests. No other process gets them before `until`."""

    async def postpone(self, request_id: str, until: datetime | None) -> None:
        """Sets when a request is due; None waits for the provider's report."""

    async def close(self, request_ids: Collection[str], now: datetime) -> None:
        """Marks requests as done, also ones that weren't stored yet."""

    async def backlog(self) -> Mapping[str, Backlog]:
        """Returns the pending requests by provider."""


class MongoRequestStore:
    """`RequestStore` in a collection of the service's own database."""

    def __init__(self, client: AsyncIOMotorClient, database: str, kept_days: int) -> None:
        safely = WriteConcern(w="majority", j=True)
        self._kept = client[database].get_collection("provider_requests", write_concern=safely)
        self._kept_seconds = kept_days * DAY_SECONDS

    async def prepare(self) -> None:
        """Creates the indexes. Done requests expire when the topics' retention has passed."""
        with raising_unavailable():
            await self._kept.create_index([("provider", 1), ("due", 1)])
            await self._kept.create_index("done", expireAfterSeconds=self._kept_seconds)

    async def keep(self, requests: Collection[StoredRequest], now: datetime) -> None:
        """See `RequestStore`."""
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
        """See `RequestStore`. If two processes want the same request, one gets it."""
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
        """See `RequestStore`. A done request stays done."""
        with raising_unavailable():
            await self._kept.update_one(
                {"_id": request_id, "done": {"$exists": False}}, {"$set": {"due": until}}
            )

    async def close(self, request_ids: Collection[str], now: datetime) -> None:
        """See `RequestStore`.

        It remembers that a request is done, because the request may be read later.
        """
        writes = [ReplaceOne({"_id": each}, {"done": now}, upsert=True) for each in request_ids]
        if writes:
            with raising_unavailable():
                await self._kept.bulk_write(writes, ordered=False)

    async def backlog(self) -> Mapping[str, Backlog]:
        """See `RequestStore`."""
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
