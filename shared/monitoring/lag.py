"""Lag of the consumer groups, according to the cluster, even if no consumer is running."""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from pydantic import BaseModel

from shared.contracts.topics import PROCESSES
from shared.runtime.kafka.connection import connection
from shared.runtime.kafka.topic_reader import bounds, open_consumer
from shared.runtime.settings import Settings

# The services' groups, and those of the gateway to payment providers, of mails and of webhooks.
GROUPS: Mapping[str, str] = {
    **{f"waybill-{name}": name for name in PROCESSES},
    "waybill-payment-gateway": "payment",
    "waybill-notify-mail": "notify",
    "waybill-portal-webhooks": "portal",
}


class Lag(BaseModel):
    """The lag of a group on a partition.

    committed  the committed offset; None if there is none
    behind     the records that aren't committed, including those of a batch in progress
    lost       the records that Kafka deleted before the group had read them
    """

    service: str
    group: str
    topic: str
    partition: int
    committed: int | None
    end: int
    behind: int
    lost: int = 0


async def lags(settings: Settings) -> list[Lag]:
    """Returns the lag of every group on every partition of the topics that it reads.

    Raises `Unavailable` if the cluster doesn't answer.
    """
    async with open_consumer(settings) as consumer:
        admin = AIOKafkaAdminClient(**connection(settings))
        await admin.start()
        try:
            groups = list(GROUPS)
            committed = await asyncio.gather(
                *(admin.list_consumer_group_offsets(settings.topic(group)) for group in groups)
            )
            read = {part.topic for offsets in committed for part in offsets}
            counts = await _partitions(admin, read)
        finally:
            await admin.close()
        partitions = [TopicPartition(t, n) for t, numbers in counts.items() for n in numbers]
        firsts, ends = await bounds(consumer, partitions)
    found = []
    for group, offsets in zip(groups, committed, strict=True):
        for topic in sorted({part.topic for part in offsets}):
            for number in counts.get(topic, ()):
                part = TopicPartition(topic, number)
                at = offsets[part].offset if part in offsets else None
                found.append(_lag(settings, group, part, at, firsts[part], ends[part]))
    return found


async def _partitions(admin: AIOKafkaAdminClient, topics: set[str]) -> dict[str, list[int]]:
    described: list[dict[str, Any]] = await admin.describe_topics() if topics else []
    return {
        each["topic"]: sorted(partition["partition"] for partition in each["partitions"])
        for each in described
        if each["topic"] in topics
    }


def _lag(
    settings: Settings, group: str, part: TopicPartition, at: int | None, first: int, end: int
) -> Lag:
    known = at if at is not None and at >= 0 else None
    return Lag(
        service=GROUPS[group],
        group=settings.topic(group),
        topic=part.topic.removeprefix(settings.topic_prefix),
        partition=part.partition,
        committed=known,
        end=end,
        behind=max(0, end - max(first, known or 0)),
        lost=0 if known is None else max(0, first - known),
    )
