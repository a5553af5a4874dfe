"""Reads topics without a consumer group."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from ops.errors import kafka_unreachable
from ops.messaging.partitions import partitions_of, stop
from shared.runtime.kafka.connection import connection
from shared.runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Seen:
    """A record to show. `attributes` are the CloudEvent's, without `ce_`."""

    topic: str
    partition: int
    offset: int
    at: datetime
    key: str
    attributes: dict[str, str]
    headers: dict[str, str]
    data: Any

    @property
    def type(self) -> str:
        """The message's type, or an empty string."""
        return self.attributes.get("type", "")

    @property
    def subject(self) -> str:
        """The message's subject, or else its key."""
        return self.attributes.get("subject") or self.key


def seen(record: ConsumerRecord, prefix: str = "") -> Seen:
    """Converts a record for display; never fails, whatever the record contains."""
    headers = {name: (value or b"").decode(errors="replace") for name, value in record.headers}
    attributes = {name[3:]: value for name, value in headers.items() if name.startswith("ce_")}
    data = _json(record.value)
    if headers.get("content-type", "").startswith("application/cloudevents+json"):
        event = data if isinstance(data, dict) else {}
        attributes |= {k: str(v) for k, v in event.items() if k != "data"}
        data = event.get("data", data)
    return Seen(
        topic=record.topic.removeprefix(prefix),
        partition=record.partition,
        offset=record.offset,
        at=datetime.fromtimestamp(record.timestamp / 1000, UTC),
        key=(record.key or b"").decode(errors="replace"),
        attributes=attributes,
        headers=headers,
        data=data,
    )


def _json(value: bytes | None) -> Any:
    if value is None:
        return None
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value.decode(errors="replace")


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

    async def batch(self, wait: float = 0.5) -> list[Seen]:
        """Returns new records; an empty list after `wait` seconds without any."""
        got = await self._consumer.getmany(timeout_ms=int(wait * 1000))
        return [seen(record, self._prefix) for records in got.values() for record in records]

    async def follow(self) -> AsyncIterator[Seen]:
        """Yields records and waits for more, without end."""
        while True:
            for record in await self.batch():
                yield record

    async def to_end(self) -> AsyncIterator[Seen]:
        """Yields the records up to the end at the time of the call."""
        ends = await self._consumer.end_offsets(self._partitions)
        while not await self._reached(ends):
            for record in await self.batch():
                yield record

    async def _reached(self, ends: Mapping[TopicPartition, int]) -> bool:
        for partition, end in ends.items():
            if await self._consumer.position(partition) < end:
                return False
        return True


@asynccontextmanager
async def reading(
    settings: Settings, topics: Collection[str], *, from_beginning: bool = False
) -> AsyncIterator[Reader]:
    """Opens a reader of `topics` (names of the contract), from the beginning or from now on.

    Raises `UnreachableError`, or `ToolError` if a topic doesn't exist.
    """
    consumer = AIOKafkaConsumer(
        **connection(settings),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    try:
        try:
            await consumer.start()
            names = [settings.topic(name) for name in topics]
            partitions = await partitions_of(settings, names)
            reader = Reader(consumer, settings.topic_prefix)
            await reader.assign(partitions, from_beginning=from_beginning)
        except OSError as error:
            raise kafka_unreachable(settings.kafka, error) from error
        yield reader
    except KafkaError as error:
        raise kafka_unreachable(settings.kafka, error) from error
    finally:
        await stop(consumer)
