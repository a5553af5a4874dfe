"""A consumer that reads the records of few keys at a time while it is far behind.

aiokafka returns what it has fetched one topic after the other: a few records of each of many keys.
But the records of a key have the same partition number in each topic, and about the same time.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from aiokafka import TopicPartition

from shared.runtime.kafka.polling_consumer import Consumer, Polled

# Records that are read from one topic before the next has its turn; more are far behind.
STRIDE = 100


class CatchingUpConsumer(Consumer):
    """After a full poll it reads one partition number, all topics in the order of time.

    The numbers take turns, so none is left behind. A consumer that isn't behind polls as usual.
    """

    def __init__(self, *topics: str, **options: Any) -> None:
        super().__init__(*topics, **options)
        self._full = False
        self._number = 0
        self._reached: dict[TopicPartition, int] = {}  # the time of the last record read

    async def _poll(
        self, partitions: Sequence[TopicPartition], timeout_ms: int, max_records: int | None
    ) -> Polled:
        if self._full and max_records:
            for number, behind in (await self._far_behind()).items():
                if polled := await self._in_order_of_time(behind, max_records):
                    self._number = number
                    return polled
        polled = await super()._poll(partitions, timeout_ms, max_records)
        self._full = sum(map(len, polled.values())) == max_records
        self._reached |= {one: records[-1].timestamp for one, records in polled.items()}
        return polled

    async def _far_behind(self) -> dict[int, list[TopicPartition]]:
        """The partitions that are far behind by number, that of the last poll last."""
        found: dict[int, list[TopicPartition]] = defaultdict(list)
        turns = sorted(self.assignment(), key=lambda one: (one.partition <= self._number, one))
        for one in turns:
            end = self.highwater(one)
            if end is not None and end - await self.position(one) > STRIDE:
                found[one.partition].append(one)
        return found

    async def _in_order_of_time(self, behind: Sequence[TopicPartition], most: int) -> Polled:
        """Takes what is fetched, always from the partition that has come least far."""
        fetched = set(behind)
        polled: Polled = {}
        left = most
        while fetched and left:
            partition = min(fetched, key=lambda one: self._reached.get(one, 0))
            found = await super()._poll([partition], 0, min(left, STRIDE))
            if records := found.get(partition):
                polled.setdefault(partition, []).extend(records)
                self._reached[partition] = records[-1].timestamp
                left -= len(records)
            else:
                fetched.remove(partition)
        return polled
