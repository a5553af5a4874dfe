"""A Kafka in memory for the client: a service that answers commands, and one consumer group."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from typing import Any

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from shared.contracts.replies import Reply
from shared.runtime.kafka.record import Publication
from shared.runtime.kafka.request_reply import ReplyReader

Answer = Callable[[dict[str, str], bytes], Reply | None]


def attributes(record: Publication) -> dict[str, str]:
    """The headers of a record, as text."""
    return {name: value.decode() for name, value in record.headers}


class Kafka:
    """What clients have written, and what they read.

    answer   what the service replies to a command; the first outcome of an id is repeated
    mute     the service takes commands in but doesn't answer
    hangs    Kafka doesn't acknowledge what is written
    logs     the records of each partition
    polls    errors of the next polls
    commits  errors of the next commits
    """

    def __init__(self) -> None:
        self.written: list[Publication] = []
        self.answer: Answer = lambda headers, _: Reply(
            command_id=headers["ce_id"], outcome="accepted", subject="c-1", version=2
        )
        self.mute = False
        self.hangs = False
        self.open_error: Exception | None = None
        self.outcomes: dict[str, Reply | None] = {}
        self.readers: list[Replies] = []
        self.logs: dict[TopicPartition, list[ConsumerRecord]] = defaultdict(list)
        self.committed: dict[TopicPartition, int] = {}
        self.polls: deque[KafkaError] = deque()
        self.commits: deque[KafkaError] = deque()
        self.members: list[Consumer] = []

    def append(self, topic: str, key: str, value: bytes, kind: str, partition: int = 0) -> None:
        """Adds an event to a topic."""
        where = TopicPartition(topic, partition)
        offset = len(self.logs[where])
        headers = (("ce_type", kind.encode()), ("ce_id", f"{partition}-{offset}".encode()))
        record = ConsumerRecord(
            topic=topic,
            partition=partition,
            offset=offset,
            timestamp=1_700_000_000_000,
            timestamp_type=0,
            key=key.encode(),
            value=value,
            checksum=None,
            serialized_key_size=0,
            serialized_value_size=0,
            headers=headers,
        )
        self.logs[where].append(record)

    def take(self, record: Publication) -> None:
        """Takes a record in as the service does."""
        self.written.append(record)
        headers = attributes(record)
        if "ce_replyto" not in headers or self.mute:
            return
        command_id = headers["ce_id"]
        if command_id not in self.outcomes:
            self.outcomes[command_id] = self.answer(headers, record.value or b"")
        reply = self.outcomes[command_id]
        for reader in self.readers if reply else ():
            reader.deliver(command_id.encode(), reply.model_dump_json().encode())  # type: ignore[union-attr]


class Outbox:
    """Stands in for the client's outbox."""

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka
        self.closed = False

    async def open(self) -> None:
        if self._kafka.open_error:
            raise self._kafka.open_error

    async def close(self) -> None:
        self.closed = True

    async def write(self, records: Sequence[Publication], patience: float = 60) -> None:
        if self._kafka.hangs:
            await asyncio.Event().wait()
        for record in records:
            self._kafka.take(record)


class Replies(ReplyReader):
    """The reader of replies without its consumer."""

    kafka: Kafka

    async def start(self) -> None:
        self.kafka.readers.append(self)

    async def stop(self) -> None:
        self.kafka.readers.remove(self)


class Consumer:
    """The only member of a consumer group, which starts at the committed offsets."""

    def __init__(self, kafka: Kafka, **options: Any) -> None:
        self.kafka = kafka
        self.options = options
        self.stopped = False
        self._topics: list[str] = []
        self._positions: dict[TopicPartition, int] = {}

    def subscribe(self, topics: list[str], listener: Any) -> None:
        self._topics = topics
        self.listener = listener

    async def start(self) -> None:
        self.kafka.members.append(self)
        self._positions = dict(self.kafka.committed)

    async def stop(self) -> None:
        self.stopped = True

    async def rebalance(self) -> None:
        """Takes all partitions away, and gives them back."""
        await self.listener.on_partitions_revoked(set(self.kafka.logs))
        self._positions = dict(self.kafka.committed)
        await self.listener.on_partitions_assigned(set(self.kafka.logs))

    async def getmany(
        self, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[ConsumerRecord]]:
        await asyncio.sleep(0.001)
        polled = {}
        for partition, log in self.kafka.logs.items():
            position = self._positions.get(partition, 0)
            if partition.topic in self._topics and position < len(log):
                polled[partition] = log[position : position + max_records]
                self._positions[partition] = position + len(polled[partition])
        if self.kafka.polls:
            raise self.kafka.polls.popleft()  # the records of this poll are lost, as in aiokafka
        return polled

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        if self.kafka.commits:
            raise self.kafka.commits.popleft()
        self.kafka.committed |= offsets
