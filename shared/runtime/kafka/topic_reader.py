"""Reads topics without a consumer group: no member loses partitions, no offsets are committed."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from time import monotonic

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.runtime.kafka.connection import connection
from shared.runtime.kafka.header_names import be_lenient
from shared.runtime.kafka.record import Unavailable
from shared.runtime.kafka.settings import KafkaSettings

WAIT_MS = 500
METADATA_RETRY_SECONDS = 0.2
METADATA_RETRIES = 5
SILENT_SECONDS = 30.0


class NoTopicError(Unavailable):
    """The cluster doesn't have these topics; `waybill setup` creates them."""

    def __init__(self, topics: Collection[str]) -> None:
        super().__init__(f"missing topic: {', '.join(sorted(topics))}: run `waybill setup`")
        self.topics = sorted(topics)


async def partitions_of(settings: KafkaSettings, topics: Collection[str]) -> list[TopicPartition]:
    """Returns all partitions of `topics`, given by their names on the cluster.

    Asks the cluster, since a consumer knows only topics that it has subscribed to. Raises
    `NoTopicError`, and aiokafka's errors if the cluster doesn't answer.
    """
    admin = AIOKafkaAdminClient(**connection(settings))
    await admin.start()
    try:
        for _ in range(METADATA_RETRIES):
            described = {
                each["topic"]: each["partitions"] for each in await admin.describe_topics()
            }
            missing = {topic for topic in topics if not described.get(topic)}
            if not missing:
                break
            # A broker may learn of a new topic some time after its creation is acknowledged.
            await asyncio.sleep(METADATA_RETRY_SECONDS)
        else:
            raise NoTopicError(missing)
    finally:
        await admin.close()
    return [
        TopicPartition(topic, number)
        for topic in topics
        for number in sorted(partition["partition"] for partition in described[topic])
    ]


async def stop(consumer: AIOKafkaConsumer) -> None:
    """Stops a consumer.

    While a broker is down, aiokafka raises the cancellation of its own tasks; it ends here.
    """
    with suppress(KafkaError):
        try:
            await consumer.stop()
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task and task.cancelling():
                raise


@asynccontextmanager
async def open_consumer(settings: KafkaSettings) -> AsyncIterator[AIOKafkaConsumer]:
    """Opens a consumer without a group. Raises `Unavailable` if the cluster doesn't answer."""
    be_lenient()
    consumer = AIOKafkaConsumer(
        **connection(settings), enable_auto_commit=False, auto_offset_reset="earliest"
    )
    try:
        await consumer.start()
        yield consumer
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka: {error!r}") from error
    finally:
        await stop(consumer)


async def bounds(
    consumer: AIOKafkaConsumer, partitions: Collection[TopicPartition]
) -> tuple[dict[TopicPartition, int], dict[TopicPartition, int]]:
    """Returns the first offsets of these partitions, and their present ends."""
    if not partitions:
        return {}, {}
    # Assigned partitions are looked up in one request; others one by one, with a pause each.
    consumer.assign(partitions)
    return await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)


async def read_range(
    consumer: AIOKafkaConsumer,
    starts: Mapping[TopicPartition, int],
    ends: Mapping[TopicPartition, int],
) -> AsyncIterator[ConsumerRecord]:
    """Yields the records of these partitions from `starts` up to `ends`, exclusive.

    Raises `Unavailable` if nothing arrives for `SILENT_SECONDS`.
    """
    wanted = [partition for partition, end in ends.items() if starts[partition] < end]
    if not wanted:
        return  # without an assignment a consumer may hang when it is stopped
    consumer.assign(wanted)
    for partition in wanted:
        consumer.seek(partition, starts[partition])
    left, last_answer = set(wanted), monotonic()
    while left:
        polled = await consumer.getmany(*left, timeout_ms=WAIT_MS)
        last_answer = monotonic() if polled else last_answer
        if monotonic() - last_answer > SILENT_SECONDS:
            raise Unavailable("Kafka: no answer")
        for partition, records in polled.items():
            for record in records:
                if record.offset < ends[partition]:
                    yield record
        left = {each for each in left if await consumer.position(each) < ends[each]}
