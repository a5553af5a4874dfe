"""Reads topics without a consumer group: nothing is committed, every reader gets every record."""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.contracts import Topic
from shared.runtime.kafka.connection import connection
from shared.runtime.kafka.settings import KafkaSettings
from shared.runtime.kafka.topic_reader import NoTopicError, partitions_of, stop
from waybill_client.errors import MissingTopicError, explained
from waybill_client.event import Event, event_of


class Reader:
    """Reads topics from a position that is fixed when `reading` returns it."""

    def __init__(self, consumer: AIOKafkaConsumer, prefix: str) -> None:
        self._consumer = consumer
        self._prefix = prefix
        self._partitions: Collection[TopicPartition] = ()

    async def assign(self, partitions: Collection[TopicPartition], *, from_beginning: bool) -> None:
        """Reads these partitions from their beginning or from their current end."""
        self._consumer.assign(partitions)
        self._partitions = partitions
        find = self._consumer.beginning_offsets if from_beginning else self._consumer.end_offsets
        starts = await find(partitions)
        for partition, offset in starts.items():
            self._consumer.seek(partition, offset)

    async def batch(self, wait: float = 0.5) -> list[Event]:
        """Returns new records; an empty list after `wait` seconds without any."""
        got = await self._consumer.getmany(timeout_ms=int(wait * 1000))
        return [event_of(record, self._prefix) for records in got.values() for record in records]

    async def follow(self, idle: float | None = None) -> AsyncGenerator[Event, None]:
        """Yields records and waits for more; ends after `idle` seconds without any, if given."""
        last = time.monotonic()
        while idle is None or time.monotonic() - last < idle:
            for event in await self.batch():
                yield event
                last = time.monotonic()

    async def to_end(self) -> AsyncIterator[Event]:
        """Yields the records up to the end at the time of the call."""
        ends = await self._consumer.end_offsets(self._partitions)
        while not await self._reached(ends):
            for event in await self.batch():
                yield event

    async def _reached(self, ends: Mapping[TopicPartition, int]) -> bool:
        for partition, end in ends.items():
            if await self._consumer.position(partition) < end:
                return False
        return True


@asynccontextmanager
async def reading(
    settings: KafkaSettings, topics: Collection[Topic | str], *, from_beginning: bool = False
) -> AsyncIterator[Reader]:
    """Opens a reader of `topics` (names of the contract), from the beginning or from now on.

    Raises `UnreachableError`, or `MissingTopicError` if a topic doesn't exist.
    """
    consumer = AIOKafkaConsumer(
        **connection(settings),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    try:
        try:
            await consumer.start()
            partitions = await partitions_of(settings, [settings.topic(name) for name in topics])
            reader = Reader(consumer, settings.topic_prefix)
            await reader.assign(partitions, from_beginning=from_beginning)
        except NoTopicError as error:
            raise MissingTopicError(settings.kafka, error.topics) from None
        except OSError as error:
            raise await explained(settings, error) from error
        yield reader
    except KafkaError as error:
        raise await explained(settings, error) from error
    finally:
        await stop(consumer)
