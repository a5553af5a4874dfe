"""Commands, their outcomes, and what is refused before it is sent."""

import asyncio
from decimal import Decimal

import pytest
from aiokafka.errors import KafkaConnectionError

from shared.contracts.replies import Blocker, Reason, Reply
from tests.unit.client.memory_kafka import Kafka, attributes
from waybill_client import (
    Accepted,
    AsyncClient,
    InvalidMessageError,
    Rejected,
    Settings,
    TimedOut,
    UnreachableError,
    customer,
    order,
    payment,
)

HOLD = order.Hold(order_id="c-1", reason="Address unclear")
SETTINGS = Settings(topic_prefix="shop.")
NOT_PAID = Blocker(code="not-paid", message="12.40 USD outstanding.", remedy="Add a payment.")


def client() -> AsyncClient:
    return AsyncClient("my-tool", SETTINGS)


async def test_command_has_the_envelope_of_the_contract(kafka: Kafka) -> None:
    async with client() as tool:
        outcome = await tool.send(HOLD, actor="csr:17", expected_version=7)

    (record,) = kafka.written
    headers = attributes(record)
    assert (record.topic, record.key) == ("shop.order.commands", b"c-1")
    assert record.value == b'{"order_id":"c-1","reason":"Address unclear"}'
    assert headers["ce_specversion"] == "1.0"
    assert headers["ce_source"] == "my-tool"
    assert headers["ce_type"] == "waybill.order.hold.v1"
    assert headers["ce_subject"] == "c-1"
    assert headers["ce_actor"] == "csr:17"
    assert headers["ce_expectedversion"] == "7"
    assert headers["ce_replyto"] == "shop.waybill.replies"
    assert headers["content-type"] == "application/json"
    assert isinstance(outcome, Accepted)
    assert (outcome.command_id, outcome.subject, outcome.version) == (headers["ce_id"], "c-1", 2)


async def test_rejection_names_its_rules(kafka: Kafka) -> None:
    kafka.answer = lambda headers, _: Reply(
        command_id=headers["ce_id"],
        outcome="rejected",
        status="InProgress",
        reason=Reason.of(NOT_PAID),
    )
    async with client() as tool:
        outcome = await tool.send(HOLD)

    assert isinstance(outcome, Rejected)
    assert (outcome.rule, outcome.status, outcome.field) == ("not-paid", "InProgress", None)
    assert outcome.message == "12.40 USD outstanding. Add a payment."
    assert outcome.blockers == (NOT_PAID,)


async def test_malformed_command_names_its_field(kafka: Kafka) -> None:
    reason = Reason(code="malformed", message="market: US or UK is expected")
    kafka.answer = lambda headers, _: Reply(
        command_id=headers["ce_id"], outcome="rejected", reason=reason
    )
    async with client() as tool:
        outcome = await tool.send(HOLD)

    assert isinstance(outcome, Rejected)
    assert (outcome.rule, outcome.field) == ("malformed", "market")


async def test_late_outcome_is_found_by_a_retry_of_the_same_message(kafka: Kafka) -> None:
    kafka.mute = True
    async with client() as tool:
        first = await tool.send(HOLD, actor="csr:17", expected_version=7, timeout=0.05)
        kafka.mute = False
        assert isinstance(first, TimedOut)
        second = await tool.retry(first)
        third = await tool.send(HOLD, command_id=first.command_id)

    assert first.published
    assert isinstance(second, Accepted)
    assert second.reply == third.reply
    one, two, _ = kafka.written
    assert one.value == two.value
    different = {"ce_time"}
    assert {k: v for k, v in attributes(one).items() if k not in different} == {
        k: v for k, v in attributes(two).items() if k not in different
    }


async def test_command_that_kafka_does_not_acknowledge_is_not_known_to_be_published(
    kafka: Kafka,
) -> None:
    kafka.hangs = True
    async with client() as tool:
        outcome = await tool.send(HOLD, timeout=0.05)
    assert isinstance(outcome, TimedOut)
    assert not outcome.published


async def test_dry_run_is_marked(kafka: Kafka) -> None:
    async with client() as tool:
        await tool.send(HOLD, dry_run=True)
        await tool.send(HOLD)
    dry, real = map(attributes, kafka.written)
    assert dry["ce_dryrun"] == "true"
    assert "ce_dryrun" not in real


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (order.AddNote(order_id="c-1", text="\u202egnp.exe"), "text"),
        (order.AddNote(order_id="c-1", text="4111 1111 1111 1111"), "text"),
        (customer.Create(customer_id="..", name="Mercy"), "customer_id"),
        (payment.Recorded.model_construct(), "type"),
    ],
)
async def test_message_that_breaks_the_contract_is_not_sent(kafka, command, field) -> None:
    async with client() as tool:
        with pytest.raises(InvalidMessageError) as refused:
            await tool.send(command)
    assert refused.value.field == field
    assert kafka.written == []


async def test_white_space_is_trimmed_before_it_is_sent(kafka: Kafka) -> None:
    async with client() as tool:
        await tool.send(order.AddNote(order_id="c-1", text="  call back "))
    assert kafka.written[0].value == b'{"order_id":"c-1","text":"call back"}'


@pytest.mark.parametrize("bad", ["", "x" * 257, "two\nlines"])
async def test_attribute_that_no_service_would_take_is_refused(kafka: Kafka, bad: str) -> None:
    async with client() as tool:
        with pytest.raises(InvalidMessageError, match="command_id: must have 1 to 256"):
            await tool.send(HOLD, command_id=bad)
    with pytest.raises(InvalidMessageError, match="source"):
        AsyncClient(bad, SETTINGS)


async def test_money_is_written_as_text(kafka: Kafka) -> None:
    add = payment.Capture(order_id="c-1", payment_id="p-1", amount=Decimal("12.40"))
    async with client() as tool:
        await tool.publish(add, message_id="capture-1")
    assert b'"amount":"12.40"' in (kafka.written[0].value or b"")
    assert attributes(kafka.written[0])["ce_id"] == "capture-1"
    assert "ce_replyto" not in attributes(kafka.written[0])


async def test_commands_in_flight_get_their_own_outcomes(kafka: Kafka) -> None:
    kafka.answer = lambda headers, _: Reply(
        command_id=headers["ce_id"], outcome="accepted", subject=headers["ce_subject"]
    )
    async with client() as tool:
        holds = [order.Hold(order_id=f"c-{number}") for number in range(50)]
        outcomes = await asyncio.gather(*map(tool.send, holds))
    assert [outcome.subject for outcome in outcomes if isinstance(outcome, Accepted)] == [
        hold.order_id for hold in holds
    ]
    assert kafka.readers == []


async def test_cluster_that_does_not_answer_is_an_error(kafka: Kafka) -> None:
    kafka.open_error = KafkaConnectionError()
    async with client() as tool:
        with pytest.raises(UnreachableError, match="localhost:9092"):
            await tool.send(HOLD)
        kafka.open_error = None
        assert isinstance(await tool.send(HOLD), Accepted)
