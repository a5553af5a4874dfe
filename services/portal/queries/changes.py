"""Changes of the read models as they happen, for open pages.

MongoDB's change streams notify every portal process of every change, whichever process wrote it,
so that pages are live on all of them without polling.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from time import time
from typing import Any

import structlog
from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo.errors import PyMongoError

from services.portal import presence
from services.portal.projections import products, stock
from services.portal.projections.store import PROJECTIONS
from shared.runtime.backoff import delays

EVERYTHING = "everything"
# A follower that is this far behind receives `EVERYTHING` in place of the single changes.
QUEUE_SIZE = 1000
# Changes that a follower who comes late is still told of.
REMEMBERED = 10_000
# How long MongoDB waits for a change before it returns without one, in milliseconds.
POLL_MS = 1000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Change:
    """A document that has changed.

    `kind` is `orders`, `carts`, `customers`, `warehouses`, `products` or `stock`, `id` the
    document's id, `versions` the applied version of each service. Kind `presence`: somebody opened
    or left the page of the order `id`, or does something else there. Kind `everything`, without an
    id: changes may have been missed, so everything has to be loaded again. `published` is when
    this process has told of it, in Unix seconds.
    """

    kind: str
    id: str
    versions: dict[str, int] = field(default_factory=dict)
    published: float = field(default_factory=time, compare=False)


class Changes:
    """Passes the changes that `run` reads from MongoDB to every `follow`."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._database = database
        self._followers: set[asyncio.Queue[Change]] = set()
        self._latest: deque[Change] = deque(maxlen=REMEMBERED)
        # Set while the change stream is open: changes from then on reach the followers.
        self.listening = asyncio.Event()

    async def run(self) -> None:
        """Reads the change stream until it is canceled; retries while MongoDB can't be reached."""
        waits = delays(first=0.1)
        while True:
            try:
                async with self._watch() as stream:
                    self._publish(Change(EVERYTHING, ""))
                    self.listening.set()
                    waits = delays(first=0.1)
                    while stream.alive:
                        event = await stream.try_next()
                        if event is not None:
                            self._publish(_change(event))
            except PyMongoError as error:
                log.warning("waiting", waiting_for="changes", error=str(error))
                await asyncio.sleep(next(waits))
            finally:
                self.listening.clear()

    async def follow(self, since: float | None = None) -> AsyncIterator[Change]:
        """Every change from now on, until the caller closes the generator.

        With `since`, in Unix seconds, the changes from then on come first: so a page that was read
        then misses none of those before it follows. `EVERYTHING` stands for them if some are
        forgotten.
        """
        queue: asyncio.Queue[Change] = asyncio.Queue(QUEUE_SIZE)
        self._followers.add(queue)
        missed = self._since(since) if since is not None else []
        try:
            for change in missed:
                yield change
            while True:
                yield await queue.get()
        finally:
            self._followers.discard(queue)

    def _watch(self) -> Any:
        watched = [
            *(projection.collection for projection in PROJECTIONS),
            products.COLLECTION,
            stock.COLLECTION,
        ]
        written = {
            "ns.coll": {"$in": watched},
            "operationType": {"$in": ["insert", "replace", "update"]},
        }
        # An update that only says that somebody is still there changes nothing for the others.
        present = {
            "ns.coll": presence.COLLECTION,
            "$or": [
                {"operationType": {"$in": ["insert", "delete"]}},
                {"updateDescription.updatedFields.doing": {"$exists": True}},
            ],
        }
        pipeline: list[dict[str, Any]] = [
            {"$match": {"$or": [written, present]}},
            {"$project": {"ns": 1, "documentKey": 1, "fullDocument.applied": 1}},
        ]
        return self._database.watch(pipeline, max_await_time_ms=POLL_MS)

    def _since(self, since: float) -> list[Change]:
        if len(self._latest) == REMEMBERED and self._latest[0].published > since:
            return [Change(EVERYTHING, "")]
        return [change for change in self._latest if change.published >= since]

    def _publish(self, change: Change) -> None:
        self._latest.append(change)
        for queue in self._followers:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(Change(EVERYTHING, ""))
            else:
                queue.put_nowait(change)


def _change(event: dict[str, Any]) -> Change:
    if event["ns"]["coll"] == presence.COLLECTION:
        return Change(presence.COLLECTION, presence.order_of(event["documentKey"]["_id"]))
    document = event.get("fullDocument") or {}
    return Change(event["ns"]["coll"], event["documentKey"]["_id"], document.get("applied", {}))
