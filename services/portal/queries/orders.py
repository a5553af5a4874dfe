"""Questions about orders: the list with its search, and one order in full."""

import asyncio
from time import monotonic
from typing import Any

import orjson
from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections import timeline
from services.portal.projections.orders import NEWEST, ORDERS
from services.portal.projections.projection import Document
from services.portal.queries.cursor import LONGEST_PAGE, PAGE, name_of, place_of
from services.portal.queries.details import details_of
from services.portal.queries.filters import OrderFilter
from services.portal.queries.models.details import OrderDetails, Tombstone
from services.portal.queries.models.orders import Count, OrderPage, OrderRow
from services.portal.queries.query_plan import FETCH, IndexScan, QueryPlan, after, plan
from shared.runtime.mongo.journal import raising_unavailable

COUNTED = 500
# What is spent on looking along each way before one is chosen; more where none is short.
PROBED = (1000, 12_000)
# How long a choice holds: a page, its count and the pages after it go the same way.
CHOICE_SECONDS = 10.0
MOST_CHOICES = 1000

_SHOWN = {"row.names": 0, "row.pieces": 0} | dict.fromkeys(ORDERS.folds, 0)


class Orders:
    """Every method raises `Unavailable` if MongoDB is out of reach."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._orders = database[ORDERS.collection]
        self._timeline = database[timeline.COLLECTION]
        self._choices: dict[OrderFilter, tuple[float, asyncio.Task[IndexScan]]] = {}

    async def search(
        self, asked: OrderFilter, following: str | None = None, limit: int = PAGE
    ) -> OrderPage:
        """A page of the orders that are asked for, newest first.

        `following` is the page before's `after`: orders that come in meanwhile move nothing.
        Raises `Malformed` if it isn't one.
        """
        place = after(*place_of(following)) if following else {}
        limit = max(1, min(limit, LONGEST_PAGE))
        planned = plan(asked)
        if planned is None:
            return OrderPage(orders=[], after=None)
        with raising_unavailable():
            path = await self._choice(asked, planned)
            found = await self.cursor(planned, path, place, limit + 1).to_list(None)
        rows = [_row(document) for document in found[:limit]]
        last = rows[-1] if len(found) > limit else None
        return OrderPage(orders=rows, after=name_of(last.created, last.number) if last else None)

    async def count(self, asked: OrderFilter) -> Count:
        """How many orders are asked for; counted up to `COUNTED`."""
        planned = plan(asked)
        if planned is None:
            return Count(number=0, more=False)
        with raising_unavailable():
            path = await self._choice(asked, planned)
            number = await self._count(planned.query(path), path, COUNTED + 1)
        return Count(number=min(number, COUNTED), more=number > COUNTED)

    async def _choice(self, asked: OrderFilter, planned: QueryPlan) -> IndexScan:
        """The way for a question; whoever asks it at the same time waits for the same choice."""
        since, choosing = self._choices.get(asked, (0.0, None))
        if choosing is None or monotonic() - since > CHOICE_SECONDS:
            if len(self._choices) >= MOST_CHOICES:
                self._choices.clear()
            choosing = asyncio.create_task(self.path(planned))
            self._choices[asked] = monotonic(), choosing
        try:
            return await asyncio.shield(choosing)
        except Exception:
            self._choices.pop(asked, None)  # the next one tries again
            raise

    async def path(self, planned: QueryPlan) -> IndexScan:
        """The way that costs least, as far as `PROBED` tells."""
        costs = [planned.cost(path) for path in planned.paths]
        if 0 in costs:
            return planned.paths[costs.index(0)]
        met = [0]
        for spent in PROBED if len(planned.paths) > 1 else ():
            counts = (
                self._count(planned.along(path), path, spent // cost)
                for path, cost in zip(planned.paths, costs, strict=True)
            )
            found = await asyncio.gather(*counts)
            met = [count * cost for count, cost in zip(found, costs, strict=True)]
            if min(met) < spent - FETCH:
                break
        return planned.paths[met.index(min(met))]

    def cursor(self, planned: QueryPlan, path: IndexScan, place: Document, limit: int) -> Any:
        """The question as MongoDB is asked it."""
        query = {"$and": [planned.query(path), place]}
        return self._orders.find(query, _SHOWN).hint(path.index).sort([*NEWEST]).limit(limit)

    async def _count(self, query: Document, path: IndexScan, limit: int) -> int:
        return int(await self._orders.count_documents(query, hint=path.index, limit=limit))

    async def get(self, order_id: str) -> OrderDetails | Tombstone | None:
        """An order in full; its tombstone if it is deleted; None if nobody has heard of it."""
        with raising_unavailable():
            document = await self._orders.find_one({"_id": order_id})
            if document is None:
                return None
            if "deleted" in document:
                return Tombstone(order_id=order_id, **document["deleted"])
            notes = {"about": order_id, "name": "order.note-added"}
            kept = await self._timeline.find(notes).to_list(None)
        kept.sort(key=lambda note: note["sequence"])
        return details_of(document, [orjson.loads(note["data"]) for note in kept])

    async def id_of(self, number: str) -> str | None:
        """The id of the order with this number (`PO1000042`)."""
        with raising_unavailable():
            found = await self._orders.find_one({"row.number": number}, {"_id": 1})
        return found["_id"] if found else None


def _row(document: Document) -> OrderRow:
    return OrderRow(order_id=document["_id"], **document["row"])
