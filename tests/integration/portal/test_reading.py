"""The projections against a real Kafka and MongoDB: read, wait for, rebuild, set right."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import SecretStr

from services.portal.projections.reader import Reading
from services.portal.queries import Queries
from services.portal.rebuild import PortalsRunError, rebuild
from shared.contracts import stock
from shared.contracts.topics import PORTAL
from shared.runtime.http.metrics import Metrics
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.settings import Settings
from tests.cluster import Cluster, Sent
from tests.engines import AnyEngines
from tests.integration.portal.models import Models
from tests.unit.portal.builders import Stream, a_life, placed

pytestmark = pytest.mark.engines
WITHIN = 30.0


@pytest.fixture
def cluster(engines: AnyEngines, tmp_path: Path) -> Any:
    """Topics and a database of a test's own."""
    made = Cluster(engines, tmp_path)
    yield made
    made.close()


@pytest.fixture
def settings(cluster: Cluster) -> Settings:
    return Settings(
        kafka=cluster.engines.kafka,
        mongo=SecretStr(cluster.engines.mongo),
        topic_prefix=cluster.prefix,
        database=cluster.database,
    )


@pytest.fixture
async def models(settings: Settings) -> AsyncIterator[Models]:
    client: AsyncIOMotorClient = AsyncIOMotorClient(
        settings.mongo.get_secret_value(), tz_aware=True
    )
    yield Models(client[settings.database_of(PORTAL)])
    client.close()


class Running:
    """The read side of a portal's process."""

    def __init__(self, settings: Settings) -> None:
        self._mongo: AsyncIOMotorClient = AsyncIOMotorClient(
            settings.mongo.get_secret_value(), tz_aware=True
        )
        self._publisher = KafkaPublisher(settings, "test")
        self.reading = Reading(settings, self._mongo, self._publisher, Metrics(PORTAL))

    async def __aenter__(self) -> "Running":
        await self._publisher.start()
        await self.reading.prepare()
        await self.reading.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.reading.stop()
        await self._publisher.stop()
        self._mongo.close()


def sent(*streams: Stream) -> list[Sent]:
    return [
        Sent(record.topic, record.key, record.value, tuple(record.headers))
        for stream in streams
        for record in stream.records
    ]


SHELF = Stream().tell(
    stock.Received(
        warehouse="seattle",
        sku="SKU-1",
        quantity=5,
        levels=(stock.LevelNow(sku="SKU-1", on_hand=5, allocated=0, backordered=0),),
    )
)


async def everything_there(views: Queries) -> None:
    for kind, stream, version in (
        ("order", "c-1", 6),
        ("payment", "c-1", 3),
        ("shipment", "c-1", 8),
        ("stock", "seattle", 1),
    ):
        assert await views.reached(kind, stream, version, WITHIN), (kind, stream, version)


async def test_facts_are_read_and_a_rebuild_gives_the_same(
    cluster: Cluster, settings: Settings, models: Models
) -> None:
    told = sent(*a_life().values(), SHELF)
    await asyncio.to_thread(cluster.produce, [told[-1], *told, *told[:3]])
    async with Running(settings):
        await everything_there(models.views)
        with pytest.raises(PortalsRunError):
            await rebuild(settings)
    before = await models.everything()
    assert await rebuild(settings) == len(told) + 4
    assert await models.everything() == before
    async with Running(settings):  # and the next portal goes on where the rebuild ended
        more = Stream().tell(placed("c-2", "PO1000002"))
        await asyncio.to_thread(cluster.produce, sent(more))
        assert await models.views.reached("order", "c-2", 1, WITHIN)


async def test_what_cannot_be_understood_becomes_a_dead_letter_and_the_rest_goes_on(
    cluster: Cluster, settings: Settings, models: Models
) -> None:
    life = a_life()
    broken = Sent("order.events", b"c-9", b"{", (("ce_type", b"waybill.order.placed.v1"),))
    await asyncio.to_thread(cluster.produce, [broken, *sent(*life.values(), SHELF)])
    async with Running(settings):
        await everything_there(models.views)
    [letter] = await asyncio.to_thread(cluster.read, "portal.dead-letters")
    assert letter.value == b"{"
    assert letter.headers["waybill_field"] == "ce_specversion"
