"""Times the list of orders for every filter.

Fills a new database through the projections (default 100,000 orders), queries pages by each filter
and each pair of filters, and removes the database. Uses WAYBILL_MONGO if set, else starts a local
engine. A million orders take ten minutes to fill in, and MongoDB gets memory for them, as a site of
that size gives it.
"""

import asyncio
import os
import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorClient

from bench.percentiles import percentiles
from bench.progress import Progress
from ops.local import engines
from services.portal.projections.facts import Fact
from services.portal.projections.orders import ORDERS
from services.portal.projections.projection import Document
from services.portal.projections.store import Store
from services.portal.queries import OrderFilter, Queries
from services.portal.queries.cursor import encode_cursor

COUNT = 100_000
AT_ONCE = 1000
REPEATS = 40  # of each query
TARGET_MS = 50
CACHE_MB = 6 * 1024  # of MongoDB; its default on a machine of 16 GB is 7 GB
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
FIRST = (
    "Mercy Otis Zoë Taylor Amina Björn Chiara Dmitri Eilidh Farid Grace Hana Imre José Keiko Lars "
    "Maya Nadia Oskar Priya Quentin Rosa Søren Tomás Uma Viktor Wanda Xavier Yusuf Žofie"
)
LAST = (
    "Taylor Hayes Łuczak Andersson Baker Castillo Duarte Eriksen Fischer Gonçalves Haddad Ivanova "
    "Jensen Kowalski Lindqvist Müller Nakamura Okafor Petrov Quinn Rossi Sato Thompson Usman Varga "
    "Watanabe Xu Yılmaz Zhang Ångström"
)
MARKETS = ("US", "SE", "JP", "UK", "DE", "FR", "NL", "AU", "IE", "NO")
ENDS = ("InProgress", "OnHold", "PartiallyShipped", "Completed", "Canceled")
SHARES = (25, 3, 4, 63, 5)


