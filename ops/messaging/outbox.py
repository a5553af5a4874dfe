"""Writes a tool's records to Kafka, and retries while the broker is down."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

from aiokafka.errors import KafkaConnectionError, KafkaError, MessageSizeTooLargeError

from ops.errors import ToolError, UnreachableError, kafka_unreachable
from shared.runtime.kafka.connection import MAX_RECORD
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.ports import Publication, Unavailable
from shared.runtime.settings import Settings

PAUSE = 0.5
CLOSE_WITHIN = 5.0


class Outbox:
    """One publisher, which is replaced by a new one when it fails.

    A record may then be written twice. Both have the same message id, so the contract gives them
    one effect.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._publisher: KafkaPublisher | None = None
        self._renewing = asyncio.Lock()

    async def open(self) -> None:
        """Connects. Raises `UnreachableError` if the cluster doesn't answer."""
        publisher = KafkaPublisher(self._settings, "waybill-cli", max_record=MAX_RECORD)
        try:
            await publisher.start()
        except Unavailable as error:
            cause = error.__cause__ or error
            raise kafka_unreachable(self._settings.kafka, cause) from cause
        self._publisher = publisher

    async def close(self) -> None:
        """Disconnects; waits at most `CLOSE_WITHIN` seconds for a broker that is down."""
        publisher, self._publisher = self._publisher, None
        if publisher:
            with suppress(TimeoutError, KafkaError):
                await asyncio.wait_for(publisher.stop(), CLOSE_WITHIN)

    async def write(self, records: Sequence[Publication], patience: float = 60.0) -> None:
        """Writes the records, in order for each key; returns once all are acknowledged.

        Raises `UnreachableError` if they aren't within `patience` seconds, and `ToolError` for a
        record that is too large.
        """
        until = time.monotonic() + patience
        while True:
            publisher = self._publisher
            failure = await _attempt(publisher, records) if publisher else KafkaConnectionError()
            if failure is None:
                return
            if isinstance(failure, MessageSizeTooLargeError):
                raise ToolError(f"A message is larger than the limit of {MAX_RECORD} bytes.")
            if time.monotonic() > until:
                raise kafka_unreachable(self._settings.kafka, failure) from failure
            await asyncio.sleep(PAUSE)
            await self._renew(publisher)

    async def _renew(self, failed: KafkaPublisher | None) -> None:
        """Replaces a failed publisher, whose sequence numbers are no longer reliable."""
        async with self._renewing:
            if self._publisher is failed:
                await self.close()
                with suppress(UnreachableError):  # the next attempt then waits and retries
                    await self.open()


async def _attempt(
    publisher: KafkaPublisher, records: Sequence[Publication]
) -> BaseException | None:
    """Publishes all records; returns the first failure of Kafka, None if all are acknowledged."""
    try:
        await publisher.publish(records)
    except Unavailable as error:
        return error.__cause__ or error
    return None
