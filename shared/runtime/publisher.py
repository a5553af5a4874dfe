"""Writes records to Kafka: keyed, pipelined in bounded windows, every one acknowledged.

aiokafka's own producer rather than the broker's `publish`: dead letters have headers that are no
text, and it is twice as fast (docs/decisions).
"""

import asyncio
from collections.abc import Collection, Sequence
from time import monotonic

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.runtime.kafka import MAX_DEAD_LETTER, connection
from shared.runtime.ports import Publication, Unavailable
from shared.runtime.settings import Settings

WINDOW = 2000
REFRESH_SECONDS = 1.0


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
        self._asked = float("-inf")

    async def start(self) -> None:
        """Connects. Raises `Unavailable`."""
        producer = AIOKafkaProducer(**self._options)
        try:
            await producer.start()
        except (KafkaError, OSError) as error:
            await producer.stop()
            raise Unavailable(f"Kafka: {error!r}") from error
        self._producer = producer

    async def stop(self) -> None:
        """Disconnects; what is in flight is sent first, for as long as a request may take."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def renew(self) -> None:
        """See `ports.Publisher`. A producer that has failed may have lost count of its sequence."""
        await self.stop()
        await self.start()

    async def publish(self, publications: Sequence[Publication]) -> None:
        """See `ports.Publisher`."""
        producer = self._connected()
        try:
            for start in range(0, len(publications), WINDOW):
                flights = [
                    await producer.send(p.topic, p.value, p.key, headers=p.headers)
                    for p in publications[start : start + WINDOW]
                ]
                landed = await asyncio.gather(*flights, return_exceptions=True)
                failure = next((r for r in landed if isinstance(r, BaseException)), None)
                if failure is not None:
                    raise failure
        except (KafkaError, OSError) as error:
            raise Unavailable(f"Kafka: {error!r}") from error

    async def missing(self, topics: Collection[str]) -> set[str]:
        """See `ports.Publisher`; asks the cluster at most once a second."""
        unknown = set(topics) - self._topics
        if unknown and monotonic() - self._asked > REFRESH_SECONDS:
            self._asked = monotonic()
            try:
                cluster = await self._connected().client.fetch_all_metadata()
            except (KafkaError, OSError) as error:
                raise Unavailable(f"Kafka: {error!r}") from error
            self._topics = set(cluster.topics())
            unknown = set(topics) - self._topics
        return unknown

    def _connected(self) -> AIOKafkaProducer:
        if self._producer is None:
            raise Unavailable("Kafka: not connected")
        return self._producer
