"""Finds the partitions of topics; the error for a missing topic says how to create it."""

from collections.abc import Collection

from aiokafka import TopicPartition

from ops.errors import ToolError
from shared.runtime.kafka import topic_reader
from shared.runtime.kafka.topic_reader import NoTopicError, stop
from shared.runtime.settings import Settings

__all__ = ["missing_topics", "partitions_of", "stop"]


async def partitions_of(settings: Settings, topics: Collection[str]) -> list[TopicPartition]:
    """Returns all partitions of `topics`, which have the cluster's prefix.

    Raises `ToolError` if a topic doesn't exist, and aiokafka's errors if the cluster doesn't
    answer.
    """
    try:
        return await topic_reader.partitions_of(settings, topics)
    except NoTopicError as error:
        raise missing_topics(settings, error) from None


def missing_topics(settings: Settings, error: NoTopicError) -> ToolError:
    """Returns the error for topics that don't exist; it says how to create them."""
    return ToolError(
        f"Kafka at {settings.kafka} has no topic {', '.join(error.topics)}.",
        "Create the topics: waybill setup",
    )
