"""Stores when authorizations expire until that was told: the port, and its MongoDB implementation.

A deadline is stored before the offset of its event is committed, so no restart loses it.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import UpdateOne, WriteConcern

from shared.contracts.payments import Expire
from shared.runtime.mongo.journal import raising_unavailable


@dataclass(frozen=True, slots=True)
class Deadline:
    """The command to send when an authorization expires; the rest is for its envelope."""

    command: Expire
    correlation: str | None = None
    cause: str | None = None
    traceparent: str | None = None


class DeadlineStore(Protocol):
    """Stores deadlines. Every method raises `Unavailable`."""

    async def keep(self, deadlines: Collection[Deadline]) -> None:
        """Stores deadlines; storing one again changes nothing."""

    async def due(self, now: datetime, until: datetime, most: int) -> Sequence[Deadline]:
        """Returns deadlines that have come. No other process gets them before `until`."""

    async def done(self, deadline: Deadline) -> None:
        """Removes a deadline."""

    async def forget(self, order_ids: Collection[str]) -> None:
        """Removes the deadlines of deleted orders."""


class MongoDeadlineStore:
    """`DeadlineStore` in a collection of the service's own database."""

    def __init__(self, client: AsyncIOMotorClient, database: str) -> None:
        safely = WriteConcern(w="majority", j=True)
        self._kept = client[database].get_collection("deadlines", write_concern=safely)

    async def prepare(self) -> None:
        """Creates the indexes."""
        with raising_unavailable():
            await self._kept.create_index("due")
            await self._kept.create_index("order_id")

    async def keep(self, deadlines: Collection[Deadline]) -> None:
        """See `DeadlineStore`."""
        writes = [
            UpdateOne({"_id": _id(each)}, {"$setOnInsert": _document(each)}, upsert=True)
            for each in deadlines
        ]
        if writes:
            with raising_unavailable():
                await self._kept.bulk_write(writes, ordered=False)

    async def due(self, now: datetime, until: datetime, most: int) -> Sequence[Deadline]:
        """See `DeadlineStore`. If two processes want the same deadline, one gets it."""
        with raising_unavailable():
            wanted = self._kept.find({"due": {"$lte": now}}).sort("due", 1).limit(most)
            won = await asyncio.gather(
                *(
                    self._kept.find_one_and_update(
                        {"_id": each["_id"], "due": each["due"]}, {"$set": {"due": until}}
                    )
                    for each in await wanted.to_list(None)
                )
            )
        return [_deadline(each) for each in won if each is not None]

    async def done(self, deadline: Deadline) -> None:
        """See `DeadlineStore`."""
        with raising_unavailable():
            await self._kept.delete_one({"_id": _id(deadline)})

    async def forget(self, order_ids: Collection[str]) -> None:
        """See `DeadlineStore`."""
        if order_ids:
            with raising_unavailable():
                await self._kept.delete_many({"order_id": {"$in": list(order_ids)}})


def _id(deadline: Deadline) -> str:
    return f"{deadline.command.order_id}/{deadline.command.payment_id}"


def _document(deadline: Deadline) -> dict[str, Any]:
    command = deadline.command
    return {
        "order_id": command.order_id,
        "due": command.expires_at,
        "command": command.model_dump_json(),
        "correlation": deadline.correlation,
        "cause": deadline.cause,
        "traceparent": deadline.traceparent,
    }


def _deadline(kept: Mapping[str, Any]) -> Deadline:
    command = Expire.model_validate_json(kept["command"])
    return Deadline(command, kept["correlation"], kept["cause"], kept["traceparent"])
