"""The portal's questions to its read models. Pages and the API ask here, and nowhere else.

    views = Views(database)            # the portal's own, from a client with tz_aware=True
    await views.orders.search(OrderFilter(customer="%tay", statuses=("OnHold",)))
    await views.orders.get("c-1001")   # OrderDetails, Tombstone or None
    await views.timeline.of("c-1001")
    await views.carts.get("c-1")
    await views.customers.search("tay")
    await views.products.search("dress", "US")
    await views.stock.waiting("seattle")
    await views.warehouse.pick_list("seattle")
    await views.figures.now(now, ZoneInfo("Europe/Stockholm"))
    async for change in views.changes.follow(): ...     # while `views.changes.run()` runs
    await views.reached("order", "c-1001", 7, seconds=2)

Every method raises `shared.runtime.ports.Unavailable` while MongoDB is out of reach, and
`shared.contracts.Malformed`, which names the field, for what makes no sense.
"""

import asyncio
from time import monotonic

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections.store import VIEWS
from services.portal.queries.carts import Carts
from services.portal.queries.changes import Change, Changes
from services.portal.queries.customers import Customers
from services.portal.queries.dashboard import Dashboard
from services.portal.queries.filters import PRESETS, OrderFilter, preset, span, zone_of
from services.portal.queries.orders import Orders
from services.portal.queries.products import Products
from services.portal.queries.stock import Stock
from services.portal.queries.timeline import Timelines
from services.portal.queries.warehouse import Warehouse
from shared.runtime.mongo.journal import raising_unavailable

__all__ = [
    "PRESETS",
    "Change",
    "Changes",
    "OrderFilter",
    "Queries",
    "preset",
    "span",
    "zone_of",
]

FIRST_LOOK = 0.005
LONGEST_LOOK = 0.05


class Queries:
    """All questions, by what they are about."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._told = {source: database[view.collection] for view in VIEWS for source in view.folds}
        self.orders = Orders(database)
        self.timeline = Timelines(database)
        self.carts = Carts(database)
        self.customers = Customers(database)
        self.products = Products(database)
        self.stock = Stock(database)
        self.warehouse = Warehouse(database)
        self.figures = Dashboard(database)
        self.changes = Changes(database)

    async def reached(self, kind: str, stream: str, version: int, seconds: float) -> bool:
        """Whether the read models have taken in that version within `seconds`.

        `kind` is the first word of the events' topic (`order`, `payment`, `shipment`, `cart`,
        `customer`, `stock`), `stream` the id that is their key, `version` what a reply calls so.
        Any process may do the taking in.
        """
        deadline, pause = monotonic() + seconds, FIRST_LOOK
        while not await self._has(kind, stream, version):
            if monotonic() >= deadline:
                return False
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_LOOK)
        return True

    async def _has(self, kind: str, stream: str, version: int) -> bool:
        there = {"_id": stream, f"applied.{kind}": {"$gte": version}}
        with raising_unavailable():
            return await self._told[kind].find_one(there, {"_id": 1}) is not None
