"""Fills a warehouse: many articles, and a long queue of shipments that wait for one of them.

The shipment service's own processor writes it. Its records aren't published, since no shipment
belongs to the requests.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from motor.motor_asyncio import AsyncIOMotorClient

from bench.progress import Progress
from services.shipment.app import SERVICE
from shared.contracts import Message
from shared.contracts.stock import Allocate, ItemQuantity, Receive
from shared.runtime.app import now
from shared.runtime.envelope import Envelope
from shared.runtime.http.metrics import Metrics
from shared.runtime.kafka.request_reply import make_record
from shared.runtime.mongo.journal import MongoJournal
from shared.runtime.ports import Headers, Publication
from shared.runtime.processing.context import ServiceContext
from shared.runtime.processing.processor import Processor
from shared.runtime.settings import Settings
from shared.site import load

BATCH = 500
WANTED = "BENCH-WANTED"  # the article that the queue waits for


class Record(NamedTuple):
    """A record as Kafka would deliver it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class NoPublisher:
    """`ports.Publisher` that publishes nothing."""

    async def publish(self, publications: Sequence[Publication]) -> None:
        """Drops the records."""

    async def missing(self, topics: Collection[str]) -> set[str]:
        """No topic is missing."""
        return set()

    async def renew(self) -> None:
        """There is no connection."""


async def fill(
    mongo: AsyncIOMotorClient, settings: Settings, warehouse: str, skus: int, waiting: int
) -> None:
    """Writes the stream of `warehouse`, which must be new."""
    journal = MongoJournal(mongo, settings.database_of(SERVICE.name), SERVICE.long_lived)
    context = ServiceContext(
        service=SERVICE,
        site=load(settings.site),
        journal=journal,
        publisher=NoPublisher(),
        numbers=None,
        clock=now,
        metrics=Metrics("bench"),
        prefix=settings.topic_prefix,
    )
    processor, progress = Processor(context), Progress("stock commands", skus + waiting)
    records, done = _records(settings, _commands(warehouse, skus, waiting)), 0
    while batch := list(islice(records, BATCH)):
        await processor.handle(batch)
        done += len(batch)
        progress.at(done)


def _commands(warehouse: str, skus: int, waiting: int) -> Iterator[Message]:
    for number in range(skus):
        yield Receive(warehouse=warehouse, sku=f"BENCH-{number}", quantity=100)
    lines = (ItemQuantity(sku=WANTED, quantity=1),)
    for number in range(waiting):
        yield Allocate(
            warehouse=warehouse, order_id=f"waiting-{number}", shipment_id="1", lines=lines
        )


def _records(settings: Settings, commands: Iterable[Message]) -> Iterator[Record]:
    for offset, command in enumerate(commands):
        envelope = Envelope(id=f"fill-{offset}", source="bench", type=command.type)
        made = make_record(settings, command, envelope)
        yield Record(made.topic, 0, offset, made.key, made.value, made.headers)
