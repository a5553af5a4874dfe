"""`waybill portal rebuild`: rebuilds the read models from the beginning of the topics.

Stop the portals first: Kafka resets a group's offsets only while the group has no members. Events
that the topics no longer keep (`WAYBILL_RETENTION_DAYS`) are missing afterwards, and the documents
they belong to are marked as incomplete. After a crash in the middle run it again, or start a
portal, which continues.
"""

import asyncio
from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import CommitFailedError

from services.portal.projections.facts import TOPICS
from services.portal.projections.reader import GROUP, ProjectionReader
from shared.contracts.topics import PORTAL
from shared.runtime.http.metrics import Metrics
from shared.runtime.kafka.connection import connection
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.mongo.connection import connect
from shared.runtime.settings import Settings

POLL_SECONDS = 0.2

Offsets = Mapping[TopicPartition, int]


class PortalsRunError(Exception):
    """A portal is running, so the offsets of its group can't be reset."""


async def rebuild(settings: Settings) -> int:
    """Drops the read models and reads all topics again; returns the number of records.

    Raises `PortalsRunError` while a portal runs; then nothing was changed.
    """
    mongo = connect(settings, tz_aware=True)
    publisher = KafkaPublisher(settings, "waybill-portal-rebuild")
    reader = ProjectionReader(settings, mongo, publisher, Metrics(PORTAL), rebuilds=True)
    offsets = AIOKafkaConsumer(
        **connection(settings), group_id=settings.topic(GROUP), enable_auto_commit=False
    )
    try:
        await publisher.start()
        await offsets.start()
        first, end = await _offset_range(settings, offsets)
        try:
            await offsets.commit(dict(first))
        except CommitFailedError:
            raise PortalsRunError("stop all portals first, then run this again") from None
        await reader.store.drop()
        await reader.prepare()
        await reader.start()
        await _wait_for_commits(end, offsets)
        return sum(end.values()) - sum(first.values())
    finally:
        await reader.stop()
        await offsets.stop()
        await publisher.stop()
        mongo.close()


async def _offset_range(settings: Settings, consumer: AIOKafkaConsumer) -> tuple[Offsets, Offsets]:
    """The first offset of every partition, and the one after its last record."""
    admin = AIOKafkaAdminClient(**connection(settings))
    await admin.start()
    try:
        topics = await admin.describe_topics([settings.topic(topic) for topic in TOPICS])
    finally:
        await admin.close()
    partitions = [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in topics
        for partition in topic["partitions"]
    ]
    consumer.assign(partitions)
    return await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)


async def _wait_for_commits(end: Offsets, consumer: AIOKafkaConsumer) -> None:
    """Returns once the group has committed all records before `end`."""
    left = dict(end)
    while left:
        await asyncio.sleep(POLL_SECONDS)
        for partition, last in list(left.items()):
            if (await consumer.committed(partition) or 0) >= last:
                del left[partition]
