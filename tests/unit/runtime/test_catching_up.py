"""A consumer that is far behind reads few keys at a time, and every record once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiokafka
import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CorruptRecordException, KafkaError

from shared.runtime.kafka.catching_up import STRIDE, CatchingUpConsumer
from shared.runtime.kafka.lost_records import LostRecords
from shared.runtime.kafka.polling_consumer import Polled

MOST = 4 * STRIDE


@dataclass(frozen=True)
class Read:
    """As much of a record as matters here."""

    offset: int
    timestamp: int


class Scripted(CatchingUpConsumer):
    """A consumer without a cluster: `times` are those of the records of each partition."""

    def __init__(self, times: dict[TopicPartition, list[int]]) -> None:
        self._full, self._number, self._reached = False, 0, {}
        self.lost, self._next = LostRecords(accept=False), {}
        self.times = times
        self.places = dict.fromkeys(times, 0)
        self.unfetched: set[TopicPartition] = set()
        self.failures: dict[TopicPartition, Exception] = {}

    def assignment(self) -> set[TopicPartition]:
        return set(self.times)

    def highwater(self, partition: TopicPartition) -> int:
        return len(self.times[partition])

    async def position(self, partition: TopicPartition) -> int:
        return self.places[partition]

    async def committed(self, partition: TopicPartition) -> int | None:
        return 0

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.places[partition] = offset

    async def batch(self) -> Polled:
        return await self.getmany(timeout_ms=1, max_records=MOST)

    def __del__(self, **_: Any) -> None:
        """It was never started."""


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    async def getmany(
        self: Scripted, *asked: TopicPartition, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[Read]]:
        found = {}
        for one in asked or self.times:
            if one in self.failures:
                raise self.failures.pop(one)
            start = self.places[one]
            times = [] if one in self.unfetched else self.times[one][start : start + max_records]
            if times:
                found[one] = [Read(start + n, at) for n, at in enumerate(times)]
                self.places[one] += len(times)
                max_records -= len(times)
        if timeout_ms:
            self.unfetched.clear()
        return found

    monkeypatch.setattr(aiokafka.AIOKafkaConsumer, "getmany", getmany)


def a_day(partitions: int, topics: int = 3, long: int = 20 * STRIDE) -> Scripted:
    """Topics of the same time; some have more records than others."""
    return Scripted(
        {
            TopicPartition(f"topic-{topic}", number): list(range(0, long, topic + 1))
            for topic in range(topics)
            for number in range(partitions)
        }
    )


def numbers(polled: Polled) -> set[int]:
    return {one.partition for one in polled}


async def test_batch_is_of_one_partition_number_with_all_topics_about_as_far() -> None:
    consumer = a_day(partitions=3)
    await consumer.batch()  # a full one tells that there is more
    for _ in range(4):
        polled = await consumer.batch()
        assert len(numbers(polled)) == 1
        assert sum(map(len, polled.values())) == MOST
    reached = [
        consumer.times[one][consumer.places[one]]
        for one in consumer.times
        if {one.partition} == numbers(polled)
    ]
    assert max(reached) - min(reached) <= 3 * STRIDE


async def test_partition_numbers_take_turns() -> None:
    consumer = a_day(partitions=3)
    await consumer.batch()
    turns = [numbers(await consumer.batch()) for _ in range(6)]
    assert [turns.count({number}) for number in range(3)] == [2, 2, 2]


async def test_every_record_is_read_once_and_in_its_order() -> None:
    consumer = a_day(partitions=2)
    read: dict[TopicPartition, list[int]] = {one: [] for one in consumer.times}
    while polled := await consumer.batch():
        for one, records in polled.items():
            read[one] += [record.offset for record in records]
    assert read == {one: list(range(len(times))) for one, times in consumer.times.items()}


async def test_what_is_not_fetched_yet_holds_nothing_up() -> None:
    consumer = a_day(partitions=2)
    await consumer.batch()
    consumer.unfetched = {one for one in consumer.times if one.partition == 0}
    assert numbers(await consumer.batch()) == {1}
    consumer.unfetched = set(consumer.times)
    assert await consumer.batch() == {}  # it waited, as usual
    assert await consumer.batch() != {}


async def test_consumer_that_is_not_behind_polls_as_usual() -> None:
    consumer = a_day(partitions=3, long=10)
    assert numbers(await consumer.batch()) == {0, 1, 2}


async def test_failure_takes_back_what_the_poll_has_read_already() -> None:
    consumer = a_day(partitions=1)
    await consumer.batch()
    consumer.failures = {TopicPartition("topic-2", 0): CorruptRecordException()}
    with pytest.raises(KafkaError):
        await consumer.batch()
    assert set(consumer.places.values()) == {0}
