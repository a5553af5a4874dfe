"""Questions about the stock: how it stands, and who waits for what."""

import asyncio
from itertools import takewhile
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections import stock
from services.portal.projections.orders import ORDERS
from services.portal.queries.cursor import LONGEST_PAGE, PAGE
from services.portal.queries.models.details import OrderDetails, Shipment
from services.portal.queries.models.stock import Level, LevelPage, QueuePlace, Waiting
from services.portal.queries.shipment_labels import numbers_of
from shared.runtime.mongo.journal import raising_unavailable

QUEUE = 500
# Of one order; the rest of its articles are told by their numbers alone.
MOST_PLACES = 10


class Stock:
    """Every method raises `Unavailable` if MongoDB is out of reach."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._levels = database[stock.COLLECTION]
        self._orders = database[ORDERS.collection]

    async def levels(
        self, warehouse: str, sku: str = "", following: str | None = None, limit: int = PAGE
    ) -> LevelPage:
        """A page of a warehouse's levels by SKU; of those that begin with `sku` if it is given."""
        limit = max(1, min(limit, LONGEST_PAGE))
        skus: dict[str, Any] = {"$gte": sku, "$lt": sku + "\U0010ffff"}
        if following:
            skus = {"$gt": max(following, sku), "$lt": skus["$lt"]}
        with raising_unavailable():
            found = self._levels.find({"warehouse": warehouse, "sku": skus}).hint("warehouse")
            rows = await found.sort([("warehouse", 1), ("sku", 1)]).limit(limit + 1).to_list(None)
        levels = [_level(row) for row in rows[:limit]]
        return LevelPage(levels=levels, after=levels[-1].sku if len(rows) > limit else None)

    async def of(self, sku: str) -> list[Level]:
        """An article's level in every warehouse that ever had it."""
        with raising_unavailable():
            found = await self._levels.find({"sku": sku}).hint("sku").to_list(None)
        return [_level(row) for row in found]

    async def queue_of(self, order: OrderDetails) -> dict[tuple[str, str], QueuePlace]:
        """For each shipment of an order and article that it waits for: what is there, and who is
        served before it."""
        asked = [
            (shipment, short.sku)
            for shipment in order.shipments
            if shipment.status == "AwaitingInventory" and shipment.warehouse
            for short in shipment.short
        ][:MOST_PLACES]
        places = await asyncio.gather(
            *(self._place(order.order_id, shipment, sku) for shipment, sku in asked)
        )
        return {(s.shipment_id, sku): p for (s, sku), p in zip(asked, places, strict=True)}

    async def _place(self, order_id: str, shipment: Shipment, sku: str) -> QueuePlace:
        warehouse = shipment.warehouse or ""
        with raising_unavailable():
            level = await self._levels.find_one({"_id": f"{warehouse}/{sku}"})
        queue = await self.waiting(warehouse, sku)
        me = (order_id, shipment.shipment_id)
        before = takewhile(lambda wait: (wait.order_id, wait.shipment_id) != me, queue)
        return QueuePlace(available=_level(level).available if level else 0, before=list(before))

    async def waiting(self, warehouse: str, sku: str = "") -> list[Waiting]:
        """Who waits for what in a warehouse, for `sku` alone if it is given; the first 500.

        Whoever has waited longest comes first, as the stock serves them.
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
    told = document.get("fact") or document["level"]
    on_hand, allocated = told["on_hand"], told["allocated"]
    return Level(
        warehouse=document["warehouse"],
        sku=document["sku"],
        on_hand=on_hand,
        allocated=allocated,
        available=max(0, on_hand - allocated),
        backordered=told["backordered"],
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
