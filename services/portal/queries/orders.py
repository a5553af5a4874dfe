"""Queries for orders: the list with its search, and one order in full."""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections import timeline
from services.portal.projections.orders import ORDERS
from services.portal.projections.projection import Document
from services.portal.queries.activity import ACTIVITY, NOTE
from services.portal.queries.cursor import LONGEST_PAGE, PAGE, decode_cursor, encode_cursor
from services.portal.queries.details import details_of
from services.portal.queries.event_texts import NO_NAMES, Names
from services.portal.queries.filters import OrderFilter
from services.portal.queries.models.details import OrderDetails, Tombstone
from services.portal.queries.models.orders import Count, OrderPage, OrderRow
from services.portal.queries.order_addresses import latest_addresses
from services.portal.queries.query_plan import IndexScan, QueryPlan, plan
from services.portal.queries.sorting import NEWEST_FIRST, Place, Sorting
from services.portal.queries.windows import Probe, Window, choose_window
from shared.contracts.address import Address
from shared.runtime.mongo.journal import raising_unavailable

MAX_COUNT = 500
# How long a window is reused: a page and its count need the same one.
WINDOW_SECONDS = 5.0
MAX_WINDOWS = 1000
ROWS_AT_ONCE = 1000
EXPIRING_WITHIN = timedelta(days=2)  # unless the portal's settings say otherwise

_PLACE = {"_id": 0, "row.created": 1, "row.number": 1}  # in every index of the list
_SHOWN = {"row.names": 0, "row.pieces": 0} | dict.fromkeys(ORDERS.parts, 0)


# A filter, the cursor of the page, and its sorting.
Searched = tuple[OrderFilter, str | None, Sorting]


