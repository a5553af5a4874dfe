"""Bulk jobs and their items in MongoDB.

A process may work on a job while it holds its lease. Each new lease has the next number, the fence;
open items are stamped with it, and results are written only over the writer's own stamp. So a
process that was slow or cut off changes nothing once another has taken over. Leases are timed by
MongoDB's clock alone.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo import ReturnDocument, WriteConcern
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from services.portal.bulk.model import (
    OPEN,
    STEPS,
    Cause,
    Counts,
    Item,
    Job,
    LeasedJob,
    Phase,
    State,
)
from services.portal.queries.cursor import EARLIEST, PAGE, decode_cursor, encode_cursor
from shared.runtime.mongo.journal import raising_unavailable

JOBS, ITEMS = "bulk_jobs", "bulk_items"
LEASE_SECONDS = 10.0
MAX_CAUSES = 20
INSERTED_AT_ONCE = 1000

Document = dict[str, Any]


class BulkStore:
    """`lease_seconds` is how long a lease lasts unless it is renewed.

    Every method raises `Unavailable` if MongoDB can't be reached."""

    def __init__(
        self, database: AsyncIOMotorDatabase, days: int, lease_seconds: float = LEASE_SECONDS
    ) -> None:
        # What a majority has isn't lost with the primary.
        self._jobs, self._items = (
            database.get_collection(
                name, write_concern=WriteConcern(w="majority"), read_concern=ReadConcern("majority")
            )
            for name in (JOBS, ITEMS)
        )
        self._keeps = timedelta(days=days)
        self.lease_seconds = lease_seconds
        self._lease = {"$set": {"lease": {"$add": ["$$NOW", int(lease_seconds * 1000)]}}}

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        with raising_unavailable():
            await self._jobs.create_index("expires", expireAfterSeconds=0)
            await self._items.create_index("expires", expireAfterSeconds=0)
            await self._jobs.create_index("key", unique=True, sparse=True)
            await self._jobs.create_index([("created", -1), ("_id", -1)])
            await self._jobs.create_index("phase")
            await self._items.create_index([("job", 1), ("state", 1), ("position", 1)])
            await self._items.create_index([("job", 1), ("position", 1)])

    async def create(
        self, job: LeasedJob, orders: Sequence[tuple[str, str]], key: str | None, content: str
    ) -> tuple[Job, str]:
        """Stores a new job over these orders, given as id and number.

        `key` makes repeats safe: if a job with this key exists, that one is returned. Also returns
        the `content` that the stored job was created from.
        """
        expires = job.created + self._keeps
        items = [
            {
                "_id": f"{job.job_id}/{position}",
                "job": job.job_id,
                "position": position,
                "order_id": order_id,
                "number": number,
                "state": "unchecked",
                "fence": 0,
                "expires": expires,
            }
            for position, (order_id, number) in enumerate(orders, 1)
        ]
        document = job.model_dump(exclude={"job_id"}, exclude_none=True)
        document |= {"_id": job.job_id, "lease": EARLIEST, "expires": expires, "content": content}
        document |= {"key": key} if key else {}
        with raising_unavailable():
            for first in range(0, len(items), INSERTED_AT_ONCE):
                await self._items.insert_many(items[first : first + INSERTED_AT_ONCE])
            try:
                await self._jobs.insert_one(document)
            except DuplicateKeyError:
                await self._items.delete_many({"job": job.job_id})
                document = await self._jobs.find_one({"key": key}) or document
        return _job(document), document["content"]

    async def get(self, job_id: str) -> Job | None:
        """A job; None if it is unknown or has expired."""
        with raising_unavailable():
            found = await self._jobs.find_one({"_id": job_id})
        return _job(found) if found else None

    async def recent(self, cursor: str | None = None) -> tuple[list[Job], str | None]:
        """A page of the jobs, newest first, and the cursor of the next page."""
        query: Document = {}
        if cursor:
            created, job_id = decode_cursor(cursor)
            earlier = [{"created": {"$lt": created}}, {"created": created, "_id": {"$lt": job_id}}]
            query = {"$or": earlier}
        with raising_unavailable():
            found = self._jobs.find(query).sort([("created", -1), ("_id", -1)]).limit(PAGE + 1)
            jobs = [_job(each) for each in await found.to_list(None)]
        more = len(jobs) > PAGE
        last = jobs[PAGE - 1] if more else None
        return jobs[:PAGE], encode_cursor(last.created, last.job_id) if last else None

    async def counts(self, job_id: str) -> Counts:
        """The number of items in each state."""
        pipeline: list[Document] = [{"$match": {"job": job_id}}]
        pipeline += [{"$group": {"_id": "$state", "n": {"$sum": 1}}}]
        with raising_unavailable():
            found = await self._items.aggregate(pipeline).to_list(None)
        return Counts(states={each["_id"]: each["n"] for each in found})

    async def causes(self, job_id: str) -> list[Cause]:
        """Why items can't be done or were rejected, the most frequent cause first."""
        failed = {"job": job_id, "state": {"$in": ["impossible", "partly", "rejected"]}}
        group = {
            "_id": {"state": "$state", "cause": "$cause"},
            "n": {"$sum": 1},
            "reasons": {"$first": "$reasons"},
        }
        pipeline: list[Document] = [{"$match": failed}, {"$group": group}]
        pipeline += [{"$sort": {"n": -1, "_id": 1}}, {"$limit": MAX_CAUSES}]
        with raising_unavailable():
            found = await self._items.aggregate(pipeline).to_list(None)
        return [
            Cause(text=" ".join(each["reasons"]), items=each["n"], state=each["_id"]["state"])
            for each in found
        ]

    async def items(
        self, job_id: str, states: Collection[State] = (), after: int = 0, limit: int = PAGE
    ) -> list[Item]:
        """Items in these states, or in any, after a position."""
        query: Document = {"job": job_id, "position": {"$gt": after}}
        query |= {"state": {"$in": list(states)}} if states else {}
        with raising_unavailable():
            found = await self._items.find(query).sort("position", 1).limit(limit).to_list(None)
        return [Item.model_validate(each) for each in found]

    async def move(self, job_id: str, before: Collection[Phase], to: Phase, **more: Any) -> bool:
        """Changes the phase of a job that is in one of the phases `before`; False if it isn't."""
        query = {"_id": job_id, "phase": {"$in": list(before)}}
        with raising_unavailable():
            done = await self._jobs.update_one(query, {"$set": {"phase": to, **more}})
        return bool(done.modified_count)

    async def claim(self) -> LeasedJob | None:
        """Takes the lease of a job that has work and that nobody holds; None if there is none."""
        free = {"phase": {"$in": list(STEPS)}, "$expr": {"$lte": ["$lease", "$$NOW"]}}
        lease = [self._lease, {"$set": {"fence": {"$add": ["$fence", 1]}}}]
        with raising_unavailable():
            found = await self._jobs.find_one_and_update(
                free, lease, sort=[("created", 1)], return_document=ReturnDocument.AFTER
            )
            if found is None:
                return None
            job = LeasedJob(job_id=found["_id"], **found)
            older = {"job": job.job_id, "state": {"$in": list(OPEN)}, "fence": {"$lt": job.fence}}
            await self._items.update_many(older, {"$set": {"fence": job.fence}})
        return job

    async def renew(self, job: LeasedJob) -> Phase | None:
        """Extends the lease; returns the job's phase, None if the lease is lost."""
        with raising_unavailable():
            found = await self._jobs.find_one_and_update(
                _held(job), [self._lease], return_document=ReturnDocument.AFTER
            )
        return found["phase"] if found else None

    async def release(self, job: LeasedJob) -> None:
        """Gives the lease back, so that another process can take over at once."""
        with raising_unavailable():
            await self._jobs.update_one(_held(job), {"$set": {"lease": EARLIEST}})

    async def advance(self, job: LeasedJob, phase: Phase, to: Phase) -> None:
        """Ends a phase, unless the lease is lost or somebody has changed the phase."""
        ended = {"ended": datetime.now(UTC)} if to in ("finished", "stopped") else {}
        change: Document = {"$set": {"phase": to, **ended}}
        if to == "finished":  # a reason may name a person; the orders keep it
            change["$unset"] = {"reason": ""}
        with raising_unavailable():
            await self._jobs.update_one({**_held(job), "phase": phase}, change)

    async def save(self, job: LeasedJob, item: Item, cause: str = "") -> bool:
        """Writes an item's state, shipments and reasons; False if the lease is lost.

        `cause` is what `causes` groups by.
        """
        found = item.model_dump(include={"state", "shipments", "reasons"})
        mine = {"_id": f"{job.job_id}/{item.position}", "fence": job.fence}
        with raising_unavailable():
            done = await self._items.update_one(mine, {"$set": {**found, "cause": cause}})
        return bool(done.matched_count)


def _held(job: LeasedJob) -> Document:
    return {"_id": job.job_id, "fence": job.fence}


def _job(document: Document) -> Job:
    return Job(job_id=document["_id"], **document)


def new_job_id() -> str:
    """The id of a new job."""
    return f"job-{uuid4().hex[:16]}"
