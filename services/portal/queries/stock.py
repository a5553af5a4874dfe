"""Queries for stock levels and for the shipments that wait for stock."""

import asyncio
from itertools import takewhile
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections import stock
from services.portal.projections.orders import ORDERS
from services.portal.queries.cursor import LONGEST_PAGE, PAGE
from services.portal.queries.models.details import OrderDetails, Shipment
from services.portal.queries.models.stock import Level, LevelPage, QueuePosition, Waiting
from services.portal.queries.shipment_labels import numbers_of
from shared.runtime.mongo.journal import raising_unavailable

QUEUE = 500
# Queue positions looked up for one order; further shortages show only the quantities.
MAX_POSITIONS = 10


class Stock:
    """Every method raises `Unavailable` if MongoDB can't be reached."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._levels = database[stock.COLLECTION]
        self._orders = database[ORDERS.collection]

    async def levels(
        self, warehouse: str, sku: str = "", cursor: str | None = None, limit: int = PAGE
    ) -> LevelPage:
        """A page of a warehouse's levels by SKU, filtered by the prefix `sku`. `cursor` is a page's
        `after`."""
        limit = max(1, min(limit, LONGEST_PAGE))
        skus: dict[str, Any] = {"$gte": sku, "$lt": sku + "\U0010ffff"}
        if cursor:
            skus = {"$gt": max(cursor, sku), "$lt": skus["$lt"]}
        with raising_unavailable():
            found = self._levels.find({"warehouse": warehouse, "sku": skus}).hint("warehouse")
            rows = await found.sort([("warehouse", 1), ("sku", 1)]).limit(limit + 1).to_list(None)
        levels = [_level(row) for row in rows[:limit]]
        return LevelPage(levels=levels, after=levels[-1].sku if len(rows) > limit else None)

    async def of(self, sku: str) -> list[Level]:
        """The level of a SKU in every warehouse that ever had it."""
        with raising_unavailable():
            found = await self._levels.find({"sku": sku}).hint("sku").to_list(None)
        return [_level(row) for row in found]

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
        with raising_unavailable():
            level = await self._levels.find_one({"_id": f"{warehouse}/{sku}"})
        queue = await self.waiting(warehouse, sku)
        me = (order_id, shipment.shipment_id)
        before = takewhile(lambda wait: (wait.order_id, wait.shipment_id) != me, queue)
        return QueuePosition(available=_level(level).available if level else 0, before=list(before))

    async def waiting(self, warehouse: str, sku: str = "") -> list[Waiting]:
        """The first 500 shipments that wait for stock in a warehouse, optionally for `sku` only.

        The longest waiting comes first: the order in which stock is allocated.
        """
        one = {"status": "AwaitingInventory", "warehouse": warehouse, "waits_for": {"$ne": []}}
        if sku:
            one["waits_for"] = sku
        shown = {"row.number": 1, "row.customer": 1, "shipment": 1}
        shown |= {"order.shipment_ids": 1, "order.shipments.shipment_id": 1}
        with raising_unavailable():
            query = {"row.shipments": {"$elemMatch": one}}
            found = await self._orders.find(query, shown).hint("shipments").to_list(QUEUE)
        waits = [wait for order in found for wait in _waits(order, warehouse, sku)]
        return sorted(waits, key=lambda wait: (wait.since, wait.order_id, wait.sku))


def _level(document: dict[str, Any]) -> Level:
    level = document.get("fact") or document["level"]
    on_hand, allocated = level["on_hand"], level["allocated"]
    return Level(
        warehouse=document["warehouse"],
        sku=document["sku"],
        on_hand=on_hand,
        allocated=allocated,
        available=max(0, on_hand - allocated),
        backordered=level["backordered"],
    )


def _waits(order: dict[str, Any], warehouse: str, sku: str) -> list[Waiting]:
    numbers = numbers_of(order.get("order", {}))
    return [
        Waiting(
            order_id=order["_id"],
            number=order["row"]["number"],
            customer=order["row"]["customer"],
            shipment_id=shipment_id,
            shipment_number=numbers.get(shipment_id),
            warehouse=warehouse,
            sku=short["sku"],
            wanted=short["wanted"],
            since=shipment.get("asked_at", shipment["since"]),
        )
        for shipment_id, shipment in order["shipment"]["shipments"].items()
        if shipment["status"] == "AwaitingInventory" and shipment["warehouse"] == warehouse
        for short in shipment.get("short", ())
        if short["sku"] == (sku or short["sku"])
    ]
