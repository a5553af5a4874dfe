"""Queries for orders: the list with its search, and one order in full."""

import asyncio
from time import monotonic
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections import timeline
from services.portal.projections.orders import NEWEST, ORDERS
from services.portal.projections.projection import Document
from services.portal.queries.activity import ACTIVITY, NOTE
from services.portal.queries.cursor import LONGEST_PAGE, PAGE, decode_cursor, encode_cursor
from services.portal.queries.details import details_of
from services.portal.queries.filters import OrderFilter
from services.portal.queries.models.details import OrderDetails, Tombstone
from services.portal.queries.models.orders import Count, OrderPage, OrderRow
from services.portal.queries.query_plan import FETCH_COST, IndexScan, QueryPlan, plan, rows_after
from shared.runtime.mongo.journal import raising_unavailable

MAX_COUNT = 500
# How many entries are counted on each scan before one is chosen; the second number applies if no
# scan is short enough for the first.
PROBE_BUDGETS = (1000, 12_000)
# How long a chosen scan is reused: for a page, its count, and the pages after it.
CHOICE_SECONDS = 10.0
MAX_CHOICES = 1000

_SHOWN = {"row.names": 0, "row.pieces": 0} | dict.fromkeys(ORDERS.parts, 0)


class Orders:
    """Every method raises `Unavailable` if MongoDB can't be reached."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._orders = database[ORDERS.collection]
        self._timeline = database[timeline.COLLECTION]
        self._choices: dict[OrderFilter, tuple[float, asyncio.Task[IndexScan]]] = {}

    async def search(
        self, order_filter: OrderFilter, cursor: str | None = None, limit: int = PAGE
    ) -> OrderPage:
        """A page of the orders that match, newest first.

        `cursor` is the `after` of the previous page; orders placed meanwhile don't shift the pages.
        Raises `Malformed` if it isn't a cursor.
        """
        position = rows_after(*decode_cursor(cursor)) if cursor else {}
        limit = max(1, min(limit, LONGEST_PAGE))
        query_plan = plan(order_filter)
        if query_plan is None:
            return OrderPage(orders=[], after=None)
        with raising_unavailable():
            scan = await self._choose_scan(order_filter, query_plan)
            found = await self.find(query_plan, scan, position, limit + 1).to_list(None)
        rows = [_row(document) for document in found[:limit]]
        last = rows[-1] if len(found) > limit else None
        return OrderPage(
            orders=rows, after=encode_cursor(last.created, last.number) if last else None
        )

    async def count(self, order_filter: OrderFilter) -> Count:
        """The number of orders that match, counted up to `MAX_COUNT`."""
        query_plan = plan(order_filter)
        if query_plan is None:
            return Count(number=0, more=False)
        with raising_unavailable():
            scan = await self._choose_scan(order_filter, query_plan)
            number = await self._count(query_plan.query(scan), scan, MAX_COUNT + 1)
        return Count(number=min(number, MAX_COUNT), more=number > MAX_COUNT)

    async def _choose_scan(self, order_filter: OrderFilter, query_plan: QueryPlan) -> IndexScan:
        """The scan for a filter; simultaneous calls with the same filter share one choice."""
        since, choosing = self._choices.get(order_filter, (0.0, None))
        if choosing is None or monotonic() - since > CHOICE_SECONDS:
            if len(self._choices) >= MAX_CHOICES:
                self._choices.clear()
            choosing = asyncio.create_task(self.cheapest_scan(query_plan))
            self._choices[order_filter] = monotonic(), choosing
        try:
            return await asyncio.shield(choosing)
        except Exception:
            self._choices.pop(order_filter, None)  # the next call chooses again
            raise

    async def cheapest_scan(self, query_plan: QueryPlan) -> IndexScan:
        """The scan that costs least, as far as `PROBE_BUDGETS` shows."""
        costs = [query_plan.cost(scan) for scan in query_plan.scans]
        if 0 in costs:
            return query_plan.scans[costs.index(0)]
        cost_of_each = [0]
        for budget in PROBE_BUDGETS if len(query_plan.scans) > 1 else ():
            counts = (
                self._count(query_plan.scan_query(scan), scan, budget // cost)
                for scan, cost in zip(query_plan.scans, costs, strict=True)
            )
            found = await asyncio.gather(*counts)
            cost_of_each = [count * cost for count, cost in zip(found, costs, strict=True)]
            if min(cost_of_each) < budget - FETCH_COST:
                break
        return query_plan.scans[cost_of_each.index(min(cost_of_each))]

    def find(self, query_plan: QueryPlan, scan: IndexScan, position: Document, limit: int) -> Any:
        """The cursor of MongoDB for a query with this scan."""
        query = {"$and": [query_plan.query(scan), position]}
        return self._orders.find(query, _SHOWN).hint(scan.index).sort([*NEWEST]).limit(limit)

    async def _count(self, query: Document, scan: IndexScan, limit: int) -> int:
        return int(await self._orders.count_documents(query, hint=scan.index, limit=limit))

    async def get(self, order_id: str) -> OrderDetails | Tombstone | None:
        """An order in full; its tombstone if it is deleted; None if it is unknown."""
        with raising_unavailable():
            document = await self._orders.find_one({"_id": order_id})
            if document is None:
                return None
            if "deleted" in document:
                return Tombstone(order_id=order_id, **document["deleted"])
            noted = {"about": order_id, "name": {"$in": [NOTE, *ACTIVITY]}}
            entries = await self._timeline.find(noted).to_list(None)
        return details_of(document, timeline.in_order(entries))

    async def id_of(self, number: str) -> str | None:
        """The id of the order with this number (`PO1000042`)."""
        with raising_unavailable():
            found = await self._orders.find_one({"row.number": number}, {"_id": 1})
        return found["_id"] if found else None


def _row(document: Document) -> OrderRow:
    return OrderRow(order_id=document["_id"], **document["row"])
