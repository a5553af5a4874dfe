"""Writes the records of a backup into empty topics, and sets the positions of consumer groups."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import (
    CommitFailedError,
    IllegalGenerationError,
    KafkaError,
    UnknownMemberIdError,
)

from ops.backup.kafka_state import DEAD_LETTERS
from ops.backup.manifest import BackupError, Manifest, Position
from ops.backup.record_documents import SavedRecord, decode, renamed
from ops.errors import kafka_unreachable
from shared.runtime.kafka.connection import MAX_DEAD_LETTER, connection
from shared.runtime.kafka.topic_reader import bounds, open_consumer, partitions_of
from shared.runtime.settings import Settings

WINDOW = 1000  # records in flight


class KafkaTarget:
    """The topics to restore. Methods raise `BackupError`, `Unavailable` and aiokafka's errors."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def ends(self, manifest: Manifest) -> dict[str, dict[int, int]]:
        """Returns how many records each partition has had, by topic.

        Raises `BackupError` if a topic has another number of partitions than in the backup, and
        `NoTopicError` if it doesn't exist.
        """
        settings = self._settings
        names = {settings.topic(topic): topic for topic in manifest.partitions}
        partitions = await partitions_of(settings, list(names))
        found: dict[str, dict[int, int]] = defaultdict(dict)
        async with open_consumer(settings) as consumer:
            _, ends = await bounds(consumer, partitions)
        for part, end in ends.items():
            found[names[part.topic]][part.partition] = end
        for topic, count in manifest.partitions.items():
            if len(found[topic]) != count:
                raise BackupError(
                    f"The topic {settings.topic(topic)} has {len(found[topic])} partitions, in the "
                    f"backup it has {count}.",
                    f"Delete the topics and create them with WAYBILL_PARTITIONS={count} "
                    "waybill setup.",
                )
        return found

    async def check_idle(self, manifest: Manifest) -> None:
        """Raises `BackupError` if a consumer group that the restore positions has members.

        Kafka takes a position of a group without members only. So each gets the one at which it
        would begin anyway: 0, of an empty topic.
        """
        groups = {self._group(each): each for each in manifest.positions}
        for each in groups.values():
            await self._commit([each.model_copy(update={"offset": 0})])

    @asynccontextmanager
    async def writing(self, manifest: Manifest) -> AsyncIterator["RecordWriter"]:
        """Opens a writer of the backup's records. Raises `UnreachableError`."""
        producer = AIOKafkaProducer(
            **connection(self._settings),
            acks="all",
            enable_idempotence=True,
            max_batch_size=256 * 1024,
            max_request_size=MAX_DEAD_LETTER + 128 * 1024,
        )
        try:
            await producer.start()
            yield RecordWriter(self._settings, producer, manifest.topic_prefix)
        except (KafkaError, OSError) as error:
            raise kafka_unreachable(self._settings.kafka, error) from error
        finally:
            await producer.stop()

    async def position(self, positions: Iterable[Position]) -> None:
        """Commits the positions of all groups. Raises `BackupError` if one has members."""
        by_group: dict[str, list[Position]] = defaultdict(list)
        for each in positions:
            by_group[self._group(each)].append(each)
        for of_group in by_group.values():
            await self._commit(of_group)

    async def _commit(self, positions: Sequence[Position]) -> None:
        """Commits positions of one group."""
        group = self._group(positions[0])
        offsets = {
            TopicPartition(self._settings.topic(each.topic), each.partition): each.offset
            for each in positions
        }
        consumer = AIOKafkaConsumer(
            **connection(self._settings), group_id=group, enable_auto_commit=False
        )
        await consumer.start()
        try:
            consumer.assign(list(offsets))
            await consumer.commit(offsets)
        except (CommitFailedError, IllegalGenerationError, UnknownMemberIdError):
            raise BackupError(
                f"The consumer group {group} has members: something reads the topics.",
                "Stop all services and everything else that reads them, and repeat the restore.",
            ) from None
        finally:
            await consumer.stop()

    def _group(self, position: Position) -> str:
        return self._settings.topic(position.group) if position.ours else position.group


class RecordWriter:
    """Writes records to the partitions that they were in, in their order.

    prefix  of the topics when the backup was made
    """

    def __init__(self, settings: Settings, producer: AIOKafkaProducer, prefix: str) -> None:
        self._settings = settings
        self._producer = producer
        self._prefix = prefix

    async def write(
        self, topic: str, chunks: Iterator[list[bytes]], present: Mapping[int, int]
    ) -> AsyncIterator[int]:
        """Writes a topic's records; yields how many it has gone through each time.

        present  how many records of each partition an interrupted restore has written already
        """
        name = self._settings.topic(topic)
        skip = dict(present)
        for chunk in chunks:
            records = []
            for record in map(decode, chunk):
                if skip.get(record.partition, 0) > 0:
                    skip[record.partition] -= 1
                elif topic in DEAD_LETTERS:
                    records.append(renamed(record, self._prefix, self._settings.topic_prefix))
                else:
                    records.append(record)
            for start in range(0, len(records), WINDOW):
                await self._send(name, records[start : start + WINDOW])
            yield len(chunk)

    async def _send(self, topic: str, records: list[SavedRecord]) -> None:
        pending = [
            await self._producer.send(
                topic,
                record.value,
                record.key,
                partition=record.partition,
                headers=record.headers,
            )
            for record in records
        ]
        await asyncio.gather(*pending)
