"""Where webhooks begin to read: after what nobody wanted, and never after what is lost."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from aiokafka import TopicPartition

from services.portal.webhooks.history import SKEW, HistorySkippingConsumer

PART = TopicPartition("order.events", 0)
SINCE = datetime(2026, 11, 27, 20, tzinfo=UTC)
END = 90


class Found(NamedTuple):
    """A record's place, as aiokafka tells it."""

    offset: int


class Scripted(HistorySkippingConsumer):
    """A consumer without a cluster; `first` is the first offset after the subscriptions' begin."""

    def __init__(
        self, committed: int | None, first: int | None, *subscriptions: dict[str, Any]
    ) -> None:
        self.began = False
        self._subscriptions = lambda: subscriptions
        self._known = committed
        self._first = first
        self.asked: int | None = None
        self.position = committed
        self.kept: dict[TopicPartition, int] = {}

    async def offsets_for_times(self, times: dict[TopicPartition, int]) -> Any:
        self.asked = times[PART]
        return {PART: None if self._first is None else Found(self._first)}

    async def end_offsets(self, partitions: Any) -> dict[TopicPartition, int]:
        return {PART: END}

    async def committed(self, partition: TopicPartition) -> int | None:
        return self._known

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.position = offset

    async def commit(self, offsets: Any = None) -> None:
        self.kept |= offsets

    def __del__(self, **_: Any) -> None:
        """It was never started."""


def subscription(**more: Any) -> dict[str, Any]:
    return {"since": SINCE, "read": False, **more}


@pytest.mark.parametrize(
    ("committed", "first", "starts"),
    [
        pytest.param(None, 40, 40, id="the first reading of all"),
        pytest.param(5, 40, 40, id="webhooks that were deleted read to 5"),
        pytest.param(5, None, END, id="nothing was written since"),
        pytest.param(60, 40, None, id="another portal has read on"),
    ],
)
async def test_first_webhook_begins_at_its_creation(
    committed: int | None, first: int | None, starts: int | None
) -> None:
    consumer = Scripted(committed, first, subscription())
    await consumer.before_reading([PART])
    assert consumer.asked == int((SINCE - SKEW).timestamp() * 1000)
    assert consumer.position == (committed if starts is None else starts)
    # It is committed, so that the next start finds what was deleted from there on.
    assert consumer.kept == ({} if starts is None else {PART: starts})
    assert consumer.began


@pytest.mark.parametrize("known", [{"read": True}, {}], ids=["read", "of an earlier version"])
@pytest.mark.parametrize("first", [40, None])
async def test_webhooks_that_were_read_for_skip_nothing(
    known: dict[str, bool], first: int | None
) -> None:
    older = {"since": SINCE, **known}
    consumer = Scripted(5, first, subscription(), older)
    await consumer.before_reading([PART])
    assert (consumer.position, consumer.kept) == (5, {})
    assert consumer.began


async def test_partition_that_is_new_begins_at_the_creation_too() -> None:
    consumer = Scripted(None, 40, subscription(read=True))
    await consumer.before_reading([PART])
    assert (consumer.position, consumer.kept) == (40, {PART: 40})


async def test_nothing_begins_without_webhooks_or_partitions() -> None:
    nobody = Scripted(5, 40)
    await nobody.before_reading([PART])
    nothing = Scripted(5, 40, subscription())
    await nothing.before_reading([])
    assert not nobody.began
    assert not nothing.began
