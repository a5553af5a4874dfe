"""Runs the projections within a process: consumes the topics for as long as the process lives."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog
from motor.motor_asyncio import AsyncIOMotorClient

from services.portal.projections.facts import TOPICS
from services.portal.projections.projector import Projector
from services.portal.projections.store import Store
from shared.contracts import Topic
from shared.contracts.topics import PORTAL
from shared.runtime.app import now
from shared.runtime.http.metrics import Metrics
from shared.runtime.kafka import polling_consumer
from shared.runtime.kafka.catching_up import CatchingUpConsumer
from shared.runtime.kafka.consumer import Consumer
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.ports import Unavailable
from shared.runtime.processing.pacing import NO_WAIT, Pacing
from shared.runtime.settings import Settings

GROUP = f"waybill-{PORTAL}"
# A document costs as much to write for ten events as for one. So a portal with much to do waits, up
# to half a second, until each order that moves has several.
MOST_RECORDS = 4000
PACING = Pacing(small=30, full=3000, share=5, most=0.5)
# A write whose process died is carried out within seconds, or never.
ERASE_AGAIN_AFTER = timedelta(minutes=10)
ERASE_EVERY_SECONDS = 60.0

log = structlog.get_logger()


class Portal:
    """The portal as a consumer: its name and its topics."""

    name: str = PORTAL
    topics: Sequence[Topic] = TOPICS


class ProjectionReader:
    """Keeps the read models of `mongo` up to date, in the group `<prefix>waybill-portal`.

    One that `rebuilds` reads few orders at a time: that is quicker over all, but some wait longer.
    Call `prepare`, then `start`; `stop` finishes the current batch. `consumer` and `projector` are
    public for `shared.runtime.http.health.Health`.
    """

    def __init__(
        self,
        settings: Settings,
        mongo: AsyncIOMotorClient,
        publisher: KafkaPublisher,
        metrics: Metrics,
        *,
        rebuilds: bool = False,
    ) -> None:
        self.store = Store(mongo[settings.database_of(PORTAL)])
        prefix = settings.topic_prefix
        pacing = NO_WAIT if rebuilds else PACING
        self.projector = Projector(self.store, publisher, metrics, now, prefix, pacing=pacing)
        client = CatchingUpConsumer if rebuilds else polling_consumer.Consumer
        self.consumer = Consumer(Portal(), settings, self.projector, MOST_RECORDS, client)
        self._erasing: asyncio.Task[None] | None = None

    async def prepare(self) -> None:
        """Creates the indexes. Raises `Unavailable`."""
        await self.store.prepare()

    async def start(self) -> None:
        """Joins the group. Raises `KafkaError` or `OSError` if the cluster can't be reached."""
        await self.consumer.start()
        self._erasing = asyncio.create_task(self._erase_again())

    async def stop(self) -> None:
        """Finishes the current batch, commits it, and leaves the group."""
        if self._erasing:
            self._erasing.cancel()
        await self.consumer.stop()

    async def _erase_again(self) -> None:
        while True:
            try:
                await self.store.erase_again(now() - ERASE_AGAIN_AFTER)
            except Unavailable as error:
                log.warning("engine unavailable", error=str(error))
            await asyncio.sleep(ERASE_EVERY_SECONDS)
