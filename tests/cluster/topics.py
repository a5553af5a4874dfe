"""Topics with a prefix of their own: made, written, read and deleted."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from typing import Any
from uuid import uuid4

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from shared.contracts.topics import TOPICS
from tests.cluster.kafka_records import Got, Sent
from tests.engines import AnyEngines
from tests.polling import PATIENCE, eventually

PARTITIONS = 2
DELIVERED_WITHIN = 150  # seconds; a broker that was killed has much to recover
QUIET: dict[str, Any] = {"log_level": 0}


class Topics:
    """Topics whose names begin with a prefix; all methods take the contract's names."""

    def __init__(self, engines: AnyEngines, prefix: str, names: Collection[str]) -> None:
        self.engines = engines
        self.prefix = prefix
        self._producer = Producer(
            {
                "bootstrap.servers": engines.kafka,
                "acks": "all",
                "enable.idempotence": True,
                "message.max.bytes": 5 << 20,
                "linger.ms": 2,
                **QUIET,
            }
        )
        self._create(names)

    def create(self, *topics: str) -> None:
        """Makes more topics."""
        self._create(topics)

    def _create(self, topics: Iterable[str]) -> None:
        admin = AdminClient({"bootstrap.servers": self.engines.kafka, **QUIET})
        compact = {topic.name for topic in TOPICS if topic.cleanup == "compact"}
        requested = [
            NewTopic(
                self.prefix + name,
                PARTITIONS,
                1,
                config={
                    "cleanup.policy": "compact" if name in compact else "delete",
                    "max.message.bytes": str((5 if name.endswith("dead-letters") else 4) << 20),
                },
            )
            for name in topics
        ]
        for created in admin.create_topics(requested).values():
            created.result(30)
        eventually(lambda: self._are_led(list(topics)), within=30)

    def _are_led(self, topics: list[str]) -> bool:
        """Whether every partition answers: a moment after their making some don't yet."""
        try:
            self.watch(topics)[0].close()
        except KafkaException:
            return False
        return True

    def delete_topics(self) -> None:
        """Deletes all topics with the prefix."""
        admin = AdminClient({"bootstrap.servers": self.engines.kafka, **QUIET})
        own = [name for name in admin.list_topics(timeout=20).topics if self.prefix in name]
        for deleted in admin.delete_topics(own).values():
            deleted.result(30)

    def produce(self, records: Iterable[Sent]) -> None:
        """Writes records; returns once all are acknowledged."""
        errors: list[KafkaError] = []

        def on_delivery(error: KafkaError | None, _: Message) -> None:
            if error:
                errors.append(error)

        for record in records:
            topic, headers = self.prefix + record.topic, list(record.headers)
            self._producer.produce(
                topic, record.value, record.key, headers=headers, on_delivery=on_delivery
            )
            self._producer.poll(0)
        assert self._producer.flush(DELIVERED_WITHIN) == 0
        assert not errors, errors[0]

    def read(self, *topics: str) -> list[Got]:
        """All that is in these topics now, each partition's records in their order."""
        found: list[Got] = []
        consumer, left = self.watch(topics)
        try:
            deadline = time.monotonic() + PATIENCE
            while left:
                assert time.monotonic() < deadline, f"can't be read to the end: {left}"
                self.drain(consumer, found, left)
        finally:
            consumer.close()
        return found

    def until(
        self,
        condition: Callable[[list[Got]], Any],
        *topics: str,
        within: float = PATIENCE,
    ) -> Any:
        """What `condition` says of all that is in these topics, once it is true."""
        found: list[Got] = []
        consumer, _ = self.watch(topics)
        try:
            deadline = time.monotonic() + within
            while not (answer := condition(found)):
                types = [record.type for record in found[-30:]]
                assert time.monotonic() < deadline, f"not within {within:g} s; last: {types}"
                self.drain(consumer, found)
            return answer
        finally:
            consumer.close()

    def watch(self, topics: Collection[str]) -> tuple[Consumer, dict[tuple[str, int], int]]:
        """A consumer of topics from their beginning, and where those with records end now."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.engines.kafka,
                "group.id": uuid4().hex,
                **QUIET,
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 50,
                "fetch.message.max.bytes": 8 << 20,
            }
        )
        parts = [TopicPartition(self.prefix + t, p, 0) for t in topics for p in range(PARTITIONS)]
        consumer.assign(parts)
        ends = {(part.topic, part.partition): bounds(consumer, part)[1] for part in parts}
        return consumer, {partition: end for partition, end in ends.items() if end}

    def drain(
        self,
        consumer: Consumer,
        found: list[Got],
        left: dict[tuple[str, int], int] | None = None,
        wait: float = 0.1,
    ) -> None:
        """Adds new records to `found`; waits `wait` seconds for the first of them.

        Removes partitions that were read to their end from `left`.
        """
        # Asked for many at once, it would wait for all of them, or for the whole time.
        for record in consumer.consume(1, wait) + consumer.consume(499, 0):
            assert not record.error(), record.error()
            topic, partition, offset = record.topic(), record.partition(), record.offset()
            headers = tuple((n, v) for n, v in record.headers() or ())
            name = topic.removeprefix(self.prefix)
            found.append(Got(name, partition, offset, record.key(), record.value(), headers))
            if left and offset + 1 >= left.get((topic, partition), 1 << 62):
                del left[topic, partition]

    def end(self, topic: str, partition: int = 0) -> int:
        """How many records a partition has had."""
        consumer, ends = self.watch([topic])
        consumer.close()
        return ends.get((self.prefix + topic, partition), 0)

    def lose(self, topic: str, before: int, partition: int = 0) -> None:
        """Deletes a partition's records before an offset, as Kafka does after the retention."""
        admin = AdminClient({"bootstrap.servers": self.engines.kafka, **QUIET})
        upto = TopicPartition(self.prefix + topic, partition, before)
        admin.delete_records([upto])[upto].result(30)

    def written(self) -> int:
        """How many records all topics of the contract have taken so far."""
        consumer, ends = self.watch([topic.name for topic in TOPICS])
        consumer.close()
        return sum(ends.values())


def bounds(consumer: Consumer, part: TopicPartition) -> tuple[int, int]:
    """Returns where a partition begins and ends.

    It retries for 20 seconds: a partition that was just created, or whose broker just started, may
    have no leader yet.
    """
    deadline = time.monotonic() + 20
    while True:
        try:
            first, end = consumer.get_watermark_offsets(part, 20)
        except KafkaException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return first, end
