"""Finds records that Kafka deleted before their group had read them."""

from collections.abc import Collection

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

log = structlog.get_logger()


class LostRecords:
    """The unread records that Kafka deleted from the partitions of one consumer.

    accept  whether such partitions are read on, from the oldest record that is left
    """

    def __init__(self, accept: bool) -> None:
        self.accept = accept
        self._counts: dict[TopicPartition, int] = {}
        self._asked: frozenset[TopicPartition] = frozenset()
        self._unsure: frozenset[TopicPartition] = frozenset()

    @property
    def unsure(self) -> frozenset[TopicPartition]:
        """The partitions of which Kafka hasn't said yet whether records are lost."""
        return self._unsure

    def doubt(self, assigned: Collection[TopicPartition]) -> None:
        """Some of these partitions, which are paused, may have lost records."""
        self._unsure = frozenset(assigned)

    async def look(
        self, consumer: AIOKafkaConsumer, assigned: Collection[TopicPartition]
    ) -> set[TopicPartition]:
        """Returns those of the assigned partitions that may be read.

        The others have lost records, which reading on would hide, or Kafka doesn't answer: then
        they are `unsure`, and it is to look for them again.
        """
        self._counts = {}
        self._asked = asked = frozenset(assigned)
        try:
            found = await count_lost(consumer, asked)
        except KafkaError as error:
            log.warning("waiting", waiting_for="lost records to be counted", error=repr(error))
            if self._asked is asked:
                self._unsure = asked
            return set()
        if self._asked is not asked:
            return set()  # other partitions were assigned meanwhile, and looked at
        self._unsure = frozenset()
        for partition, count in found.items():
            where = {"topic": partition.topic, "partition": partition.partition, "records": count}
            if self.accept:
                log.warning("reads on after records that are lost", **where)
            else:
                log.error("records were deleted before they were read", **where)
                self._counts[partition] = count
        return set(asked - self._counts.keys())

    def problems(self, reader: str = "") -> list[str]:
        """Returns which partitions aren't read, and why, a sentence each.

        `reader` says who would have read them, where a process has several that read.
        `WAYBILL_ACCEPT_LOST_RECORDS` has those read on of which records are lost.
        """
        before = f"before {reader} read them" if reader else "before they were read"
        found = [
            f"Kafka deleted {count} records of {partition.topic}, partition {partition.partition}, "
            f"{before}"
            for partition, count in sorted(self._counts.items())
        ]
        if self._unsure:
            who = reader or "this process"
            found.append(
                f"{who} can't read {len(self._unsure)} partitions before Kafka says "
                "which records it still has"
            )
        return found


async def count_lost(
    consumer: AIOKafkaConsumer, assigned: Collection[TopicPartition]
) -> dict[TopicPartition, int]:
    """Returns how many records before the first one were never committed, where there are any.

    A group that hasn't committed anything yet loses nothing: it begins with the first record.
    Raises `KafkaError`.
    """
    if not assigned:
        return {}
    firsts = await consumer.beginning_offsets(list(assigned))
    lost = {}
    for partition, first in firsts.items():
        committed = await consumer.committed(partition)
        if committed is not None and committed < first:
            lost[partition] = first - committed
    return lost
