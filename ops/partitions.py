"""Finds the partitions of topics, so that a tool can assign them to itself without a group."""

from collections.abc import Collection

from aiokafka import TopicPartition
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
