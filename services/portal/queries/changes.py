"""What changes in the read models, as it changes: for pages that are looked at.

MongoDB tells every portal process of every change, whichever process has made it, so that pages
are live on all of them without one asking again and again.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import structlog
from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo.errors import PyMongoError

from services.portal.projections import products, stock
from services.portal.projections.store import VIEWS
from shared.runtime.backoff import delays

EVERYTHING = "everything"
# Whoever is so far behind is told to look at everything again instead.
MOST_WAITING = 1000
# How long MongoDB waits for news before it says that there are none.
PATIENCE_MS = 1000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Change:
    """Something that looks different now.

    `kind` is `orders`, `carts`, `customers`, `warehouses`, `products` or `stock`, `id` the
    document's, `versions` how far each service's facts are taken in. Kind `everything`, of no id:
    changes may have been missed, look again.
    """

    kind: str
    id: str
    versions: dict[str, int] = field(default_factory=dict)


class Changes:
    """`run` listens for as long as the process lives; every `follow` hears what it hears."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._database = database
        self._followers: set[asyncio.Queue[Change]] = set()
        # Set while changes are heard: what happens from then on is told.
        self.listening = asyncio.Event()

    async def run(self) -> None:
        """Listens, until it is canceled; waits for MongoDB where that is out of reach."""
        waits = delays(first=0.1)
        while True:
            try:
                async with self._watch() as stream:
                    self._tell(Change(EVERYTHING, ""))
                    self.listening.set()
                    waits = delays(first=0.1)
                    while stream.alive:
                        told = await stream.try_next()
                        if told is not None:
                            self._tell(_change(told))
            except PyMongoError as error:
                log.warning("waiting", waiting_for="changes", error=str(error))
                await asyncio.sleep(next(waits))
            finally:
                self.listening.clear()

    async def follow(self) -> AsyncIterator[Change]:
        """Every change from now on, until whoever follows has enough."""
        queue: asyncio.Queue[Change] = asyncio.Queue(MOST_WAITING)
        self._followers.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._followers.discard(queue)

    def _watch(self) -> Any:
        watched = [*(view.collection for view in VIEWS), products.COLLECTION, stock.COLLECTION]
        pipeline: list[dict[str, Any]] = [
            {
                "$match": {
                    "ns.coll": {"$in": watched},
                    "operationType": {"$in": ["insert", "replace", "update"]},
                }
            },
            {"$project": {"ns": 1, "documentKey": 1, "fullDocument.applied": 1}},
        ]
        return self._database.watch(pipeline, max_await_time_ms=PATIENCE_MS)

    def _tell(self, change: Change) -> None:
        for queue in self._followers:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(Change(EVERYTHING, ""))
            else:
                queue.put_nowait(change)


def _change(told: dict[str, Any]) -> Change:
    document = told.get("fullDocument") or {}
    return Change(told["ns"]["coll"], told["documentKey"]["_id"], document.get("applied", {}))
