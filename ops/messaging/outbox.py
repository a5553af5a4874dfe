"""Writes a tool's records to Kafka, and retries while the broker is down."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError, MessageSizeTooLargeError

from ops.errors import ToolError, kafka_unreachable
from shared.runtime.kafka.connection import MAX_RECORD, connection
from shared.runtime.settings import Settings

PAUSE = 0.5
CLOSE_WITHIN = 5.0


@dataclass(frozen=True, slots=True)
class OutboxRecord:
    """A record to write; `topic` has the cluster's prefix."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


class Outbox:
    """One idempotent producer, which is replaced by a new one when it fails.

    A record may then be written twice. Both have the same message id, so the contract gives them
    one effect.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None
        self._renewing = asyncio.Lock()

    async def open(self) -> None:
        """Connects. Raises aiokafka's errors if the cluster doesn't answer."""
        producer = AIOKafkaProducer(
            **connection(self._settings),
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            max_batch_size=256 * 1024,
            max_request_size=MAX_RECORD,
            request_timeout_ms=10_000,
        )
        try:
            await producer.start()
        except BaseException:
            await producer.stop()
            raise
        self._producer = producer

    async def close(self) -> None:
        """Disconnects; waits at most `CLOSE_WITHIN` seconds for a broker that is down."""
        producer, self._producer = self._producer, None
        if producer:
            with suppress(TimeoutError, KafkaError):
                await asyncio.wait_for(producer.stop(), CLOSE_WITHIN)

    async def write(self, records: Sequence[OutboxRecord], patience: float = 60.0) -> None:
        """Writes the records, in order for each key; returns once all are acknowledged.

        Raises `UnreachableError` if they aren't within `patience` seconds, and `ToolError` for a
        record that is too large.
        """
        until = time.monotonic() + patience
        while True:
            producer = self._producer
            failure = await _attempt(producer, records) if producer else KafkaConnectionError()
            if failure is None:
                return
            if isinstance(failure, MessageSizeTooLargeError):
                raise ToolError(f"A message is larger than the limit of {MAX_RECORD} bytes.")
            if time.monotonic() > until:
                raise kafka_unreachable(self._settings.kafka, failure) from failure
            await asyncio.sleep(PAUSE)
            await self._renew(producer)

    async def _renew(self, failed: AIOKafkaProducer | None) -> None:
        """Replaces a failed producer, whose sequence numbers are no longer reliable."""
        async with self._renewing:
            if self._producer is failed:
                await self.close()
                with suppress(KafkaError, OSError):  # the next attempt then waits and retries
                    await self.open()


async def _attempt(
    producer: AIOKafkaProducer, records: Sequence[OutboxRecord]
) -> BaseException | None:
    """Writes all records; returns the first failure once each is acknowledged or has failed."""
    in_flight: list[asyncio.Future[object]] = []
    failed: BaseException | None = None
    for record in records:
        try:
            in_flight.append(
                await producer.send(record.topic, record.value, record.key, headers=record.headers)
            )
        except (KafkaError, OSError) as error:
            failed = error
            break
    results = await asyncio.gather(*in_flight, return_exceptions=True)
    return next((result for result in results if isinstance(result, BaseException)), failed)
