"""What an order takes in the journals, live and archived, and how fast orders are archived.

The rules of three services run in this process, with journals in MongoDB; records pass from one to
the other in memory. So it takes no Kafka, and nothing else disturbs the sizes. Orders differ in
names, addresses and articles, as compression profits from what they have in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from importlib import import_module
from itertools import islice
from random import Random
from time import perf_counter, process_time
from typing import Any
from uuid import uuid4

import orjson
from motor.motor_asyncio import AsyncIOMotorClient

from bench.lifecycle import NEXT
from bench.orders import MARKET, WAREHOUSE
from bench.progress import Progress
from bench.results import Figures
from bench.stock_fill import Record
from ops.demo.checkout import converted, line, shipment
from shared.contracts import Message
from shared.contracts.address import Address, Customer
from shared.contracts.stock import Receive
from shared.runtime.app import now
from shared.runtime.decider.service import Service
from shared.runtime.envelope import Envelope
from shared.runtime.http.metrics import Metrics
from shared.runtime.kafka.request_reply import make_record
from shared.runtime.mongo.archive import BY_AGE_INDEX, COLLECTION, MongoArchive
from shared.runtime.mongo.connection import connect
from shared.runtime.mongo.journal import MongoJournal
from shared.runtime.mongo.order_numbers import NumberRange
from shared.runtime.ports import Publication
from shared.runtime.processing.archiving import Archiver
from shared.runtime.processing.context import ServiceContext
from shared.runtime.processing.processor import Processor
from shared.runtime.settings import Settings, read_settings
from shared.site import load

ORDERS = 50_000
AT_ONCE = 200  # orders under way
SKUS = 500
NAMES = ("order", "payment", "shipment")
COPY = "journal_copy"


class Bus:
    """`ports.Publisher` that keeps the records until somebody reads them."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._offset = 0

    async def publish(self, publications: Sequence[Publication]) -> None:
        """Adds the records."""
        for made in publications:
            self._offset += 1
            record = Record(made.topic, 0, self._offset, made.key, made.value, made.headers)
            self.records.append(record)

    async def missing(self, topics: Iterable[str]) -> set[str]:
        """No topic is missing."""
        return set()

    async def renew(self) -> None:
        """There is no connection."""


class Part:
    """A service without its process: its rules and its journal."""

    def __init__(
        self, settings: Settings, mongo: AsyncIOMotorClient, prefix: str, name: str, bus: Bus
    ) -> None:
        service: Service = import_module(f"services.{name}.app").SERVICE
        self.database = f"{prefix}_{name}"
        self.journal = MongoJournal(mongo, self.database, service.long_lived)
        self.archive = MongoArchive(mongo, self.database)
        self.metrics = Metrics(name)
        numbers = NumberRange(mongo, self.database, service.number_prefix)
        self.service = service
        self.topics = {settings.topic(topic) for topic in service.topics}
        self.processor = Processor(
            ServiceContext(
                service=service,
                site=load(settings.site),
                journal=self.journal,
                publisher=bus,
                numbers=numbers if service.numbered else None,
                clock=now,
                metrics=self.metrics,
                prefix=settings.topic_prefix,
            )
        )


