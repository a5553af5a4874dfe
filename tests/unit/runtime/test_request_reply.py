"""The reader of replies, with a consumer in memory."""

import asyncio
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError, KafkaError

from shared.contracts.replies import Reply
from shared.runtime.kafka import request_reply
from shared.runtime.kafka.request_reply import ReplyReader, UnreadableReplyError
from shared.runtime.settings import Settings
from tests.fakes import MemoryRecord

PARTITIONS = [TopicPartition("waybill.replies", number) for number in range(2)]


class Consumer:
    """`polls` holds what each poll returns or raises; the last poll never ends."""

    def __init__(self, **_: Any) -> None:
        self.assigned: list[TopicPartition] = []
        self.positions: dict[TopicPartition, int] = {}
        self.polls: asyncio.Queue[Any] = asyncio.Queue()
        self.stopped = False

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        self.stopped = True

    def assign(self, partitions: list[TopicPartition]) -> None:
        self.assigned = partitions

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {partition: 40 + partition.partition for partition in partitions}

    def seek(self, partition: TopicPartition, offset: int) -> None:
        assert partition in self.assigned
        self.positions[partition] = offset

    async def getmany(self, timeout_ms: int) -> dict[TopicPartition, list[Any]]:
        polled = await self.polls.get()
        if isinstance(polled, KafkaError):
            raise polled
        return {PARTITIONS[0]: polled}


@pytest.fixture
def consumer(monkeypatch: pytest.MonkeyPatch) -> Consumer:
    made = Consumer()

    async def partitions_of(*_: object) -> list[TopicPartition]:
        return PARTITIONS

    monkeypatch.setattr(request_reply, "AIOKafkaConsumer", lambda **_: made)
    monkeypatch.setattr(request_reply, "partitions_of", partitions_of)
    monkeypatch.setattr(request_reply, "RETRY_SECONDS", 0)
    return made


def reply_to(command_id: str) -> MemoryRecord:
    reply = Reply(command_id=command_id, outcome="accepted", subject="c-1", version=7)
    return record(command_id, reply.model_dump_json().encode())


def record(command_id: str, value: bytes) -> MemoryRecord:
    return MemoryRecord("waybill.replies", 0, 0, command_id.encode(), value, ())


async def test_started_reader_is_at_the_end_of_every_partition(consumer):
    reader = ReplyReader(Settings())
    await reader.start()
    assert consumer.positions == {PARTITIONS[0]: 40, PARTITIONS[1]: 41}
    assert reader.ready
    await reader.stop()
    assert consumer.stopped
    assert not reader.ready


async def test_consumer_is_stopped_if_its_position_cannot_be_taken(consumer, monkeypatch):
    async def end_offsets(_: object) -> None:
        raise KafkaConnectionError

    monkeypatch.setattr(consumer, "end_offsets", end_offsets)
    with pytest.raises(KafkaConnectionError):
        await ReplyReader(Settings()).start()
    assert consumer.stopped


async def test_each_request_gets_its_own_reply_and_others_are_ignored(consumer):
    reader = ReplyReader(Settings())
    await reader.start()
    with reader.expect("a") as first, reader.expect("b") as second:
        consumer.polls.put_nowait([reply_to("b"), reply_to("another process"), reply_to("a")])
        assert [(await first).command_id, (await second).command_id] == ["a", "b"]
    await reader.stop()


async def test_reading_goes_on_after_an_error_of_kafka(consumer):
    errors: list[KafkaError] = []
    reader = ReplyReader(Settings(), errors.append)
    await reader.start()
    with reader.expect("a") as reply:
        consumer.polls.put_nowait(KafkaConnectionError())
        consumer.polls.put_nowait([reply_to("a")])
        assert (await reply).command_id == "a"
    assert len(errors) == 1
    await reader.stop()


async def test_unreadable_reply_is_an_error_for_its_request_alone(consumer):
    reader = ReplyReader(Settings())
    await reader.start()
    with reader.expect("a") as broken, reader.expect("b") as fine:
        consumer.polls.put_nowait([record("a", b"{"), reply_to("b")])
        with pytest.raises(UnreadableReplyError):
            await broken
        assert (await fine).command_id == "b"
    await reader.stop()


async def test_stopping_cancels_whoever_still_waits(consumer):
    reader = ReplyReader(Settings())
    await reader.start()
    with reader.expect("a") as reply:
        await reader.stop()
        assert reply.cancelled()
