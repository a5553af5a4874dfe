"""Runs a service: wires its parts and serves HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from aiokafka.admin import AIOKafkaAdminClient

from shared.runtime.decider.service import Service
from shared.runtime.http.endpoints import make_http
from shared.runtime.http.health import Health
from shared.runtime.http.metrics import Metrics
from shared.runtime.http.serving import run_http
from shared.runtime.kafka.connection import connection
from shared.runtime.kafka.consumer import Consumer
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.mongo.archive import MongoArchive
from shared.runtime.mongo.connection import connect
from shared.runtime.mongo.journal import MongoJournal
from shared.runtime.mongo.order_numbers import NumberRange
from shared.runtime.mongo.tables import MongoTables
from shared.runtime.ports import Unavailable
from shared.runtime.process import Part, Process
from shared.runtime.processing.archiving import Archiver
from shared.runtime.processing.context import ServiceContext
from shared.runtime.processing.pacing import Pacing
from shared.runtime.processing.processor import Processor
from shared.runtime.settings import Settings
from shared.site import Site

OnStep = Callable[[str], None]


def now() -> datetime:
    """The current time, to the millisecond: the precision of the journal."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class App(Process):
    """One process of a service.

    on_step  called with the name of each step of a batch; tests stop the process there
    """

    def __init__(
        self,
        service: Service,
        settings: Settings,
        site: Site,
        on_step: OnStep = lambda step: None,
    ) -> None:
        self._service = service
        database = settings.database_of(service.name)
        mongo = connect(settings, serverSelectionTimeoutMS=5000, tz_aware=True)
        journal = MongoJournal(mongo, database, service.long_lived)
        publisher = KafkaPublisher(settings, f"waybill-{service.name}")
        numbers = NumberRange(mongo, database, service.number_prefix)
        metrics = self.metrics = Metrics(service.name)
        context = ServiceContext(
            service=service,
            site=site,
            journal=journal,
            publisher=publisher,
            numbers=numbers if service.numbered else None,
            clock=now,
            metrics=metrics,
            prefix=settings.topic_prefix,
            tables=MongoTables(mongo, database) if service.tables else None,
            on_step=on_step,
        )
        pacing = Pacing(small=8, full=settings.batch, share=1, most=0.05)
        processor = Processor(context, pacing=pacing)
        consumer = Consumer(service, settings, processor)
        make = service.worker
        self._worker = make(settings, mongo, metrics) if make else None
        health = Health(consumer, processor, mongo, metrics, self._worker, database)
        parts = [
            Part("MongoDB", journal.prepare),
            Part("Kafka", publisher.start, publisher.stop),
            Part("the topics", self._find_topics),
            Part("the consumer group", consumer.start, consumer.stop),
        ]
        if self._worker is not None:
            parts.append(Part("its worker", self._worker.start, self._worker.stop))
        if settings.archive_after_days:
            archive = MongoArchive(mongo, database)
            after = timedelta(days=settings.archive_after_days)
            archiver = Archiver(service, journal, archive, after, now, metrics)
            parts.append(Part("archiving", archiver.start, archiver.stop))
        topics = [topic.name for topic in service.topics]
        super().__init__(settings, mongo, health, parts, topics=topics)
        self.http = make_http(service, settings, health, metrics, self.lifespan)

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
        service.settings,
        lambda settings, site: App(service, settings, site, on_step),
        service.check,
    )
