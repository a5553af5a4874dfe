"""`waybill portal rebuild`: makes the read models anew from the topics' beginning.

Stop the portals first: Kafka sets a group's offsets back only while it has no members. What the
topics keep no longer (`WAYBILL_RETENTION_DAYS`) isn't there afterwards, and documents that it was
about say that they are incomplete. A crash in the middle costs nothing: run it again, or start a
portal, which goes on.
"""

import asyncio
from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import CommitFailedError

from services.portal.projections.facts import TOPICS
from services.portal.projections.reader import GROUP, Reading
from shared.contracts.topics import PORTAL
from shared.runtime.http.metrics import Metrics
from shared.runtime.kafka.connection import connection
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.mongo.connection import connect
from shared.runtime.settings import Settings

LOOK_SECONDS = 0.2

Offsets = Mapping[TopicPartition, int]


class PortalsRunError(Exception):
    """Some portal is reading; its group's offsets can't be set back."""


async def rebuild(settings: Settings) -> int:
    """Drops the read models and reads all topics anew; returns how many records there were.

    Raises `PortalsRunError`, with everything as it was, while a portal reads.
    """
    mongo = connect(settings, tz_aware=True)
    publisher = KafkaPublisher(settings, "waybill-portal-rebuild")
    reading = Reading(settings, mongo, publisher, Metrics(PORTAL))
    offsets = AIOKafkaConsumer(
        **connection(settings), group_id=settings.topic(GROUP), enable_auto_commit=False
    )
    try:
        await publisher.start()
        await offsets.start()
        first, end = await _extent(settings, offsets)
        try:
            await offsets.commit(dict(first))
        except CommitFailedError:
            raise PortalsRunError("stop the portals first: they read these topics") from None
        await reading.store.drop()
        await reading.prepare()
        await reading.start()
        await _until(end, offsets)
        return sum(end.values()) - sum(first.values())
    finally:
        await reading.stop()
        await offsets.stop()
        await publisher.stop()
        mongo.close()


async def _extent(settings: Settings, consumer: AIOKafkaConsumer) -> tuple[Offsets, Offsets]:
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


async def _until(end: Offsets, consumer: AIOKafkaConsumer) -> None:
    """Returns once the group has committed all of it."""
    left = dict(end)
    while left:
        await asyncio.sleep(LOOK_SECONDS)
        for partition, last in list(left.items()):
            if (await consumer.committed(partition) or 0) >= last:
                del left[partition]
