"""Which topics replies may go to, and what an undecodable command still tells its sender."""

import pytest

from tests.fakes import MemoryRecord
from tests.unit.runtime.cloud_events import binary, decoded, refused, structured


@pytest.mark.parametrize(
    "topic", ["tool.replies", "waybill.replies", "a", "A-1_b.c", "x" * 249, "eu-waybill.replies"]
)
def test_reply_goes_to_any_topic_of_the_sender(topic: str) -> None:
    assert decoded(binary(topic="eu-order.commands", replyto=topic), "eu-").envelope.reply_to


@pytest.mark.parametrize(
    "topic",
    [
        "order.commands",
        "order.events",
        "checkout.cart-converted",
        "eu-stock.commands",
        "order.dead-letters",
        "eu-order.dead-letters",
        "others.dead-letters",
        "no spaces",
        "umläut",
        "x" * 250,
        "a/b",
    ],
)
def test_reply_never_goes_where_it_would_be_taken_for_something_else(topic: str) -> None:
    no = refused(binary(topic="eu-order.commands", replyto=topic), "eu-")
    assert no.error.field == "ce_replyto"
    assert no.reply_to is None
    assert refused(binary(b"{", topic="eu-order.commands", replyto=topic), "eu-").reply_to is None


@pytest.mark.parametrize("record", [binary(b"{", replyto="t"), structured(data=1, replyto="t")])
def test_malformed_command_can_be_answered(record: MemoryRecord) -> None:
    no = refused(record)
    assert (no.command_id, no.reply_to) == ("m-1", "t")


def test_id_that_is_too_long_to_be_told_back_is_not() -> None:
    assert refused(binary(id="x" * 999, replyto="t")).command_id == "x" * 999
    assert refused(binary(id="x" * 10_000, replyto="t")).command_id is None
