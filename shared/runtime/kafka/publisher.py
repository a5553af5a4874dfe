"""Writes records to Kafka: keyed, pipelined in bounded windows, every one acknowledged.

It uses aiokafka's producer instead of FastStream's `publish`: dead letters have headers that aren't
text, and the producer is twice as fast (docs/decisions).
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from time import monotonic

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
)

from shared.runtime import tracing
from shared.runtime.kafka.connection import MAX_DEAD_LETTER, connection
from shared.runtime.kafka.record import Publication, Unavailable
from shared.runtime.kafka.settings import KafkaSettings

WINDOW = 2000
# A reply topic that refuses records must block neither other topics nor, for ever, its own command.
REFUSING_ERRORS = (InvalidTopicError, MessageSizeTooLargeError, TopicAuthorizationFailedError)
RECENT_SECONDS = 60.0
METADATA_RETRY_SECONDS = 0.2
METADATA_RETRIES = 8
REQUEST_MS = 10_000  # for an answer to one request, also while stopping


class KafkaPublisher:
    """`ports.Publisher` over one idempotent producer.

    max_record  the largest record in bytes that it sends
    traced      whether records get the `traceparent` of their sending, if the process traces;
                what is sent again has to stay as it is
    """

    def __init__(
        self,
        settings: KafkaSettings,
        client_id: str,
        max_record: int = MAX_DEAD_LETTER + 64 * 1024,
        traced: bool = True,
    ) -> None:
        self._tracing = tracing.current() if traced else tracing.Tracing()
        self._options = connection(settings) | {
            "client_id": client_id,
            "acks": "all",
            "enable_idempotence": True,
            "max_batch_size": 256 * 1024,
            "max_request_size": max_record,
            "request_timeout_ms": REQUEST_MS,
        }
        self._producer: AIOKafkaProducer | None = None
        self._renewing = asyncio.Lock()
        self._topics: set[str] = set()
        self._absent: dict[str, float] = {}
        self._refused: dict[str, float] = {}

    async def start(self) -> None:
        """Connects to Kafka, unless it is connected. Raises `Unavailable`."""
        if self._producer is not None:
            return
        producer = AIOKafkaProducer(**self._options)
        try:
            await producer.start()
        except (KafkaError, OSError) as error:
            await producer.stop()
            raise Unavailable(f"Kafka: {error!r}") from error
        except BaseException:  # canceled while it connects
            await producer.stop()
            raise
        self._producer = producer

    async def stop(self) -> None:
        """Disconnects after sending the records in flight, within the request timeout."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def renew(self) -> None:
        """See `ports.Publisher`. A failed producer may have lost its sequence numbers."""
        self._topics = set()  # the failure may be that a topic was deleted
        await self.stop()
        await self.start()

    async def publish(self, publications: Sequence[Publication]) -> None:
        """See `ports.Publisher`."""
        producer = self._connected()
        try:
            with self._tracing.publishing(publications) as traced:
                for start in range(0, len(traced), WINDOW):
                    await self._send(producer, traced[start : start + WINDOW])
        except (KafkaError, OSError) as error:
            raise Unavailable(f"Kafka: {error!r}") from error

    async def publish_one(self, one: Publication) -> None:
        """Publishes a record, for tasks that publish at their own times. Raises `Unavailable`.

        After a failure the producer is renewed for the next try, once for all who used it.
        """
        used = self._producer
        try:
            await self.publish([one])
        except Unavailable:
            async with self._renewing:
                if self._producer is used:
                    await self.renew()
            raise

    async def _send(self, producer: AIOKafkaProducer, window: Sequence[Publication]) -> None:
        """Sends a window; raises the first failure once every result is known."""
        pending: list[asyncio.Future[object]] = []
        failed: list[tuple[Publication, BaseException]] = []
        for publication in window:
            try:
                pending.append(await _enqueue(producer, publication))
            except (KafkaError, OSError) as error:
                failed.append((publication, error))
                break
        results = zip(window, await asyncio.gather(*pending, return_exceptions=True), strict=False)
        failed = [
            (one, result) for one, result in results if isinstance(result, BaseException)
        ] + failed
        for one, failure in failed:
            if isinstance(failure, REFUSING_ERRORS):
                self._refused[one.topic] = monotonic()
        if failed:
            raise failed[0][1]

    async def missing(self, topics: Collection[str]) -> set[str]:
        """See `ports.Publisher`; asks the cluster for topics that aren't in the cache."""
        unknown = await self._unknown(topics)
        if any(not _is_recent(self._absent, topic) for topic in unknown):
            # A broker may learn of a new topic some time after its creation is acknowledged.
            for _ in range(METADATA_RETRIES):
                await asyncio.sleep(METADATA_RETRY_SECONDS)
                unknown = await self._unknown(topics)
                if not unknown:
                    break
        self._absent = dict.fromkeys(unknown, monotonic())
        return unknown | {topic for topic in topics if _is_recent(self._refused, topic)}

    async def _unknown(self, topics: Collection[str]) -> set[str]:
        if set(topics) <= self._topics:
            return set()
        try:
            cluster = await self._connected().client.fetch_all_metadata()
        except (KafkaError, OSError) as error:
            raise Unavailable(f"Kafka: {error!r}") from error
        self._topics = set(cluster.topics())
        return set(topics) - self._topics

    def _connected(self) -> AIOKafkaProducer:
        if self._producer is None:
            raise Unavailable("Kafka: not connected")
        return self._producer


def _is_recent(times: Mapping[str, float], topic: str) -> bool:
    return monotonic() - times.get(topic, float("-inf")) < RECENT_SECONDS


async def _enqueue(producer: AIOKafkaProducer, one: Publication) -> asyncio.Future[object]:
    result: asyncio.Future[object] = await producer.send(
        one.topic, one.value, one.key, headers=one.headers
    )
    return result
