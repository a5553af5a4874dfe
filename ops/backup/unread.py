"""Which orders the records are about that consumer groups haven't read yet."""

import orjson
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.contracts.topics import PORTAL, SERVICES, STOCK_COMMANDS, STOCK_EVENTS, STOCK_LEVELS
from shared.runtime.kafka.connection import connection
from shared.runtime.kafka.consumer import group_of
from shared.runtime.kafka.topic_reader import bounds, open_consumer, read_range
from shared.runtime.settings import Settings

_ABOUT_STOCK = {STOCK_COMMANDS.name, STOCK_EVENTS.name, STOCK_LEVELS.name}


async def unread_orders(settings: Settings) -> set[str]:
    """Returns the ids of orders that a service or the portal will hear more of.

    Raises `Unavailable`, and aiokafka's errors if the cluster doesn't answer.
    """
    found: set[str] = set()
    async with open_consumer(settings) as consumer:
        for starts in await _committed(settings):
            first, ends = await bounds(consumer, list(starts))
            begin = {part: max(at, first[part]) for part, at in starts.items()}
            async for record in read_range(consumer, begin, ends):
                found |= _orders(record, settings.topic_prefix)
    return found


async def _committed(settings: Settings) -> list[dict[TopicPartition, int]]:
    """What each group that shapes an order has committed."""
    admin = AIOKafkaAdminClient(**connection(settings))
    await admin.start()
    try:
        groups = [settings.topic(group_of(name)) for name in (*SERVICES, PORTAL)]
        offsets = [await admin.list_consumer_group_offsets(group) for group in groups]
    finally:
        await admin.close()
    return [
        {part: at.offset for part, at in of_group.items() if at.offset >= 0} for of_group in offsets
    ]


def _orders(record: ConsumerRecord, prefix: str) -> set[str]:
    if record.topic.removeprefix(prefix) not in _ABOUT_STOCK:
        return {(record.key or b"").decode(errors="replace")}
    try:
        content = orjson.loads(record.value or b"null")
    except orjson.JSONDecodeError:
        return set()
    order_id = content.get("order_id") if isinstance(content, dict) else None
    return {order_id} if isinstance(order_id, str) else set()
