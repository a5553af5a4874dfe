"""The projections against a real Kafka and MongoDB: read, wait for, rebuild, set right."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import SecretStr

from services.portal.projections.reader import ProjectionReader
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
        self.reader = ProjectionReader(settings, self._mongo, self._publisher, Metrics(PORTAL))

    async def __aenter__(self) -> "Running":
        await self._publisher.start()
        await self.reader.prepare()
        await self.reader.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.reader.stop()
        await self._publisher.stop()
        self._mongo.close()


def sent(*streams: Stream) -> list[Sent]:
    return [
        Sent(record.topic, record.key, record.value, tuple(record.headers))
        for stream in streams
        for record in stream.records
    ]


RECEIVED = Stream().tell(
    stock.Received(
        warehouse="seattle",
        sku="SKU-1",
        quantity=5,
        levels=(stock.LevelNow(sku="SKU-1", on_hand=5, allocated=0, backordered=0),),
    )
)


async def wait_for_everything(queries: Queries) -> None:
    for kind, stream, version in (
        ("order", "c-1", 6),
        ("payment", "c-1", 3),
        ("shipment", "c-1", 8),
        ("stock", "seattle", 1),
    ):
        assert await queries.wait_for_version(kind, stream, version, WITHIN), (
            kind,
            stream,
            version,
        )


async def test_rebuild_yields_the_same_read_models(
    cluster: Cluster, settings: Settings, models: Models
) -> None:
    records = sent(*a_life().values(), RECEIVED)
    await asyncio.to_thread(cluster.produce, [records[-1], *records, *records[:3]])
    async with Running(settings):
        await wait_for_everything(models.queries)
        with pytest.raises(PortalsRunError):
            await rebuild(settings)
    before = await models.everything()
    assert await rebuild(settings) == len(records) + 4
    assert await models.everything() == before
    async with Running(settings):  # the next portal continues where the rebuild ended
        more = Stream().tell(placed("c-2", "PO1000002"))
        await asyncio.to_thread(cluster.produce, sent(more))
        assert await models.queries.wait_for_version("order", "c-2", 1, WITHIN)


async def test_undecodable_record_is_a_dead_letter_and_the_rest_is_projected(
    cluster: Cluster, settings: Settings, models: Models
) -> None:
    life = a_life()
    broken = Sent("order.events", b"c-9", b"{", (("ce_type", b"waybill.order.placed.v1"),))
    await asyncio.to_thread(cluster.produce, [broken, *sent(*life.values(), RECEIVED)])
    async with Running(settings):
        await wait_for_everything(models.queries)
    [letter] = await asyncio.to_thread(cluster.read, "portal.dead-letters")
    assert letter.value == b"{"
    assert letter.headers["waybill_field"] == "ce_specversion"
