"""Writes records to Kafka, and retries while the broker is down."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

from aiokafka.errors import (
    InvalidTopicError,
    KafkaConnectionError,
    KafkaError,
    MessageSizeTooLargeError,
)

from shared.runtime.kafka.connection import MAX_RECORD
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.kafka.record import Publication, Unavailable
from shared.runtime.kafka.refusals import DENIED
from shared.runtime.kafka.settings import KafkaSettings
from waybill_client.errors import (
    InvalidMessageError,
    MissingTopicError,
    UnreachableError,
    unreachable,
)

PAUSE = 0.5
CLOSE_WITHIN = 5.0


class Outbox:
    """One publisher, which is replaced by a new one when it fails.

    A record may then be written twice. Both have the same message id, so the contract gives them
    one effect.
    """

    def __init__(self, settings: KafkaSettings, name: str) -> None:
        self._settings = settings
        self._name = name
        self._publisher: KafkaPublisher | None = None
        self._topics: set[str] = set()
        self._renewing = asyncio.Lock()

    async def open(self) -> None:
        """Connects. Raises `UnreachableError` if the cluster doesn't answer."""
        publisher = KafkaPublisher(self._settings, self._name, max_record=MAX_RECORD)
        try:
            await publisher.start()
        except Unavailable as error:
            cause = error.__cause__ or error
            raise unreachable(self._settings, cause) from cause
        self._publisher = publisher

    async def close(self) -> None:
        """Disconnects; waits at most `CLOSE_WITHIN` seconds for a broker that is down."""
        publisher, self._publisher = self._publisher, None
        if publisher:
            with suppress(TimeoutError, KafkaError):
                await asyncio.wait_for(publisher.stop(), CLOSE_WITHIN)

    async def write(self, records: Sequence[Publication], patience: float = 60.0) -> None:
        """Writes the records, in order for each key; returns once all are acknowledged.

        Raises `UnreachableError` if they aren't within `patience` seconds, or if our user may not
        write them; `MissingTopicError`; `InvalidMessageError` for a record that is too large.
        """
        until = time.monotonic() + patience
        while True:
            publisher = self._publisher
            failure = await self._attempt(publisher, records)
            if failure is None:
                return
            self._refuse(failure, records)
            if time.monotonic() > until:
                raise unreachable(self._settings, failure) from failure
            await asyncio.sleep(PAUSE)
            await self._renew(publisher)

    async def _attempt(
        self, publisher: KafkaPublisher | None, records: Sequence[Publication]
    ) -> BaseException | None:
        """Publishes all records; returns the first failure of Kafka, None if all are acknowledged.

        Raises `MissingTopicError`.
        """
        if publisher is None:
            return KafkaConnectionError()
        try:
            await self._find({record.topic for record in records}, publisher)
            await publisher.publish(records)
        except Unavailable as error:
            return error.__cause__ or error
        return None

    async def _find(self, topics: set[str], publisher: KafkaPublisher) -> None:
        """Looks for topics that weren't used before: aiokafka would wait for a missing one."""
        if topics <= self._topics:
            return
        if missing := await publisher.missing(topics):
            raise MissingTopicError(self._settings.kafka, missing)
        self._topics |= topics

    def _refuse(self, failure: BaseException, records: Sequence[Publication]) -> None:
        """Raises for a failure that another attempt doesn't cure."""
        if isinstance(failure, MessageSizeTooLargeError):
            raise InvalidMessageError("value", f"is larger than the limit of {MAX_RECORD} bytes")
        if isinstance(failure, DENIED):
            raise unreachable(self._settings, failure) from failure
        if isinstance(failure, InvalidTopicError):
            raise MissingTopicError(self._settings.kafka, {record.topic for record in records})

    async def _renew(self, failed: KafkaPublisher | None) -> None:
        """Replaces a failed publisher, whose sequence numbers are no longer reliable."""
        async with self._renewing:
            if self._publisher is failed:
                await self.close()
                with suppress(UnreachableError):  # the next attempt then waits and retries
                    await self.open()