class Run:
    """One run of `count` orders, in databases of its own."""

    def __init__(self, settings: Settings, mongo: AsyncIOMotorClient, count: int) -> None:
        self._settings, self._mongo, self._count = settings, mongo, count
        self._bus = Bus()
        self._prefix = f"bench_{uuid4().hex[:6]}"
        self._parts = [Part(settings, mongo, self._prefix, n, self._bus) for n in NAMES]
        self._draw = Random(1)

    async def measure(self) -> Figures:
        """Places the orders, archives them, and drops the databases."""
        try:
            for part in self._parts:
                await part.journal.prepare()
                await part.archive.prepare()
            await self._fill()
            live = {part.service.name: await self._bytes(part) for part in self._parts}
            started, cpu = perf_counter(), process_time()
            moved = {part.service.name: await self._archive(part) for part in self._parts}
            seconds, cpu = perf_counter() - started, process_time() - cpu
            kept = {part.service.name: await self._bytes(part) for part in self._parts}
        finally:
            for part in self._parts:
                await self._mongo.drop_database(part.database)
        return {
            "orders": self._count,
            "streams_moved": moved,
            "streams_per_second": round(sum(moved.values()) / seconds),
            "cpu_ms_per_stream": round(cpu / max(1, sum(moved.values())) * 1e3, 2),
            "live_bytes_per_order": self._per_order(live),
            "archived_bytes_per_order": self._per_order(kept),
        }

    def _per_order(self, found: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
        """Bytes of an order by service and by what they are for."""
        return {
            f"{service} {what}": round(size / self._count)
            for service, sizes in found.items()
            for what, size in sizes.items()
        }

    async def _fill(self) -> None:
        stock = [
            Receive(warehouse=WAREHOUSE, sku=f"SKU-{n}", quantity=self._count * 10)
            for n in range(SKUS)
        ]
        await self._bus.publish([self._record(f"stock-{n}", one) for n, one in enumerate(stock)])
        await self._pass_on()
        progress, done = Progress("orders completed", self._count), 0
        carts = self._carts()
        while some := list(islice(carts, AT_ONCE)):
            await self._bus.publish([self._record(f"checkout-{c.key}", c) for c in some])
            await self._pass_on()
            done += len(some)
            progress.at(done)

    async def _pass_on(self) -> None:
        """Gives each record to the services that read its topic, until there are none."""
        while records := self._bus.records:
            self._bus.records = []
            for part in self._parts:
                if mine := [record for record in records if record.topic in part.topics]:
                    await part.processor.handle(mine)
            await self._bus.publish(list(self._answers(records)))

    def _answers(self, records: Iterable[Record]) -> Iterator[Publication]:
        """What customer service and the warehouse send next."""
        for record in records:
            headers = dict(record.headers)
            kind = (headers.get("ce_type") or b"").decode()
            if kind in NEXT and "ce_sequence" in headers:
                data = orjson.loads(record.value or b"null")
                about = {"order_id": data["order_id"], "shipment_id": data["shipment_id"]}
                command = NEXT[kind](**about)
                yield self._record(f"{kind}-{data['order_id']}", command)

    def _record(self, message_id: str, message: Message) -> Publication:
        envelope = Envelope(id=message_id, source="bench", type=message.type, actor="bench")
        return make_record(self._settings, message, envelope)

    def _carts(self) -> Iterator[Message]:
        site, draw = load(self._settings.site), self._draw
        for number in range(self._count):
            who = f"{self._word(7)} {self._word(9)}"
            customer = Customer(name=who, email=f"{who.replace(' ', '.').lower()}@example.com")
            address = Address(
                name=who,
                line1=f"{draw.randint(1, 999)} {self._word(8)} Street",
                city=self._word(8),
                region="WA",
                postal_code=f"{draw.randint(10000, 99999)}",
                country="US",
            )
            lines = [
                line(f"SKU-{sku}", f"Article number {sku}", draw.randint(1, 3), "19.00")
                for sku in draw.sample(range(SKUS), 2)
            ]
            shipments = [shipment(site, MARKET, address, lines)]
            yield converted(site, MARKET, f"c-{number:07}", shipments, customer=customer)

    def _word(self, length: int) -> str:
        return "".join(self._draw.choice("aeinrstlomdku") for _ in range(length)).title()

    async def _archive(self, part: Part) -> int:
        archiver = Archiver(
            part.service, part.journal, part.archive, timedelta(0), now, part.metrics
        )
        return await archiver.run()

    async def _bytes(self, part: Part) -> dict[str, int]:
        """Bytes on disk that orders take: their documents, and the indexes of these.

        Measured on a copy of the journal without the stock, as MongoDB fills a new file: it gives
        back few of the pages that have become free in a small one.
        """
        database = self._mongo[part.database]
        orders = {"_id": {"$not": {"$regex": "^stock/"}}}
        await database.journal.aggregate([{"$match": orders}, {"$out": COPY}]).to_list(None)
        await database[COPY].create_indexes([BY_AGE_INDEX])
        await self._mongo.admin.command("fsync")
        found = {}
        for what, name in (("journal", COPY), ("archive", COLLECTION)):
            statistics: dict[str, Any] = await database.command("collStats", name)
            found[what] = statistics["storageSize"] - statistics.get("freeStorageSize", 0)
            found[f"{what} indexes"] = statistics["totalIndexSize"]
        await database.drop_collection(COPY)
        return found


async def measure(orders: int = ORDERS) -> Figures:
    """Bytes of an order by collection, before and after all orders are archived.

    Needs a MongoDB at `WAYBILL_MONGO`; no Kafka.
    """
    settings = read_settings(Settings)
    mongo = connect(settings, tz_aware=True)
    try:
        return await Run(settings, mongo, orders).measure()
    finally:
        mongo.close()
