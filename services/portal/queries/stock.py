"""Queries for stock levels and for the shipments that wait for stock."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections import stock
from services.portal.projections.orders import ORDERS
from services.portal.queries.cursor import LONGEST_PAGE, PAGE
from services.portal.queries.models.details import OrderDetails, Shipment
from services.portal.queries.models.stock import (
    ExpectedReceipt,
    Level,
    LevelPage,
    QueuePosition,
    VersionedLevel,
    WaitingPage,
)
from services.portal.queries.queue import SHOWN, StockQueue, waits_for
from shared.runtime.mongo.journal import raising_unavailable

# How many orders a queue is computed from.
MAX_WAITING_ORDERS = 10_000
# How many rows of a queue are returned at once.
MAX_ROWS = 500
# How many levels are returned for a set of SKUs.
MAX_LEVELS = 2000
# Queue positions looked up for one order; further shortages show only the quantities.
MAX_POSITIONS = 10


class Stock:
    """Every method raises `Unavailable` if MongoDB can't be reached."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._levels = database[stock.COLLECTION]
        self._warehouses = database[stock.WAREHOUSES.collection]
        self._orders = database[ORDERS.collection]

    async def levels(
        self,
        warehouse: str,
        sku: str = "",
        cursor: str | None = None,
        limit: int = PAGE,
        named: Sequence[str] = (),
        only: str = "",
    ) -> LevelPage:
        """A page of a warehouse's levels by SKU.

        If `sku` is given, of those that begin with it, and of the SKUs in `named`. `only` is one of
        `stock.FILTERS`: `short` leaves those of which nothing is available, `waiting` those that
        orders wait for, `quarantine` those with units in quarantine.
        """
        limit = max(1, min(limit, LONGEST_PAGE))
        begins, some = _beginning(sku), sorted(set(named))
        if cursor:
            begins = {"$gt": max(cursor, sku), "$lt": begins["$lt"]}
            some = [each for each in some if each > cursor]
        found = await self._levels_of(warehouse, begins, limit + 1, only)
        if some:
            found |= await self._levels_of(warehouse, {"$in": some}, limit + 1, only)
        levels = [found[each] for each in sorted(found)]
        after = levels[limit - 1].sku if len(levels) > limit else None
        return LevelPage(levels=levels[:limit], after=after)

    async def _levels_of(
        self, warehouse: str, skus: dict[str, Any], limit: int, only: str
    ) -> dict[str, Level]:
        query: dict[str, Any] = {"warehouse": warehouse, "sku": skus}
        scans = [(query, "warehouse")]
        if only:
            # The event takes precedence: the table counts where there is none.
            rest: dict[str, Any] = {"fact": {}, "level": {"fact": None}}
            scans = [
                (query | stock.condition(only, part) | rest[part], f"{only}-{part}")
                for part in stock.PARTS
            ]
        found: dict[str, Level] = {}
        for query, index in scans:
            with raising_unavailable():
                rows = self._levels.find(query).hint(index).sort([("warehouse", 1), ("sku", 1)])
                found |= {row["sku"]: _level(row) for row in await rows.limit(limit).to_list(None)}
        return found

    async def of(self, sku: str) -> list[Level]:
        """The level of a SKU in every warehouse that ever had it."""
        with raising_unavailable():
            found = await self._levels.find({"sku": sku}).hint("sku").to_list(None)
        return [_level(row) for row in found]

    async def of_each(self, skus: Iterable[str]) -> dict[str, list[Level]]:
        """The levels of some SKUs in every warehouse, by SKU; at most `MAX_LEVELS` altogether."""
        levels: dict[str, list[Level]] = {}
        with raising_unavailable():
            found = self._levels.find({"sku": {"$in": sorted(set(skus))}}).hint("sku")
            rows = await found.limit(MAX_LEVELS).to_list(None)
        for row in rows:
            levels.setdefault(row["sku"], []).append(_level(row))
        return levels

    async def versioned(self, warehouse: str, sku: str) -> VersionedLevel:
        """The level of a SKU in a warehouse, nothing if there is none, and the stream's version."""
        nothing = {"warehouse": warehouse, "sku": sku, "level": dict.fromkeys(stock.FIELDS, 0)}
        with raising_unavailable():
            # The version first: the level may be newer, but is never older.
            known = await self._warehouses.find_one({"_id": warehouse}, {"applied": 1})
            row = await self._levels.find_one({"_id": f"{warehouse}/{sku}"})
            is_new = not known and not await self._levels.find_one({"warehouse": warehouse})
        version = known["applied"].get("stock") if known else 0 if is_new else None
        return VersionedLevel(**_level(row or nothing).model_dump(), version=version)

    async def queue_positions(self, order: OrderDetails) -> dict[tuple[str, str], QueuePosition]:
        """The queue positions of an order, by shipment id and SKU that it waits for."""
        shortages = [
            (shipment, short.sku)
            for shipment in order.shipments
            if shipment.status == "AwaitingInventory" and shipment.warehouse
            for short in shipment.short
        ][:MAX_POSITIONS]
        positions = await asyncio.gather(
            *(self._position(order.order_id, shipment, sku) for shipment, sku in shortages)
        )
        return {(s.shipment_id, sku): p for (s, sku), p in zip(shortages, positions, strict=True)}

    async def _position(self, order_id: str, shipment: Shipment, sku: str) -> QueuePosition:
        warehouse = shipment.warehouse or ""
        levels = await self.of(sku)
        here = next((level for level in levels if level.warehouse == warehouse), None)
        expected = [receipt for level in levels for receipt in level.expected]
        queue = StockQueue(await self._orders_waiting(warehouse, sku), warehouse, sku.__eq__)
        place = queue.place(order_id, shipment.shipment_id, sku) or 1
        return QueuePosition(
            available=here.available if here else 0,
            before=queue.page(0, place - 1),
            expected=sorted(expected, key=lambda each: each.expected_on),
        )

    async def waiting(
        self, warehouse: str, sku: str = "", begin: int = 0, limit: int = MAX_ROWS
    ) -> WaitingPage:
        """Who waits for what in a warehouse, for `sku` alone if it is given; not the first `begin`.

        The longest waiting comes first: the order in which stock is allocated.
        """
        orders = await self._orders_waiting(warehouse, sku)
        queue = StockQueue(orders, warehouse, sku.__eq__ if sku else lambda _: True)
        return WaitingPage(waiting=queue.page(begin, limit), number=len(queue))

    async def waiting_for_any(
        self, warehouse: str, sku: str, named: Sequence[str], begin: int, limit: int
    ) -> WaitingPage:
        """The same for articles whose SKU begins with `sku`, and for those in `named`."""
        orders, some = await self._orders_waiting(warehouse), frozenset(named)
        queue = StockQueue(orders, warehouse, lambda one: one.startswith(sku) or one in some)
        return WaitingPage(waiting=queue.page(begin, limit), number=len(queue))

    async def _orders_waiting(self, warehouse: str, sku: str = "") -> list[dict[str, Any]]:
        with raising_unavailable():
            found = self._orders.find(waits_for(warehouse, sku), SHOWN).hint("shipments")
            return await found.to_list(MAX_WAITING_ORDERS)


def _beginning(text: str) -> dict[str, Any]:
    return {"$gte": text, "$lt": text + "\U0010ffff"}


def _level(document: dict[str, Any]) -> Level:
    level = document.get("fact") or document["level"]
    on_hand, allocated, safety = level["on_hand"], level["allocated"], level.get("safety", 0)
    return Level(
        warehouse=document["warehouse"],
        sku=document["sku"],
        on_hand=on_hand,
        allocated=allocated,
        available=max(0, on_hand - allocated - safety),
        backordered=level["backordered"],
        quarantined=level.get("quarantined", 0),
        safety=safety,
        expected=[
            ExpectedReceipt(warehouse=document["warehouse"], **each)
            for each in level.get("expected", ())
        ],
    )
