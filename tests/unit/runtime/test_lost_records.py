"""Every consumer of a group leaves partitions alone of which Kafka deleted unread records."""

import asyncio
from collections.abc import Collection
from typing import Any

import pytest
from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from shared.runtime.kafka.group_options import group_options
from shared.runtime.kafka.lost_records import LostRecords
from shared.runtime.kafka.polling_consumer import Consumer, _Assignments
from shared.runtime.settings import Settings

LOST, WHOLE, NEW = (TopicPartition("a", n) for n in range(3))
ALL = {LOST, WHOLE, NEW}
REASON = "Kafka deleted 4 records of a, partition 0, before they were read"


class Scripted(Consumer):
    """A consumer without a cluster: the first records of all partitions have offset 9."""

    def __init__(self, accept: bool = False, failure: Exception | None = None) -> None:
        self.lost = LostRecords(accept)
        self._next = {}
        self.failure = failure
        self.unanswered = 0
        self.now = ALL
        self.steps: list[str] = []
        self.paused_now: set[TopicPartition] = set()

    def pause(self, *partitions: TopicPartition) -> None:
        self.paused_now |= set(partitions)

    def resume(self, *partitions: TopicPartition) -> None:
        self.paused_now -= set(partitions)

    async def before_reading(self, assigned: Collection[TopicPartition]) -> None:
        assert self.paused_now == assigned
        self.steps.append("prepared")
        if self.failure:
            raise self.failure

    def assignment(self) -> set[TopicPartition]:
        return self.now

    async def beginning_offsets(self, partitions: list[TopicPartition]) -> Any:
        self.steps.append("looked")
        await asyncio.sleep(0)
        if self.unanswered:
            self.unanswered -= 1
            raise KafkaError("no answer")
        return dict.fromkeys(partitions, 9)

    async def committed(self, partition: TopicPartition) -> int | None:
        return {LOST: 5, WHOLE: 9, NEW: None}[partition]

    def __del__(self, **_: Any) -> None:
        """It was never started."""


class Listener(ConsumerRebalanceListener):
    """Listens for new partitions, and says so among the consumer's steps."""

    def __init__(self, consumer: Scripted) -> None:
        self._steps = consumer.steps

    def on_partitions_revoked(self, revoked: Any) -> None:
        self._steps.append("revoked")

    async def on_partitions_assigned(self, assigned: Any) -> None:
        self._steps.append("assigned")


async def test_only_what_lost_records_is_left_alone(logged: list[Any]) -> None:
    consumer = Scripted()
    await _Assignments(consumer, None).on_partitions_assigned(ALL)

    assert consumer.paused_now == {LOST}
    assert consumer.lost.problems() == [REASON]
    assert consumer.lost.problems("the mailer") == [
        REASON.replace("they were read", "the mailer read them")
    ]
    assert logged[-1]["log_level"] == "error"


async def test_loss_that_somebody_accepts_is_read_over() -> None:
    consumer = Scripted(accept=True)
    await _Assignments(consumer, None).on_partitions_assigned(ALL)
    assert (consumer.paused_now, consumer.lost.problems()) == (set(), [])


async def test_partition_that_goes_is_no_longer_a_problem() -> None:
    consumer = Scripted()
    listener = _Assignments(consumer, None)
    await listener.on_partitions_assigned(ALL)
    consumer.paused_now.clear()
    await listener.on_partitions_assigned({WHOLE})
    assert consumer.lost.problems() == []


async def polled(consumer: Scripted) -> None:
    """Polls once; without a cluster, nothing can be read."""
    with pytest.raises(AttributeError):
        await consumer._poll((), 0, None)


async def test_nothing_is_read_before_kafka_says_what_it_has() -> None:
    consumer = Scripted()
    consumer.unanswered = 2
    await _Assignments(consumer, None).on_partitions_assigned(ALL)
    assert consumer.paused_now == ALL
    assert consumer.lost.problems() == [
        "this process can't read 3 partitions before Kafka says which records it still has"
    ]

    await polled(consumer)
    assert consumer.paused_now == ALL
    await polled(consumer)
    assert (consumer.paused_now, consumer.lost.problems()) == ({LOST}, [REASON])
    await polled(consumer)
    assert consumer.steps.count("looked") == 3


async def test_partitions_that_come_while_it_looks_are_looked_at_by_themselves() -> None:
    consumer = Scripted()
    consumer.unanswered = 1
    listener = _Assignments(consumer, None)
    await listener.on_partitions_assigned(ALL)

    looking = asyncio.create_task(polled(consumer))
    await asyncio.sleep(0)
    consumer.now = {WHOLE, NEW}
    consumer.paused_now = {LOST}  # nobody may resume what another member has now
    await listener.on_partitions_assigned(consumer.now)
    await looking

    assert (consumer.paused_now, consumer.lost.problems()) == ({LOST}, [])


async def test_others_hear_of_new_partitions_when_it_is_known_what_is_read() -> None:
    consumer = Scripted()
    listener = _Assignments(consumer, Listener(consumer))
    await listener.on_partitions_revoked(set())
    await listener.on_partitions_assigned(ALL)
    assert consumer.steps == ["revoked", "prepared", "looked", "assigned"]


@pytest.mark.parametrize("failure", [KafkaError("away"), ValueError("a bug")])
async def test_preparation_that_fails_keeps_nothing_from_being_read(failure: Exception) -> None:
    consumer = Scripted(failure=failure)
    await _Assignments(consumer, None).on_partitions_assigned(ALL)
    assert consumer.paused_now == {LOST}


@pytest.mark.parametrize("topics", [(), ("a", "b")])
@pytest.mark.parametrize("accept", [True, False])
async def test_every_member_of_a_group_looks(topics: tuple[str, ...], accept: bool) -> None:
    settings = Settings(accept_lost_records=accept)
    consumer = Consumer(*topics, **group_options(settings, "waybill-notify-mail"))
    if not topics:
        consumer.subscribe(["a", "b"])
    assert consumer.subscription() == {"a", "b"}
    assert isinstance(consumer._subscription.listener, _Assignments)
    assert consumer.lost.accept is accept
    await consumer.stop()
