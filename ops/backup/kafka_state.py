"""What a backup saves of Kafka: records, and where consumer groups have got to.

Services publish what their journals have, so records of services are saved only up to the ends from
before the moment of the journals: what came later may not be in them, and what is in them but came
later is published again (`publishing.py`). Records of other systems are saved up to the ends from
after the moment, so nothing is missing that a journal or a table took in.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.contracts.topics import (
    DEAD_LETTER_VERDICTS,
    PROCESSES,
    REPLIES,
    TOPICS,
    dead_letter_topic,
)
from shared.dead_letters.dead_letter import RESTORED, DeadLetter, dead_letter_of
from shared.monitoring.lag import GROUPS
from shared.runtime.app import now
from shared.runtime.envelope import OWN_SOURCE, rfc3339
from shared.runtime.kafka.connection import connection
from shared.runtime.kafka.consumer import group_of
from shared.runtime.kafka.topic_reader import bounds, open_consumer, partitions_of, read_range
from shared.runtime.ports import Headers, Record
from shared.runtime.settings import Settings

# Whoever waits for a reply sends the command again: the repeat gets the reply.
TOPIC_NAMES = tuple(topic.name for topic in TOPICS if topic is not REPLIES)
DEAD_LETTERS = {dead_letter_topic(service): service for service in PROCESSES}
ALL_TOPICS = (*TOPIC_NAMES, *DEAD_LETTERS)
# A verdict follows what it says was done; one without the other would be wrong.
_ONLY_BEFORE = {*DEAD_LETTERS, DEAD_LETTER_VERDICTS.name}

Offsets = Mapping[TopicPartition, int]


class Committed(NamedTuple):
    """The offset that a group has committed. `ours`: `group` is without the topics' prefix."""

    group: str
    ours: bool
    topic: str
    partition: int
    offset: int


class KafkaState:
    """The topics of a system. Methods raise `Unavailable` and aiokafka's errors."""

    def __init__(self, settings: Settings, consumer: AIOKafkaConsumer) -> None:
        self._settings = settings
        self._consumer = consumer
        self._partitions: list[TopicPartition] = []
        self._before: Offsets = {}
        self._first: Offsets = {}
        self._after: Offsets = {}
        self._committed: dict[tuple[str, str, int], int] = {}
        self._at = now()

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Opens the topics. Raises `NoTopicError` if one is missing."""
        async with open_consumer(settings) as consumer:
            state = cls(settings, consumer)
            state._partitions = await partitions_of(settings, [*map(settings.topic, ALL_TOPICS)])
            yield state

    @property
    def partitions(self) -> dict[str, int]:
        """How many partitions each topic has."""
        names = [partition.topic for partition in self._partitions]
        return {topic: names.count(self._settings.topic(topic)) for topic in ALL_TOPICS}

    async def committed(self) -> list[Committed]:
        """Returns what every group has committed on these topics, also groups of other systems."""
        found = []
        admin = AIOKafkaAdminClient(**connection(self._settings))
        await admin.start()
        try:
            ours = {self._settings.topic(group): group for group in GROUPS}
            known = {group[0] for group in await admin.list_consumer_groups()}
            for name in sorted(known | ours.keys()):
                for part, at in (await admin.list_consumer_group_offsets(name)).items():
                    if part in self._partitions and at.offset >= 0:
                        group = ours.get(name, name)
                        topic = part.topic.removeprefix(self._settings.topic_prefix)
                        found.append(
                            Committed(group, name in ours, topic, part.partition, at.offset)
                        )
        finally:
            await admin.close()
        self._committed = {
            (each.group, each.topic, each.partition): each.offset for each in found if each.ours
        }
        return found

    async def note_ends_before(self) -> None:
        """Notes where the topics end, before the moment of the journals."""
        _, self._before = await bounds(self._consumer, self._partitions)

    async def note_ends_after(self) -> None:
        """Notes where the topics end, after that moment."""
        self._first, self._after = await bounds(self._consumer, self._partitions)

    def count(self, topic: str) -> int:
        """About how many records a topic has."""
        name = self._settings.topic(topic)
        return sum(
            end - self._first[part] for part, end in self._after.items() if part.topic == name
        )

    async def read(self, topic: str) -> AsyncIterator[tuple[Record, Headers]]:
        """Yields the records to save, each partition's in order, and headers to add to them."""
        name = self._settings.topic(topic)
        parts = [part for part in self._partitions if part.topic == name]
        # What the topic deletes meanwhile is skipped.
        starts = {part: self._first[part] for part in parts}
        ends = {part: self._after[part] for part in parts}
        async for record in read_range(self._consumer, starts, ends):
            late = record.offset >= self._before[TopicPartition(name, record.partition)]
            if late and (topic in _ONLY_BEFORE or _is_ours(record)):
                continue
            if topic not in DEAD_LETTERS:
                yield record, ()
                continue
            letter = dead_letter_of(
                record, self._at, DEAD_LETTERS[topic], self._settings.topic_prefix
            )
            if not self._dies_again(letter):
                # Its original position is that of a topic before the restore.
                new = [] if letter.restored else [(RESTORED, rfc3339(self._at).encode())]
                yield record, new

    def _dies_again(self, letter: DeadLetter) -> bool:
        """Whether a dead letter is about a record that the service hasn't committed.

        After a restore the service reads that record, and writes its dead letter, once more.
        """
        if letter.restored or letter.partition is None or letter.offset is None:
            return False
        at = self._committed.get((group_of(letter.service), letter.topic, letter.partition))
        return at is not None and letter.offset >= at


def _is_ours(record: Record) -> bool:
    """Whether a service wrote a record, which comes from its journal. Only binary mode is ours."""
    source = next((value for name, value in record.headers if name == "ce_source"), None)
    return (source or b"").startswith(OWN_SOURCE.encode())
