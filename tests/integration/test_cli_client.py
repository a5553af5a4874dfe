"""The tools' client on a real broker, with a service that is played by the test."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import pytest

from ops.errors import TimedOutError, ToolError
from ops.messaging.command_client import CommandClient
from ops.messaging.reader import reading
from shared.contracts.orders import Hold
from shared.contracts.replies import Reply
from shared.contracts.topics import ORDER_COMMANDS
from shared.runtime.kafka.topics import create_topics
from shared.runtime.settings import Settings
from tests.engines import AnyEngines
from waybill_client import Event

pytestmark = pytest.mark.engines


@pytest.fixture
async def settings(engines: AnyEngines) -> Settings:
    """Topics that nobody else uses."""
    own = Settings(kafka=engines.kafka, topic_prefix=f"t{uuid4().hex[:8]}.", partitions=3)
    await create_topics(own)
    return own


@asynccontextmanager
async def replier(settings: Settings) -> AsyncIterator[Sequence[Event]]:
    """Accepts every command; hands out what it has seen."""
    heard: list[Event] = []

    async def work() -> None:
        async with (
            reading(settings, [ORDER_COMMANDS.name], from_beginning=True) as reader,
            CommandClient(settings, source="replier", replies=False) as client,
        ):
            async for seen in reader.follow():
                heard.append(seen)
                command_id = seen.attributes["id"]
                await client.post(
                    Reply(command_id=command_id, outcome="accepted", subject=seen.key, version=1)
                )

    task = asyncio.create_task(work())
    try:
        yield heard
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_command_carries_what_the_contract_asks_and_gets_its_outcome(
    settings: Settings,
) -> None:
    async with replier(settings) as heard, CommandClient(settings) as client:
        reply = await client.send(Hold(order_id="c-1"), actor="csr:17", expected_version=7)

    assert (reply.outcome, reply.subject) == ("accepted", "c-1")
    (command,) = heard
    attributes = command.attributes
    assert (command.key, attributes["subject"]) == ("c-1", "c-1")
    assert attributes["specversion"] == "1.0"
    assert attributes["type"] == "waybill.order.hold.v1"
    assert attributes["source"] == "waybill-cli"
    assert attributes["actor"] == "csr:17"
    assert attributes["expectedversion"] == "7"
    assert attributes["replyto"] == f"{settings.topic_prefix}waybill.replies"
    assert attributes["correlationid"] == attributes["id"] == reply.command_id
    assert attributes["time"].endswith("Z")
    assert command.headers["content-type"] == "application/json"
    assert command.data == {"order_id": "c-1"}


async def test_hundreds_in_flight_each_get_their_own_outcome(settings: Settings) -> None:
    async with replier(settings), CommandClient(settings) as client:
        orders = [f"c-{number}" for number in range(300)]
        replies = await asyncio.gather(*(client.send(Hold(order_id=order)) for order in orders))

    assert [reply.subject for reply in replies] == orders


async def test_outcome_that_does_not_come_is_a_timeout_with_advice(settings: Settings) -> None:
    async with CommandClient(settings) as client:
        with pytest.raises(TimedOutError, match="No outcome of") as late:
            await client.send(Hold(order_id="c-1"), timeout=0.5)
    assert "waybill status" in late.value.hint


async def test_outcomes_from_before_are_not_heard(settings: Settings) -> None:
    async with replier(settings), CommandClient(settings) as client:
        await client.send(Hold(order_id="c-1"), command_id="the-same")
    async with CommandClient(settings) as client:
        with pytest.raises(TimedOutError):
            await client.send(Hold(order_id="c-1"), command_id="the-same", timeout=0.5)


async def test_publishing_tells_of_its_progress_and_keeps_the_order_of_a_key(
    settings: Settings,
) -> None:
    told: list[int] = []
    async with CommandClient(settings, replies=False) as client:
        commands = [Hold(order_id="c-1", reason=str(number)) for number in range(2500)]
        count = await client.publish(
            ((command, client.envelope(command)) for command in commands), told.append
        )

    assert count == sum(told) == 2500
    async with reading(settings, [ORDER_COMMANDS.name], from_beginning=True) as reader:
        reasons = [seen.data["reason"] async for seen in reader.to_end()]
    assert reasons == [str(number) for number in range(2500)]


async def test_topics_that_are_missing_are_named_with_advice(engines: AnyEngines) -> None:
    bare = Settings(kafka=engines.kafka, topic_prefix=f"none{uuid4().hex[:8]}.")
    with pytest.raises(ToolError, match=r"has no topic none.*waybill\.replies") as missing:
        async with CommandClient(bare):
            pytest.fail("connected to topics that don't exist")
    assert "waybill setup" in missing.value.hint
