"""The query behind the home page's dashboard."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections.orders import ORDERS
from services.portal.queries.cursor import EARLIEST
from services.portal.queries.filters import preset
from services.portal.queries.models.dashboard import Age, DashboardFigures, Hour
from shared.runtime.mongo.journal import raising_unavailable

DAY = timedelta(hours=24)
AGES = (1, 4, 24, 72, 168)  # hours


class Dashboard:
    """Counts of orders and shipments. Raises `Unavailable` if MongoDB can't be reached."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._orders = database[ORDERS.collection]

    async def now(self, now: datetime, zone: ZoneInfo) -> DashboardFigures:
        """The counts as of `now`; "today" and the hours are those of `zone`."""
        midnight, _ = preset("today", now, zone)
        with raising_unavailable():
            today = {"row.created": {"$gte": midnight}}
            return DashboardFigures(
                placed_today=await self._orders.count_documents(today, hint="newest"),
                placed=await self._by_hour("row.created", "newest", now, zone),
                shipped=await self._by_hour("row.shipments.shipped_at", "shipped", now, zone),
                awaiting=await self._awaiting(now),
                held=await self._held(now),
            )

    async def _by_hour(self, field: str, index: str, now: datetime, zone: ZoneInfo) -> list[Hour]:
        """Counts for each of the last 24 hours, zeros included, by the full hours of `zone`."""
        last = now.astimezone(zone).replace(minute=0, second=0, microsecond=0)
        first = last - DAY + timedelta(hours=1)
        since = {field: {"$gte": first, "$lte": now}}
        by = {"$dateTrunc": {"date": f"${field}", "unit": "hour", "timezone": str(zone)}}
        steps: list[dict[str, Any]] = [{"$match": since}, {"$project": {field: 1}}]
        if field.startswith("row.shipments."):
            steps += [{"$unwind": "$row.shipments"}, {"$match": since}]
        steps += [{"$group": {"_id": by, "number": {"$sum": 1}}}]
        found = {
            one["_id"]: one["number"] async for one in self._orders.aggregate(steps, hint=index)
        }
        hours = [first + timedelta(hours=n) for n in range(24)]
        return [Hour(hour=hour, number=found.get(hour, 0)) for hour in hours]

    async def _awaiting(self, now: datetime) -> list[Age]:
        waiting = {"row.shipments.status": "AwaitingInventory"}
        return await self._ages(
            [
                {"$match": waiting},
                {"$project": {"row.shipments": 1}},
                {"$unwind": "$row.shipments"},
                {"$match": waiting},
                {"$project": {"since": "$row.shipments.since"}},
            ],
            "shipments",
            now,
        )

    async def _held(self, now: datetime) -> list[Age]:
        held = {"row.status": "OnHold", "row.created": {"$gte": EARLIEST}}
        return await self._ages(
            [{"$match": held}, {"$project": {"since": "$row.since"}}], "status", now
        )

    async def _ages(self, steps: Sequence[dict[str, Any]], index: str, now: datetime) -> list[Age]:
        """Counts by age. `steps` have to yield documents with `since`."""
        hours = {"$divide": [{"$subtract": [now, "$since"]}, 3_600_000]}
        branches = [{"case": {"$lte": [hours, age]}, "then": age} for age in AGES]
        group = {
            "$group": {
                "_id": {"$switch": {"branches": branches, "default": None}},
                "number": {"$sum": 1},
            }
        }
        found = {
            one["_id"]: one["number"]
            async for one in self._orders.aggregate([*steps, group], hint=index)
        }
        return [Age(up_to_hours=age, number=found.get(age, 0)) for age in (*AGES, None)]
