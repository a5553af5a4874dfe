"""Runs a service: wires its parts, waits for Kafka and MongoDB, serves HTTP, shuts down."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog
from aiokafka.admin import AIOKafkaAdminClient

from shared.runtime.decider.service import Service
from shared.runtime.http.endpoints import make_http
from shared.runtime.http.health import Health
from shared.runtime.http.metrics import Metrics
from shared.runtime.http.serving import end_process, retry_until_ready, run_http
from shared.runtime.kafka.connection import connection
from shared.runtime.kafka.consumer import Consumer
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.mongo.connection import connect
from shared.runtime.mongo.journal import MongoJournal
from shared.runtime.mongo.order_numbers import NumberRange
from shared.runtime.mongo.tables import MongoTables
from shared.runtime.ports import Unavailable
from shared.runtime.processing.context import ServiceContext
from shared.runtime.processing.pacing import Pacing
from shared.runtime.processing.processor import Processor
from shared.runtime.settings import Settings
from shared.site import Site

log = structlog.get_logger()

OnStep = Callable[[str], None]


def now() -> datetime:
    """The current time, to the millisecond: the precision of the journal."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class App:
    """One process of a service.

    on_step  called with the name of each step of a batch; tests stop the process there
    failure  the exception that ended the process, if one did
    """

    def __init__(
        self,
        service: Service,
        settings: Settings,
        site: Site,
        on_step: OnStep = lambda step: None,
    ) -> None:
        self._service = service
        self._settings = settings
        database = settings.database_of(service.name)
        self._mongo = connect(settings, serverSelectionTimeoutMS=5000, tz_aware=True)
        self._journal = MongoJournal(self._mongo, database, service.long_lived)
        self._publisher = KafkaPublisher(settings, f"waybill-{service.name}")
        numbers = NumberRange(self._mongo, database, service.number_prefix)
        metrics = Metrics(service.name)
        context = ServiceContext(
            service=service,
            site=site,
            journal=self._journal,
            publisher=self._publisher,
            numbers=numbers if service.numbered else None,
            clock=now,
            metrics=metrics,
            prefix=settings.topic_prefix,
            tables=MongoTables(self._mongo, database) if service.tables else None,
            on_step=on_step,
        )
        processor = Processor(
            context, pacing=Pacing(small=8, full=settings.batch, share=1, most=0.05)
        )
        self._consumer = Consumer(service, settings, processor)
        make = service.worker
        self._worker = make(settings, self._mongo, metrics) if make else None
        self.health = Health(self._consumer, processor, self._mongo, metrics, self._worker)
        self.failure: BaseException | None = None
        self.http = make_http(service, settings, self.health, metrics, self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, _: object) -> AsyncIterator[None]:
        """Serves HTTP at once; connects to Kafka and MongoDB in the background."""
        starting = asyncio.create_task(self._start())
        starting.add_done_callback(self._stop_if_failed)
        try:
            yield
        finally:
            self.health.stopping = True
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            if self._worker is not None:
                await self._worker.stop()
            await self._consumer.stop()
            await self._publisher.stop()
            self._mongo.close()
            log.info("stopped")

    def _stop_if_failed(self, starting: asyncio.Task[None]) -> None:
        if not starting.cancelled() and (error := starting.exception()):
            self.failure = error
            end_process(error)

    async def _start(self) -> None:
        await self._until("MongoDB", self._journal.prepare)
        await self._until("Kafka", self._publisher.start)
        await self._until("the topics", self._find_topics)
        await self._until("the consumer group", self._consumer.start)
        if self._worker is not None:
            await self._until("its worker", self._worker.start)
        self.health.waiting_for = None
        log.info("started", topics=[topic.name for topic in self._service.topics])

    async def _until(self, what: str, step: Callable[[], Awaitable[object]]) -> None:
        await retry_until_ready(what, step, self._settings, self.health)

    async def _find_topics(self) -> None:
        """Checks that every topic exists; only `waybill setup` creates topics.

        Raises `Unavailable`.
        """
        admin = AIOKafkaAdminClient(**connection(self._settings))
        await admin.start()
        try:
            extra = self._worker.topics if self._worker else ()
            wanted = {self._settings.topic(topic) for topic in (*self._service.topics, *extra)}
            missing = wanted - set(await admin.list_topics())
        finally:
            await admin.close()
        if missing:
            raise Unavailable(f"missing topics: {', '.join(sorted(missing))}: run `waybill setup`")


def run(service: Service, on_step: OnStep = lambda step: None) -> None:
    """Runs a service with the environment's settings until it receives a stop signal."""
    run_http(
        service.name,
        Settings,
        lambda settings, site: App(service, settings, site, on_step),
        service.check,
    )
