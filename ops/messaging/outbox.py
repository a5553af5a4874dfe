"""Writes a tool's records to Kafka, and writes them again if the broker goes away meanwhile."""

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
FAREWELL = 5.0


@dataclass(frozen=True, slots=True)
class OutboxRecord:
    """A record to be written, on a topic by the cluster's name."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


class Outbox:
    """One idempotent producer, replaced by a fresh one when it has failed.

    A letter may then be written twice. It is the same message, with the same id, and the contract
    gives that one effect.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None
        self._renewing = asyncio.Lock()

    async def open(self) -> None:
        """Connects. Raises what aiokafka raises when the cluster doesn't answer."""
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
        """Disconnects, without waiting long for a broker that is gone."""
        producer, self._producer = self._producer, None
        if producer:
            with suppress(TimeoutError, KafkaError):
                await asyncio.wait_for(producer.stop(), FAREWELL)

    async def write(self, letters: Sequence[OutboxRecord], patience: float = 60.0) -> None:
        """Returns once all are acknowledged, in their order for each key.

        Raises `UnreachableError` when that can't be had within `patience` seconds, `ToolError` for
        a letter that is too large.
        """
        until = time.monotonic() + patience
        while True:
            producer = self._producer
            failure = await _attempt(producer, letters) if producer else KafkaConnectionError()
            if failure is None:
                return
            if isinstance(failure, MessageSizeTooLargeError):
                raise ToolError(f"A message is larger than Kafka takes: {MAX_RECORD} bytes.")
            if time.monotonic() > until:
                raise kafka_unreachable(self._settings.kafka, failure) from failure
            await asyncio.sleep(PAUSE)
            await self._renew(producer)

    async def _renew(self, failed: AIOKafkaProducer | None) -> None:
        """A producer that has failed has lost count of its sequence: the next one starts afresh."""
        async with self._renewing:
            if self._producer is failed:
                await self.close()
                with suppress(KafkaError, OSError):  # then the next attempt finds none, and waits
                    await self.open()


async def _attempt(
    producer: AIOKafkaProducer, letters: Sequence[OutboxRecord]
) -> BaseException | None:
    """Writes all; returns the first failure once the fate of all is known."""
    flights: list[asyncio.Future[object]] = []
    failed: BaseException | None = None
    for letter in letters:
        try:
            flights.append(
                await producer.send(letter.topic, letter.value, letter.key, headers=letter.headers)
            )
        except (KafkaError, OSError) as error:
            failed = error
            break
    fates = await asyncio.gather(*flights, return_exceptions=True)
    return next((fate for fate in fates if isinstance(fate, BaseException)), failed)
