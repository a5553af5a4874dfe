"""Runs the gateway and the deadlines beside the service's consumer, in each of its processes."""

import asyncio
from collections.abc import Sequence

import structlog
from aiokafka import ConsumerRecord
from motor.motor_asyncio import AsyncIOMotorClient

from services.payment.gateway.deadline_store import MongoDeadlineStore
from services.payment.gateway.deadlines import EVENTS, Deadlines
from services.payment.gateway.gateway import Gateway
from services.payment.gateway.health import GatewayHealth
from services.payment.gateway.metrics import GatewayMetrics
from services.payment.gateway.registry import make_all, names
from services.payment.gateway.request_store import MongoRequestStore, StoredRequest
from shared.contracts import Message, payments
from shared.contracts.topics import PAYMENT_COMMANDS, PAYMENT_EVENTS, PAYMENT_REQUESTS
from shared.runtime.app import now
from shared.runtime.envelope import Envelope
from shared.runtime.http.metrics import Metrics
from shared.runtime.kafka.group_reader import GroupReader
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.ports import Unavailable
from shared.runtime.processing.dead_letters import DeadLetters
from shared.runtime.processing.decoding import Undecodable, decode
from shared.runtime.settings import Settings

SERVICE = "payment"
EFFECTS = (
    payments.Recorded,
    payments.Captured,
    payments.Voided,
    payments.Refunded,
    payments.RequestFailed,
)
READ: frozenset[type[Message]] = frozenset({payments.Request, *EFFECTS, *EVENTS})
PERIOD_SECONDS = 0.5

log = structlog.get_logger()


class GatewayWorker:
    """Reads requests, their effects and deadlines, and stores them before it commits."""

    topics = (PAYMENT_REQUESTS, PAYMENT_EVENTS)
    writes = (PAYMENT_COMMANDS,)
    group = f"waybill-{SERVICE}-gateway"

    def __init__(self, settings: Settings, mongo: AsyncIOMotorClient, metrics: Metrics) -> None:
        self._settings = settings
        self._store = MongoRequestStore(
            mongo, settings.database_of(SERVICE), settings.retention_days
        )
        self._publisher = KafkaPublisher(settings, f"waybill-{SERVICE}-gateway")
        self._meters = GatewayMetrics(metrics.registry, names())
        self._dead = metrics.dead_letters
        self._gateway = Gateway(
            self._store, self._publisher.publish_one, now, self._meters, settings.topic_prefix
        )
        self._gateway.providers = make_all(self._gateway.tell)
        self._deadline_store = MongoDeadlineStore(mongo, settings.database_of(SERVICE))
        self._deadlines = Deadlines(
            self._deadline_store, self._publisher.publish_one, now, settings.topic_prefix
        )
        self._letters = DeadLetters(SERVICE, settings.topic_prefix)
        self._health = GatewayHealth()
        self._reader = GroupReader(
            settings,
            self.group,
            self.topics,
            self._take,
            reader="the gateway",
            doing="take requests",
        )
        self._retrying: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Raises `Unavailable`, `KafkaError` or `OSError` if an engine can't be reached."""
        await self._store.prepare()
        await self._deadline_store.prepare()
        await self._publisher.start()
        await self._reader.start()
        self._retrying = asyncio.create_task(self._retry())

    async def stop(self) -> None:
        """Stops; requests in flight are retried by another process."""
        if self._retrying is not None:
            self._retrying.cancel()
            await asyncio.gather(self._retrying, return_exceptions=True)
        await self._reader.stop()
        await self._gateway.stop()
        await self._publisher.stop()

    def problems(self) -> list[str]:
        """Returns what keeps the gateway from reading requests or asking providers."""
        found = [*self._health, *self._reader.problems()]
        if self._retrying is not None and self._retrying.done():
            found.append("the gateway has stopped")
        return found

    async def _take(self, records: Sequence[ConsumerRecord]) -> None:
        requests: list[StoredRequest] = []
        done: dict[str, Message] = {}
        events: list[tuple[Message, Envelope]] = []
        for record in records:
            try:
                incoming = decode(record, self._settings.topic_prefix, READ)
            except Undecodable as no:
                self._dead.inc()
                await self._publisher.publish_one(
                    self._letters.malformed(no.record, no.error, now())
                )
                continue
            if incoming is None:
                continue
            message, envelope = incoming.message, incoming.envelope
            if isinstance(message, payments.Request):
                about = (envelope.correlation_id, envelope.id, envelope.traceparent)
                requests.append(StoredRequest(message, 0, *about))
                continue
            if isinstance(message, EFFECTS) and message.request_id is not None:
                done[message.request_id] = message
            events.append((message, envelope))
        await self._gateway.done(done)
        await self._gateway.take(requests)
        await self._deadlines.take(events)
        for effect in done.values():  # only now: what fails above is read again
            self._meters.settled(effect)

    async def _retry(self) -> None:
        """Retries due requests and updates the metrics, for ever."""
        while True:
            try:
                with self._health.trying("ask providers"):
                    await self._gateway.go_on()
                    await self._gateway.measure()
                with self._health.trying("send deadlines"):
                    await self._deadlines.go_on()
            except Unavailable as error:
                log.warning("engine unavailable", error=str(error))
            except Exception:
                log.exception("requests can't be asked again")
            await asyncio.sleep(PERIOD_SECONDS)
