"""A consumer that skips what was written before the first subscription began."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from aiokafka import TopicPartition

from shared.runtime.kafka.polling_consumer import Consumer

# A broker's clock may be behind ours by this much.
SKEW = timedelta(minutes=5)


class HistorySkippingConsumer(Consumer):
    """Seeks forward in new partitions; everything before would be read and left out.

    The group's offsets may be those of subscriptions that were deleted long ago. They count only if
    one of today's subscriptions was read for, and so committed for, before. Otherwise what Kafka
    deleted after them isn't lost: nobody wanted it.

    subscriptions  returns those that there are
    began          whether the offsets are those of today's subscriptions
    """

    def __init__(
        self, subscriptions: Callable[[], Sequence[Mapping[str, Any]]], **options: Any
    ) -> None:
        super().__init__(**options)
        self._subscriptions = subscriptions
        self.began = False

    async def before_reading(self, assigned: Collection[TopicPartition]) -> None:
        """Commits where it begins, so that what is deleted from there on is known to be lost."""
        known = self._subscriptions()
        if not known or not assigned:
            return
        read_before = any(is_read(each) for each in known)
        first = _milliseconds(min(each["since"] for each in known) - SKEW)
        found = await self.offsets_for_times(dict.fromkeys(assigned, first))
        ends = await self.end_offsets(list(assigned))
        starts = {}
        for part in assigned:
            target = found[part].offset if found.get(part) else ends[part]
            committed = await self.committed(part)
            if committed is None or (not read_before and target > committed):
                self.seek(part, target)
                starts[part] = target
        if starts:
            await self.commit(starts)
        self.began = True


def is_read(subscription: Mapping[str, Any]) -> bool:
    """Whether a portal has read for it; those of earlier versions don't say so, and were."""
    return bool(subscription.get("read", True))


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
