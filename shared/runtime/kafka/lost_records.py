"""Finds records that Kafka deleted before their group had read them."""

from collections.abc import Collection

from aiokafka import AIOKafkaConsumer, TopicPartition


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
