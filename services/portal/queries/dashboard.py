"""The query behind the home page's dashboard."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections.needs import NEEDS
from services.portal.projections.orders import ORDERS
from services.portal.queries.cursor import EARLIEST
from services.portal.queries.filters import preset
from services.portal.queries.models.dashboard import (
    Age,
    Bucket,
    Charts,
    DashboardFigures,
    Hour,
)
from services.portal.queries.orders import EXPIRING_WITHIN
from services.portal.queries.returns import OPEN as OPEN_RETURNS
from shared.runtime.mongo.journal import raising_unavailable

DAY = timedelta(hours=24)
AGES = (1, 4, 24, 72, 168)  # hours
# What waits is counted up to this number, the oldest first.
MOST = 2000


class Dashboard:
    """Counts of orders and shipments. Raises `Unavailable` if MongoDB can't be reached."""

    def __init__(
        self, database: AsyncIOMotorDatabase, expiring: timedelta = EXPIRING_WITHIN
    ) -> None:
        self._expiring = expiring
        self._orders = database[ORDERS.collection]

    async def now(self, now: datetime, zone: ZoneInfo) -> DashboardFigures:
        """The counts as of `now`; "today" and the hours are those of `zone`."""
        midnight, _ = preset("today", now, zone)
        with raising_unavailable():
            today = {"row.created": {"$gte": midnight}}
            found = await asyncio.gather(
                self._orders.count_documents(today, hint="newest"),
                self._by_hour("row.created", "newest", now, zone),
                self._by_hour("row.shipments.shipped_at", "shipped", now, zone),
                self._shipments("AwaitingInventory", now),
                self._held(now),
                self._shipments("Released", now),
                self._shipments("Packing", now),
                self._review(now.astimezone(zone).date(), now),
                self._expiring_soon(now),
                *(self._returns(status, now) for status in OPEN_RETURNS),
                *(self._needing(what, now) for what in NEEDS),
            )
        names: tuple[str, ...] = (
            "placed_today",
            "placed",
            "shipped",
            "awaiting",
            "held",
            "released",
            "packing",
        )
        names += ("review", "expiring", "returns_expected", "returns_arrived", *NEEDS)
        return DashboardFigures(**dict(zip(names, found, strict=True)))

    async def charts(self, days: int, now: datetime, zone: ZoneInfo) -> Charts:
        """What was placed and shipped in the last `days`, by day; today alone by hour."""
        midnight, end = preset("today", now, zone)
        if days == 1:
            starts = [midnight.astimezone(UTC) + timedelta(hours=n) for n in range(25)]
            starts = [each for each in starts if each < end.astimezone(UTC)]
            unit = "hour"
        else:
            today = midnight.date()
            starts = [
                datetime.combine(today - timedelta(days=n), time(), zone)
                for n in reversed(range(days))
            ]
            unit = "day"
        with raising_unavailable():
            placed, shipped, first = await asyncio.gather(
                self._counted("row.created", "newest", unit, starts, end, zone),
                self._counted("row.shipments.shipped_at", "shipped", unit, starts, end, zone),
                self._orders.count_documents(
                    {"row.created": {"$gte": EARLIEST}}, hint="newest", limit=1
                ),
            )
        return Charts(placed=placed, shipped=shipped, any_orders=first > 0)

    async def _counted(
        self,
        field: str,
        index: str,
        unit: str,
        starts: Sequence[datetime],
        end: datetime,
        zone: ZoneInfo,
    ) -> list[Bucket]:
        """Counts by hour or day of `zone`, from the first of `starts` to `end`, zeros included."""
        found = await self._grouped(field, index, unit, {"$gte": starts[0], "$lt": end}, zone)
        return [Bucket(start=each, number=found.get(each, 0)) for each in starts]

    async def _grouped(
        self, field: str, index: str, unit: str, within: dict[str, Any], zone: ZoneInfo
    ) -> dict[datetime, int]:
        since = {field: within}
        by = {"$dateTrunc": {"date": f"${field}", "unit": unit, "timezone": str(zone)}}
        steps: list[dict[str, Any]] = [{"$match": since}, {"$project": {"_id": 0, field: 1}}]
        if field.startswith("row.shipments."):
            steps += [{"$unwind": "$row.shipments"}, {"$match": since}]
        steps += [{"$group": {"_id": by, "number": {"$sum": 1}}}]
        groups = self._orders.aggregate(steps, hint=index)
        return {one["_id"]: one["number"] async for one in groups}

    async def _by_hour(self, field: str, index: str, now: datetime, zone: ZoneInfo) -> list[Hour]:
        """Counts for each of the last 24 hours, zeros included, by the full hours of `zone`."""
        last = now.astimezone(zone).replace(minute=0, second=0, microsecond=0)
        first = last - DAY + timedelta(hours=1)
        found = await self._grouped(field, index, "hour", {"$gte": first, "$lte": now}, zone)
        hours = [first + timedelta(hours=n) for n in range(24)]
        return [Hour(hour=hour, number=found.get(hour, 0)) for hour in hours]

    async def _shipments(self, status: str, now: datetime) -> list[Age]:
        wanted = {"row.shipments.status": status}
        return await self._ages(
            [
                {"$match": wanted},
                {"$limit": MOST},
                {"$project": {"row.shipments": 1}},
                {"$unwind": "$row.shipments"},
                {"$match": wanted},
                {"$project": {"since": "$row.shipments.since"}},
            ],
            "shipments",
            now,
        )

    async def _returns(self, status: str, now: datetime) -> list[Age]:
        wanted = {"row.returns.status": status}
        steps: list[dict[str, Any]] = [
            {"$match": wanted},
            {"$limit": MOST},
            {"$project": {"row.returns": 1}},
            {"$unwind": "$row.returns"},
            {"$match": wanted},
            {"$project": {"since": "$row.returns.since"}},
        ]
        return await self._ages(steps, "returns", now)

    async def _held(self, now: datetime) -> list[Age]:
        held = {"row.status": "OnHold", "row.created": {"$gte": EARLIEST}}
        return await self._oldest(held, "status", "row.since", now)

    async def _review(self, today: date, now: datetime) -> list[Age]:
        """Orders with a hold whose review date is before `today`, by the age of that date."""
        steps: list[dict[str, Any]] = [
            {"$match": {"row.review_on": {"$lt": today.isoformat()}}},
            {"$sort": {"row.review_on": 1, "row.held_since": 1}},
            {"$limit": MOST},
            {"$project": {"since": {"$dateFromString": {"dateString": "$row.review_on"}}}},
        ]
        return await self._ages(steps, "holds-review", now)

    async def _expiring_soon(self, now: datetime) -> list[Age]:
        """Orders whose authorizations expire soon, by how long ago; most still lie ahead."""
        steps: list[dict[str, Any]] = [
            {"$match": {"row.expires_at": {"$lte": now + self._expiring}}},
            {"$sort": {"row.expires_at": 1}},
            {"$limit": MOST},
            {"$project": {"since": "$row.expires_at"}},
        ]
        return await self._ages(steps, "expires", now)

    async def _needing(self, what: str, now: datetime) -> list[Age]:
        needing = {"row.needs": what, "row.created": {"$gte": EARLIEST}}
        return await self._oldest(needing, "needs", f"row.needs_since.{what}", now)

    async def _oldest(
        self, query: dict[str, Any], index: str, since: str, now: datetime
    ) -> list[Age]:
        """The ages of the oldest orders that match, found by reading the index backwards."""
        steps: list[dict[str, Any]] = [
            {"$match": query},
            {"$sort": {"row.created": 1, "row.number": 1}},
            {"$limit": MOST},
            {"$project": {"since": f"${since}"}},
        ]
        return await self._ages(steps, index, now)

    async def _ages(self, steps: Sequence[dict[str, Any]], index: str, now: datetime) -> list[Age]:
        """Counts by age. `steps` have to yield documents with `since`."""
        hours = {"$divide": [{"$subtract": [now, "$since"]}, 3_600_000]}
        branches = [{"case": {"$lte": [hours, age]}, "then": age} for age in AGES]
        group = {
            "$group": {
                "_id": {"$switch": {"branches": branches, "default": None}},
                "number": {"$sum": 1},
                "oldest": {"$min": "$since"},
            }
        }
        groups = self._orders.aggregate([*steps, group], hint=index)
        found = {one["_id"]: one async for one in groups}
        nothing = {"number": 0, "oldest": None}
        return [
            Age(up_to_hours=age, number=each["number"], oldest=each["oldest"])
            for age in (*AGES, None)
            for each in [found.get(age, nothing)]
        ]
