"""The queries on the portal's read models; pages and the API use nothing else to read.

    queries = Queries(database)        # the portal's own, from a client with tz_aware=True
    await queries.orders.search(OrderFilter(customer="%tay", statuses=("OnHold",)))
    await queries.orders.get("c-1001")   # OrderDetails, Tombstone or None
    await queries.timeline.of("c-1001")
    await queries.carts.get("c-1")
    await queries.customers.search("tay")
    await queries.products.search("dress", "US")
    await queries.returns.list("AwaitingStockReturn", "seattle", 100)
    await queries.stock.waiting("seattle")
    await queries.warehouse.pick_list("seattle")
    await queries.dashboard.now(now, ZoneInfo("Europe/Stockholm"))
    async for change in queries.changes.follow(): ...     # while `queries.changes.run()` runs
    await queries.wait_for_version("order", "c-1001", 7, seconds=2)

Every method raises `shared.runtime.ports.Unavailable` if MongoDB can't be reached, and
`shared.contracts.Malformed`, which names the field, for an invalid argument.
"""

import asyncio
from datetime import timedelta
from time import monotonic

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections.store import PROJECTIONS
from services.portal.queries.carts import Carts
from services.portal.queries.changes import Change, Changes
from services.portal.queries.customers import Customers
from services.portal.queries.dashboard import Dashboard
from services.portal.queries.event_texts import NO_NAMES, Names
from services.portal.queries.filters import PRESETS, OrderFilter, preset, span, zone_of
from services.portal.queries.holds import Holds
from services.portal.queries.orders import EXPIRING_WITHIN, Orders
from services.portal.queries.products import Products
from services.portal.queries.returns import Returns
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

FIRST_PAUSE = 0.005
LONGEST_PAUSE = 0.05


class Queries:
    """All queries, by subject."""

    def __init__(
        self,
        database: AsyncIOMotorDatabase,
        names: Names = NO_NAMES,
        expiring: timedelta = EXPIRING_WITHIN,
    ) -> None:
        self._collections = {
            source: database[projection.collection]
            for projection in PROJECTIONS
            for source in projection.parts
        }
        self.orders = Orders(database, names, expiring)
        self.timeline = Timelines(database, names)
        self.carts = Carts(database)
        self.customers = Customers(database)
        self.products = Products(database)
        self.returns = Returns(database)
        self.stock = Stock(database)
        self.warehouse = Warehouse(database)
        self.dashboard = Dashboard(database, expiring)
        self.holds = Holds(database)
        self.changes = Changes(database)

    async def wait_for_version(self, kind: str, stream: str, version: int, seconds: float) -> bool:
        """Waits until the read models have applied `version`; False if `seconds` pass before.

        `kind` is the first word of the events' topic (`order`, `payment`, `shipment`, `cart`,
        `customer`, `stock`), `stream` the key of the events, `version` the `version` of a reply.
        Any portal process may apply the events.
        """
        deadline, pause = monotonic() + seconds, FIRST_PAUSE
        while not await self._has(kind, stream, version):
            if monotonic() >= deadline:
                return False
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        return True

    async def _has(self, kind: str, stream: str, version: int) -> bool:
        applied = {"_id": stream, f"applied.{kind}": {"$gte": version}}
        with raising_unavailable():
            return await self._collections[kind].find_one(applied, {"_id": 1}) is not None