class Orders:
    """Every method raises `Unavailable` if MongoDB can't be reached."""

    def __init__(
        self,
        database: AsyncIOMotorDatabase,
        names: Names = NO_NAMES,
        expiring: timedelta = EXPIRING_WITHIN,
    ) -> None:
        self._names = names
        self._expiring = expiring
        self._orders = database[ORDERS.collection]
        self._timeline = database[timeline.COLLECTION]
        self._windows: dict[Searched, tuple[float, asyncio.Task[Window]]] = {}

    async def search(
        self,
        order_filter: OrderFilter,
        cursor: str | None = None,
        limit: int = PAGE,
        sorting: Sorting = NEWEST_FIRST,
    ) -> OrderPage:
        """A page of the orders that match, newest first unless sorted otherwise.

        `cursor` is the `after` of the previous page; orders placed meanwhile don't shift the pages.
        Raises `Malformed` if it isn't a cursor.
        """
        position = sorting.after(decode_cursor(cursor)) if cursor else {}
        limit = max(1, min(limit, LONGEST_PAGE))
        query_plan = plan(order_filter, sorting, datetime.now(UTC) + self._expiring)
        if query_plan is None:
            return OrderPage(orders=[], after=None)
        with raising_unavailable():
            window = await self._window((order_filter, cursor, sorting), query_plan)
            found = await self.find(query_plan, window, position, limit + 1).to_list(None)
        rows = [_row(document) for document in found[:limit]]
        if len(found) > limit:
            return OrderPage(orders=rows, after=encode_cursor(rows[-1].created, rows[-1].number))
        if window.end:
            end = encode_cursor(*window.end)
            return OrderPage(orders=rows, after=end, searched_to=window.end[0])
        return OrderPage(orders=rows, after=None)

    async def count(self, order_filter: OrderFilter) -> Count:
        """The number of orders that match, counted up to `MAX_COUNT` within the first window."""
        query_plan = plan(order_filter, NEWEST_FIRST, datetime.now(UTC) + self._expiring)
        if query_plan is None:
            return Count(number=0, more=False)
        with raising_unavailable():
            window = await self._window((order_filter, None, NEWEST_FIRST), query_plan)
            query = {"$and": [query_plan.query(window.scan), window.bound]}
            number = await self._orders.count_documents(
                query, hint=window.scan.index, limit=MAX_COUNT + 1
            )
        more = number > MAX_COUNT or window.end is not None
        return Count(number=min(number, MAX_COUNT), more=more)

    async def matching(self, order_filter: OrderFilter, limit: int) -> list[str]:
        """The ids of the orders that match, newest first, up to `limit`."""
        ids: list[str] = []
        cursor: str | None = None
        while len(ids) < limit:
            page = await self.search(order_filter, cursor, LONGEST_PAGE)
            ids += [row.order_id for row in page.orders]
            cursor = page.after
            if cursor is None:
                break
        return ids[:limit]

    async def rows(self, order_ids: Collection[str]) -> dict[str, OrderRow]:
        """The orders with these ids, as lists show them; unknown and deleted ones are left out."""
        found: dict[str, OrderRow] = {}
        ids = list(order_ids)
        for first in range(0, len(ids), ROWS_AT_ONCE):
            # A deleted order's row is empty.
            query = {
                "_id": {"$in": ids[first : first + ROWS_AT_ONCE]},
                "row.number": {"$exists": True},
            }
            with raising_unavailable():
                documents = await self._orders.find(query, _SHOWN).to_list(None)
            found |= {document["_id"]: _row(document) for document in documents}
        return found

    async def _window(self, key: Searched, query_plan: QueryPlan) -> Window:
        """What a request examines; simultaneous calls share one choice."""
        _, cursor, sorting = key
        since, choosing = self._windows.get(key, (0.0, None))
        if choosing is None or monotonic() - since > WINDOW_SECONDS:
            if len(self._windows) >= MAX_WINDOWS:
                self._windows.clear()
            position = sorting.after(decode_cursor(cursor)) if cursor else {}
            probe = self.prober(query_plan, position, sorting)
            choosing = asyncio.create_task(choose_window(query_plan, probe, sorting))
            self._windows[key] = monotonic(), choosing
        try:
            return await asyncio.shield(choosing)
        except Exception:
            self._windows.pop(key, None)  # the next call chooses again
            raise

    def prober(
        self, query_plan: QueryPlan, position: Document, sorting: Sorting = NEWEST_FIRST
    ) -> Probe:
        """The probe for `choose_window`, from a position on; it reads index entries only."""

        async def place_behind(scan: IndexScan, number: int) -> Place | None:
            query = {"$and": [query_plan.scan_query(scan), position]}
            found = self._orders.find(query, _PLACE).hint(scan.index).sort(sorting.keys)
            rows = [each["row"] for each in await found.skip(number).limit(1).to_list(None)]
            return (rows[0]["created"], rows[0]["number"]) if rows else None

        return place_behind

    def find(self, query_plan: QueryPlan, window: Window, position: Document, limit: int) -> Any:
        """The cursor of MongoDB for a query in this window."""
        query = {"$and": [query_plan.query(window.scan), position, window.bound]}
        found = self._orders.find(query, _SHOWN).hint(window.scan.index)
        return found.sort(window.sorting.keys).limit(limit)

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
        return details_of(document, timeline.in_order(entries), self._names)

    async def addresses_of(self, customer_id: str) -> list[Address]:
        """The addresses that the latest orders of a customer went to, newest first, each once."""
        with raising_unavailable():
            return await latest_addresses(self._orders, customer_id)

    async def has(self, order_id: str) -> bool:
        """Whether there is such an order; also after it was deleted."""
        with raising_unavailable():
            return await self._orders.find_one({"_id": order_id}, {"_id": 1}) is not None

    async def id_of(self, number: str) -> str | None:
        """The id of the order with this number (`PO1000042`)."""
        with raising_unavailable():
            found = await self._orders.find_one({"row.number": number}, {"_id": 1})
        return found["_id"] if found else None


def _row(document: Document) -> OrderRow:
    return OrderRow(order_id=document["_id"], **document["row"])
