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
        self._accept = accept
        self._counts: dict[TopicPartition, int] = {}

    async def look(
        self, consumer: AIOKafkaConsumer, assigned: Collection[TopicPartition]
    ) -> set[TopicPartition]:
        """Returns the partitions that must not be read, because reading on would hide a loss."""
        self._counts = {}
        try:
            found = await count_lost(consumer, assigned)
        except KafkaError as error:
            log.warning("not looked for lost records", error=repr(error))
            found = {}
        for partition, count in found.items():
            where = {"topic": partition.topic, "partition": partition.partition, "records": count}
            if self._accept:
                log.warning("reads on after records that are lost", **where)
            else:
                log.error("records were deleted before they were read", **where)
                self._counts[partition] = count
        return set(self._counts)

    def problems(self, reader: str = "") -> list[str]:
        """Returns which partitions aren't read because records of them are lost, a sentence each.

        `reader` says who would have read them, where a process has several that read.
        `WAYBILL_ACCEPT_LOST_RECORDS` has them read on.
        """
        before = f"before {reader} read them" if reader else "before they were read"
        return [
            f"Kafka deleted {count} records of {partition.topic}, partition {partition.partition}, "
            f"{before}"
            for partition, count in sorted(self._counts.items())
        ]


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
