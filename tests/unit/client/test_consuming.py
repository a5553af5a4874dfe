"""Events in a consumer group: each handled at least once, in order, and committed afterwards."""

import asyncio
from collections.abc import Callable

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import (
    CommitFailedError,
    CoordinatorNotAvailableError,
    GroupAuthorizationFailedError,
    KafkaError,
)

from tests.polling import PATIENCE
from tests.unit.client.memory_kafka import Kafka
from waybill_client import (
    STOP,
    AsyncClient,
    Event,
    MissingTopicError,
    Settings,
    UnreachableError,
    group_reader,
    order,
    topics,
)

SETTINGS = Settings(topic_prefix="shop.")
HELD = "waybill.order.held.v1"
WHERE = TopicPartition("shop.order.events", 0)
IDLE = 0.5  # seconds; a rejoin after a failed poll takes less, even on a busy machine


def write(kafka: Kafka, *orders: str, partition: int = 0) -> None:
    for each in orders:
        value = b'{"order_id":"%s","order_number":"PO1","reason":null}' % each.encode()
        kafka.append("shop.order.events", each, value, HELD, partition)


async def consume(handler: Callable[[Event], object], idle: float = IDLE) -> int:
    async with AsyncClient("my-shop", SETTINGS) as client:
        return await client.consume([topics.ORDER_EVENTS], handler, group="shop", idle=idle)


async def test_next_run_resumes_after_the_last_handled_event(kafka: Kafka) -> None:
    write(kafka, "c-1", "c-2")
    seen: list[str] = []

    assert await consume(lambda event: seen.append(event.key)) == 2
    write(kafka, "c-3")
    assert await consume(lambda event: seen.append(event.key)) == 1

    assert seen == ["c-1", "c-2", "c-3"]
    member = kafka.members[0]
    assert member.options["group_id"] == "shop.shop"
    assert member.options["enable_auto_commit"] is False
    assert all(each.stopped for each in kafka.members)


async def test_handler_may_be_a_coroutine_function_and_gets_typed_events(kafka: Kafka) -> None:
    write(kafka, "c-1")
    kafka.append("shop.order.events", "c-2", b'{"moon": 1}', "waybill.order.flown-to-the-moon.v1")
    kafka.append("shop.order.events", "c-3", b'{"order_id": 3}', HELD)
    seen: list[Event] = []

    async def keep(event: Event) -> None:
        seen.append(event)

    await consume(keep)

    known, unknown, unreadable = seen
    assert known.message == order.Held(order_id="c-1", order_number="PO1", reason=None)
    assert (unknown.message, unknown.problem, unknown.data) == (None, None, {"moon": 1})
    assert unreadable.message is None
    assert unreadable.problem is not None
    assert unreadable.problem.startswith("order_id: must be text")


async def test_event_whose_handler_fails_comes_again(kafka: Kafka) -> None:
    write(kafka, "c-1", "c-2", "c-3")
    seen: list[str] = []

    def fail_once(event: Event) -> None:
        seen.append(event.key)
        if seen == ["c-1", "c-2"]:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await consume(fail_once)
    await consume(fail_once)

    assert seen == ["c-1", "c-2", "c-2", "c-3"]


async def test_stop_ends_after_the_event_is_committed(kafka: Kafka) -> None:
    write(kafka, "c-1", "c-2")
    assert await consume(lambda event: STOP, idle=60) == 1
    assert kafka.committed == {WHERE: 1}


async def test_failed_poll_loses_no_event(kafka: Kafka) -> None:
    write(kafka, "c-1", "c-2")
    kafka.polls.append(CoordinatorNotAvailableError())
    seen: list[str] = []

    await consume(lambda event: seen.append(event.key))

    assert seen == ["c-1", "c-2"]
    assert len(kafka.members) == 2


@pytest.mark.parametrize("failure", [CoordinatorNotAvailableError(), CommitFailedError()])
async def test_failed_commit_is_made_up_for(kafka: Kafka, failure: KafkaError) -> None:
    write(kafka, "c-1")
    kafka.commits.append(failure)

    await consume(lambda event: write(kafka, "c-2") if event.key == "c-1" else None)

    assert kafka.committed == {WHERE: 2}


async def test_rebalance_waits_for_the_handler_and_commits_its_event(kafka: Kafka) -> None:
    write(kafka, "c-1", "c-2", "c-3")
    seen: list[str] = []
    moving: list[asyncio.Task[None]] = []

    async def rebalance_once(event: Event) -> None:
        seen.append(event.key)
        if not moving:
            moving.append(asyncio.create_task(kafka.members[0].rebalance()))
            await asyncio.sleep(0.01)
            assert kafka.committed == {}
            assert not moving[0].done()

    await consume(rebalance_once)

    assert moving[0].done()
    assert seen == ["c-1", "c-2", "c-3"]
    assert kafka.committed == {WHERE: 3}


async def test_event_that_outlasts_a_rebalance_comes_again(
    kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_reader, "GIVE_UP_SECONDS", 0.01)
    write(kafka, "c-1", "c-2")
    seen: list[str] = []

    async def dawdle_once(event: Event) -> None:
        seen.append(event.key)
        if len(seen) == 1:
            await kafka.members[0].rebalance()

    await consume(dawdle_once)

    assert seen == ["c-1", "c-1", "c-2"]


async def test_missing_topic_is_named(kafka: Kafka) -> None:
    async with AsyncClient("my-shop", Settings(topic_prefix="no.")) as client:
        with pytest.raises(MissingTopicError, match=r"no\.order\.events") as missing:
            await client.consume(["order.events"], print, group="shop")
    assert missing.value.topics == ["no.order.events"]


async def test_denied_group_is_an_error(kafka: Kafka) -> None:
    kafka.polls.append(GroupAuthorizationFailedError("shop"))
    with pytest.raises(UnreachableError, match="lacks a permission"):
        await consume(print)


async def test_closing_the_client_ends_its_consumers(kafka: Kafka) -> None:
    async with AsyncClient("my-shop", SETTINGS) as client:
        running = asyncio.create_task(client.consume(["order.events"], print, group="shop"))
        while not kafka.members:  # noqa: ASYNC110 - the fake sets no event
            await asyncio.sleep(0.001)
    async with asyncio.timeout(PATIENCE):
        assert await running == 0
    assert kafka.members[0].stopped
