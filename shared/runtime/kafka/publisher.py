"""Writes records to Kafka: keyed, pipelined in bounded windows, every one acknowledged.

aiokafka's own producer rather than the broker's `publish`: dead letters have headers that are no
text, and it is twice as fast (docs/decisions).
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

from shared.runtime.kafka.connection import MAX_DEAD_LETTER, connection
from shared.runtime.ports import Publication, Unavailable
from shared.runtime.settings import Settings

WINDOW = 2000
# Whoever names a topic that takes nothing from us must not stop the others, nor for ever its own.
REFUSALS = (InvalidTopicError, MessageSizeTooLargeError, TopicAuthorizationFailedError)
RECENT_SECONDS = 60.0
METADATA_RETRY_SECONDS = 0.2
METADATA_RETRIES = 8


class KafkaPublisher:
    """`ports.Publisher` over one idempotent producer."""

    def __init__(self, settings: Settings, client_id: str) -> None:
        self._options = connection(settings) | {
            "client_id": client_id,
            "acks": "all",
            "enable_idempotence": True,
            "max_batch_size": 256 * 1024,
            "max_request_size": MAX_DEAD_LETTER + 64 * 1024,
            "request_timeout_ms": 10_000,
        }
        self._producer: AIOKafkaProducer | None = None
        self._topics: set[str] = set()
        self._absent: dict[str, float] = {}
        self._refused: dict[str, float] = {}

    async def start(self) -> None:
        """Connects. Raises `Unavailable`."""
        producer = AIOKafkaProducer(**self._options)
        try:
            await producer.start()
        except (KafkaError, OSError) as error:
            await producer.stop()
            raise Unavailable(f"Kafka: {error!r}") from error
        except BaseException:  # told to stop while it connects
            await producer.stop()
            raise
        self._producer = producer

    async def stop(self) -> None:
        """Disconnects; what is in flight is sent first, for as long as a request may take."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def renew(self) -> None:
        """See `ports.Publisher`. A producer that has failed may have lost count of its sequence."""
        self._topics = set()  # one that was deleted since may be what has failed
        await self.stop()
        await self.start()

    async def publish(self, publications: Sequence[Publication]) -> None:
        """See `ports.Publisher`."""
        producer = self._connected()
        try:
            for start in range(0, len(publications), WINDOW):
                await self._send(producer, publications[start : start + WINDOW])
        except (KafkaError, OSError) as error:
            raise Unavailable(f"Kafka: {error!r}") from error

    async def _send(self, producer: AIOKafkaProducer, window: Sequence[Publication]) -> None:
        """Sends a window; raises the first failure once the fate of all is known."""
        flights: list[asyncio.Future[object]] = []
        failed: list[tuple[Publication, BaseException]] = []
        for one in window:
            try:
                flights.append(await _hand_over(producer, one))
            except (KafkaError, OSError) as error:
                failed.append((one, error))
                break
        landed = await asyncio.gather(*flights, return_exceptions=True)
        flown = zip(window, landed, strict=False)
        failed = [(one, fate) for one, fate in flown if isinstance(fate, BaseException)] + failed
        for one, failure in failed:
            if isinstance(failure, REFUSALS):
                self._refused[one.topic] = monotonic()
        if failed:
            raise failed[0][1]

    async def missing(self, topics: Collection[str]) -> set[str]:
        """See `ports.Publisher`; asks the cluster about every topic that it hasn't seen."""
        unknown = await self._unknown(topics)
        if any(not _is_recent(self._absent, topic) for topic in unknown):
            # Brokers hear of a topic a moment after whoever made it is told so; busy ones later.
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


async def _hand_over(producer: AIOKafkaProducer, one: Publication) -> asyncio.Future[object]:
    flight: asyncio.Future[object] = await producer.send(
        one.topic, one.value, one.key, headers=one.headers
    )
    return flight