class Shop:
    """Generates customers and orders, the same ones in each run."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.chance = random.Random(20261122)
        self.names = [f"{first} {last}" for first in FIRST.split() for last in LAST.split()]

    def order(self, number: int) -> Document:
        """Returns the document of order `number`, projected from facts of three services."""
        chance = self.chance
        document = ORDERS.new(str(uuid4()))
        created = NOW - timedelta(seconds=(self.count - number) * 60 + chance.random() * 60)
        for source, name, data in self._life(number, created):
            sequence = document["applied"].get(source, 0) + 1
            fact = Fact(source, document["_id"], sequence, name, created, data, "m")
            ORDERS.apply(document, fact)
        ORDERS.finish(document)
        return document

    def _life(self, number: int, created: datetime) -> Iterator[tuple[str, str, Document]]:
        chance = self.chance
        name = chance.choice(self.names)
        who = chance.randrange(20_000)
        customer = {"customer_id": f"cu-{who}", "name": name, "phone": None}
        customer["email"] = f"{name.split()[0].lower()}.{who}@example.com"
        there = {"line1": "1 Pike Pl", "city": "Seattle", "country": "US", "postal_code": "98101"}
        address = there | {"name": name if chance.random() < 0.8 else chance.choice(self.names)}
        lines = [
            {
                "line_id": str(n),
                "sku": f"SKU-{chance.randrange(5000)}",
                "name": "Linen dress, long",
                "quantity": chance.randint(1, 4),
                "placed_price": "39.50",
                "discount": "0.00",
                "tax": "3.56",
                "preorder": False,
            }
            for n in range(chance.randint(1, 6))
        ]
        shipment = {
            "shipment_id": "1",
            "shipping_method": "standard",
            "shipping_cost": "4.90",
            "shipping_tax": "0.00",
            "address": address,
            "lines": lines,
        }
        placed = {
            "order_number": f"PO{1_000_000 + number}",
            "market": chance.choice(MARKETS),
            "currency": "USD",
            "customer": None if chance.random() < 0.02 else customer,
            "coupons": [],
            "order_discount": "0.00",
            "shipments": [shipment],
            "total": "101.70",
            "converted_at": created.isoformat(),
        }
        yield "order", "order.placed", placed
        yield "payment", "payment.account-opened", {"currency": "USD", "total": "101.70"}
        where = {"shipment_id": "1", "warehouse": "seattle", "address": address, "lines": lines}
        yield "shipment", "shipment.awaiting-inventory", where | {"status": "AwaitingInventory"}
        yield from self._end(where, created)

    def _end(self, where: Document, created: datetime) -> Iterator[tuple[str, str, Document]]:
        status = self.chance.choices(ENDS, SHARES)[0]
        if status == "Completed":
            shipped = {"status": "Shipped", "shipped_at": created.isoformat()}
            yield "shipment", "shipment.shipped", where | shipped
        name = {
            "OnHold": "order.held",
            "PartiallyShipped": "order.partially-shipped",
            "Completed": "order.completed",
            "Canceled": "order.canceled",
        }.get(status)
        if name:
            yield "order", name, {"reason": None}


def questions(shop: Shop, chance: random.Random) -> dict[str, Any]:
    """Returns a filter of each kind, as a person might type it."""
    name, other = chance.choice(shop.names), chance.choice(shop.names)
    start = chance.randrange(len(other) - 3)
    since = NOW - timedelta(days=chance.randint(1, 60))
    number = f"PO{1_000_000 + chance.randrange(shop.count)}"
    return {
        "number": {"number": number[: chance.randint(4, 9)]},
        "created": {"since": since, "before": since + timedelta(days=chance.randint(1, 7))},
        "name": {"name": other[: chance.randint(3, 6)]},
        "markets": {"markets": tuple(chance.sample(MARKETS, chance.randint(1, 3)))},
        "customer": {"customer": name[: chance.randint(1, 6)]},
        "%customer": {"customer": f"%{other[start : start + chance.randint(1, 5)]}"},
        "email": {"email": f"{name.split()[0]}.{chance.randrange(20_000)}@example.com"},
        "statuses": {"statuses": tuple(chance.sample(ENDS, chance.randint(1, 3)))},
        "anonymous": {"anonymous": True},
        "nobody": {"customer": "%" + chance.choice(["qxz", "zzyx", "ann hay", "brigg"])},
    }


async def fill(store: Store, count: int) -> float:
    """Fills the read model; returns orders per second."""
    shop, progress, began = Shop(count), Progress("orders filled in", count), perf_counter()
    for start in range(0, count, AT_ONCE):
        documents = [shop.order(number) for number in range(start, min(start + AT_ONCE, count))]
        await store.save(ORDERS, [(document, {}) for document in documents])
        progress.at(start + len(documents))
    return count / (perf_counter() - began)


async def ask(queries: Queries, count: int) -> dict[str, list[float]]:
    """Returns milliseconds of the first page with the count, and of the second, by filters."""
    chance, shop = random.Random(7), Shop(count)
    kinds = list(questions(shop, chance))
    asked = [(), *((kind,) for kind in kinds), *combinations(kinds, 2), tuple(kinds[:-1])]
    took: dict[str, list[float]] = {}
    for chosen in asked:
        for _ in range(REPEATS if len(chosen) < 2 else REPEATS // 4):
            given = questions(shop, chance)
            parts: dict[str, Any] = {}
            for kind in chosen:
                parts |= given[kind]
            asked_for, began = OrderFilter(**parts), perf_counter()
            page, _count = await asyncio.gather(
                queries.orders.search(asked_for), queries.orders.count(asked_for)
            )
            times = took.setdefault(" + ".join(chosen) or "everything", [])
            times.append((perf_counter() - began) * 1000)
            if page.after:
                began = perf_counter()
                await queries.orders.search(asked_for, page.after)
                times.append((perf_counter() - began) * 1000)
    return took


async def deepest(queries: Queries) -> dict[str, list[float]]:
    """Returns milliseconds of pages near the oldest order."""
    number = f"PO{1_000_000 + 60}"
    oldest = await queries.orders.search(OrderFilter(number=number))
    cursor = encode_cursor(oldest.orders[0].created, number)
    asked = {"deepest page": OrderFilter(), "deepest page + %customer": OrderFilter(customer="%an")}
    took: dict[str, list[float]] = {kind: [] for kind in asked}
    for kind, order_filter in asked.items():
        for _ in range(REPEATS):
            began = perf_counter()
            await queries.orders.search(order_filter, cursor)
            took[kind].append((perf_counter() - began) * 1000)
    return took


async def run(mongo: str, count: int) -> dict[str, Any]:
    """Fills a database, measures, and removes the database."""
    client: AsyncIOMotorClient = AsyncIOMotorClient(mongo, tz_aware=True)
    name = f"bench_{uuid4().hex[:8]}"
    try:
        database = client[name]
        store = Store(database)
        await store.prepare()
        filled = await fill(store, count)
        await client.admin.command(
            "setParameter", 1, wiredTigerEngineRuntimeConfig=f"cache_size={CACHE_MB}M"
        )
        await ask(Queries(database), count)  # reads from disk what is searched every day
        took = await ask(Queries(database), count) | await deepest(Queries(database))
        sizes = await database.command("collStats", "orders")
        return {
            "orders": count,
            "filled_per_second": round(filled),
            "index_bytes_per_order": round(sizes["totalIndexSize"] / count),
            "data_mb": round(sizes["size"] / 2**20),
            "stored_mb": round(sizes["storageSize"] / 2**20),
            "indexes_mb": {k: round(v / 2**20, 1) for k, v in sizes["indexSizes"].items()},
            "questions": {kind: percentiles(times, 50, 95) for kind, times in took.items()},
        }
    finally:
        await client.drop_database(name)
        client.close()


async def measure(orders: int = COUNT) -> dict[str, Any]:
    """Milliseconds of each filter and each pair, at this number of orders."""
    if mongo := os.environ.get("WAYBILL_MONGO"):
        return await run(mongo, orders)
    with tempfile.TemporaryDirectory(prefix="waybill-bench-") as folder:
        own = await asyncio.to_thread(engines.start, Path(folder))
        try:
            return await run(own.mongo, orders)
        finally:
            await asyncio.to_thread(own.stop)
