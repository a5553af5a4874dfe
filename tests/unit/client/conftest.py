"""The client over a Kafka in memory."""

from functools import partial

import pytest
from aiokafka import TopicPartition

from shared.runtime.kafka.topic_reader import NoTopicError
from tests.unit.client import memory_kafka
from tests.unit.client.memory_kafka import Kafka
from waybill_client import async_client, errors, group_reader
from waybill_client.settings import Settings


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> Kafka:
    """A Kafka for all clients of the test. Topics that begin with `no.` are missing."""
    made = Kafka()

    async def partitions_of(settings: Settings, topics: list[str]) -> list[TopicPartition]:
        if missing := [topic for topic in topics if topic.startswith("no.")]:
            raise NoTopicError(missing)
        return [TopicPartition(topic, 0) for topic in topics]

    async def why_no_kafka(settings: Settings) -> None:
        return None

    monkeypatch.setattr(async_client, "Outbox", lambda *_: memory_kafka.Outbox(made))
    monkeypatch.setattr(
        async_client, "ReplyReader", type("Replies", (memory_kafka.Replies,), {"kafka": made})
    )
    monkeypatch.setattr(group_reader, "AIOKafkaConsumer", partial(memory_kafka.Consumer, made))
    monkeypatch.setattr(group_reader, "partitions_of", partitions_of)
    monkeypatch.setattr(group_reader, "REJOIN_SECONDS", 0)
    monkeypatch.setattr(errors, "why_no_kafka", why_no_kafka)
    return made
