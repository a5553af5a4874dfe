"""What a consumer without a group needs: to find its partitions, and to stop in any state."""

import asyncio
from collections.abc import Collection

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from ops.errors import ToolError
from shared.runtime.kafka import connection
from shared.runtime.settings import Settings


async def partitions_of(settings: Settings, topics: Collection[str]) -> list[TopicPartition]:
    """All partitions of `topics`, by the cluster's names.

    Asks the cluster: a consumer knows only topics that it has subscribed to. Raises `ToolError`
    if a topic isn't there, and what aiokafka raises when the cluster doesn't answer.
    """
    admin = AIOKafkaAdminClient(**connection(settings))
    await admin.start()
    try:
        described = {topic["topic"]: topic["partitions"] for topic in await admin.describe_topics()}
    finally:
        await admin.close()
    missing = sorted(set(topics) - {name for name, partitions in described.items() if partitions})
    if missing:
        raise ToolError(
            f"Kafka at {settings.kafka} has no topic {', '.join(missing)}.",
            "Create the topics: waybill setup",
        )
    return [
        TopicPartition(topic, number)
        for topic in topics
        for number in sorted(partition["partition"] for partition in described[topic])
    ]


async def stop(consumer: AIOKafkaConsumer) -> None:
    """Stops it. While a broker is away it lets its own tasks' cancellation out: that ends here."""
    try:
        await consumer.stop()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task and task.cancelling():
            raise
