"""What can be understood of a record, and what its sender is told when something can't."""

import json
from typing import Any

import pytest

from shared.contracts.checkout import CartConverted
from shared.contracts.orders import Hold
from shared.runtime.envelope import Envelope, Incoming
from shared.runtime.kafka.connection import MAX_VALUE
from shared.runtime.processing.decoding import Undecodable, decode
from tests.fakes import MemoryRecord

CHECKOUT = "checkout.cart-converted"
COMMANDS = "order.commands"
FACTS = "order.events"
HOLD = {"order_id": "c-1", "reason": "ask first"}
CART: dict[str, Any] = {
    "cart_id": "c-1",
    "market": "US",
    "currency": "USD",
    "converted_at": "2026-11-22T20:00:00Z",
    "shipments": [
        {
            "shipping_method": "standard",
            "shipping_cost": "4.90",
            "address": {"name": "A", "line1": "B", "city": "C", "country": "US"},
            "lines": [{"sku": "S", "name": "N", "quantity": 2, "placed_price": "39.50"}],
        }
    ],
}


def attributes(**more: str) -> dict[str, str]:
    return {
        "specversion": "1.0",
        "id": "m-1",
        "source": "test",
        "type": "waybill.order.hold.v1",
        **more,
    }


def binary(
    data: Any = HOLD, topic: str = COMMANDS, key: bytes | None = b"c-1", **more: str
) -> MemoryRecord:
    headers = [(f"ce_{name}", value.encode()) for name, value in attributes(**more).items()]
    value = data if isinstance(data, bytes) or data is None else json.dumps(data).encode()
    return MemoryRecord(topic, 0, 0, key, value, [("content-type", b"application/json"), *headers])


def structured(event: Any = None, topic: str = COMMANDS, **more: Any) -> MemoryRecord:
    event = {**attributes(), "data": HOLD, **more} if event is None else event
    value = event if isinstance(event, bytes) else json.dumps(event).encode()
    mode = [("content-type", b"application/cloudevents+json; charset=UTF-8")]
    return MemoryRecord(topic, 0, 0, b"c-1", value, mode)


def understood(record: MemoryRecord, prefix: str = "") -> Incoming:
    incoming = decode(record, prefix)
    assert incoming is not None
    return incoming


def wrong(record: MemoryRecord, prefix: str = "") -> Undecodable:
    with pytest.raises(Undecodable) as caught:
        decode(record, prefix)
    return caught.value


# What is understood


@pytest.mark.parametrize("mode", [binary(), structured()])
def test_both_modes_say_the_same(mode: MemoryRecord) -> None:
    incoming = understood(mode)

    assert incoming.message == Hold(order_id="c-1", reason="ask first")
    assert incoming.envelope.cause == "test#m-1"
    assert incoming.envelope.correlation_id == "m-1", "a conversation begins with its first message"


def test_every_attribute_of_the_contract_is_read() -> None:
    more = {
        "correlationid": "k",
        "causationid": "b",
        "actor": "csr:17",
        "replyto": "tool.replies",
        "expectedversion": "7",
        "subject": "c-1",
        "time": "2026-11-22T20:00:00Z",
    }
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    record = binary(**more)
    record.headers = [*record.headers, ("traceparent", trace.encode())]

    assert understood(record).envelope == Envelope(
        id="m-1",
        source="test",
        type="waybill.order.hold.v1",
        time="2026-11-22T20:00:00Z",
        subject="c-1",
        correlation_id="k",
        causation_id="b",
        actor="csr:17",
        reply_to="tool.replies",
        expected_version=7,
        traceparent=trace,
    )
    assert understood(structured(**more)).envelope.expected_version == 7
    assert understood(structured(expectedversion=7)).envelope.expected_version == 7


def test_what_we_write_is_what_we_read() -> None:
    written = Envelope(
        id="m-1", source="s", type="waybill.order.hold.v1", time="2026-11-22T20:00:00Z",
        subject="c-1", correlation_id="k", causation_id="b", actor="a", reply_to="t",
        expected_version=0, traceparent="00-1", sequence=3,
    )  # fmt: skip
    record = binary()
    record.headers = written.headers()

    read = understood(record).envelope
    read.sequence = 3
    assert read == written


@pytest.mark.parametrize("case", [str.upper, str.title, str.lower])
def test_names_of_headers_may_be_written_in_any_case(case: Any) -> None:
    for record in (binary(), structured()):
        record.headers = [(case(name), value) for name, value in record.headers]
        assert understood(record).envelope.id == "m-1"


def test_media_type_may_be_written_in_any_case() -> None:
    record = structured()
    record.headers = [("Content-Type", b"Application/CloudEvents+JSON")]
    assert understood(record).envelope.id == "m-1"


def test_headers_of_others_are_left_alone_whatever_they_hold() -> None:
    record = binary()
    record.headers = [*record.headers, ("x-blob", b"\xff\xfe"), ("x-null", None), ("", b"")]
    assert understood(record).envelope.id == "m-1"


def test_record_without_a_key_is_taken() -> None:
    assert understood(binary(key=None)).message.key == "c-1"


def test_field_that_is_unknown_is_ignored() -> None:
    assert understood(binary({**HOLD, "mood": "good"})).message == Hold(**HOLD)


def test_prefix_of_the_topics_is_no_part_of_the_contract() -> None:
    assert understood(binary(topic="eu-order.commands"), "eu-").message.key == "c-1"


def test_optional_attributes_may_be_empty() -> None:
    empty = dict.fromkeys(("replyto", "expectedversion", "time", "correlationid"), "")
    envelope = understood(binary(**empty)).envelope
    assert (envelope.reply_to, envelope.expected_version, envelope.time) == (None, None, None)


def test_fact_of_an_unknown_type_is_passed_over() -> None:
    assert decode(binary(topic=FACTS, type="waybill.order.sung.v1")) is None
    assert decode(binary(b"no json", topic=FACTS, type="waybill.order.sung.v1")) is None


# What isn't, and the field that is named for it


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (binary(specversion="0.3"), "ce_specversion"),
        (binary(specversion=""), "ce_specversion"),
        (binary(id=""), "ce_id"),
        (binary(source=""), "ce_source"),
        (binary(type=""), "ce_type"),
        (binary(type="waybill.order.sung.v1"), "ce_type"),
        (binary(id="x" * 257), "ce_id"),
        (binary(id="a\nb"), "ce_id"),
        (binary(actor="csr\x00"), "ce_actor"),
        (binary(time="yesterday"), "ce_time"),
        (binary(time="2026-11-22T20:00:00"), "ce_time"),
        (binary(expectedversion="-1"), "ce_expectedversion"),
        (binary(expectedversion="1.0"), "ce_expectedversion"),
        (binary(expectedversion="٣"), "ce_expectedversion"),
        (binary(expectedversion="9" * 16), "ce_expectedversion"),
        (binary(key=b"c-2"), "key"),
        (binary(key=b""), "key"),
        (binary(key=b"\xff"), "key"),
        (binary(b""), "value"),
        (binary(None), "value"),
        (binary(b"{"), "value"),
        (binary(b"\xff\xfe"), "value"),
        (binary(b"[" * 100_000), "value"),
        (binary([]), "value"),
        (binary(b" " * (MAX_VALUE + 1)), "value"),
        (binary({}), "order_id"),
        (binary({"order_id": 7}), "order_id"),
        (binary({"order_id": "c 1"}), "order_id"),
        (binary({"order_id": "x" * 65}), "order_id"),
        (binary({"order_id": "c-1", "reason": "x" * 2001}), "reason"),
        (structured(b""), "value"),
        (structured(b"{"), "value"),
        (structured([1]), "value"),
        (structured({}), "data"),
        (structured({**attributes()}), "data"),
        (structured(data=None), "value"),
        (structured(data={"order_id": 7}), "order_id"),
        (structured(specversion=1.0), "ce_specversion"),
        (structured(id=None), "ce_id"),
        (structured(b'{"data": ' + b"[" * 600 + b"]" * 600 + b"}"), "data"),
        (structured(b"[" * 100_000), "value"),
        (structured(b" " * (MAX_VALUE + 1)), "value"),
    ],
)
def test_wrong_record_names_its_field(record: MemoryRecord, field: str) -> None:
    error = wrong(record).error
    assert error.field == field
    assert error.message


def test_attribute_that_is_no_text_is_named_and_its_sender_is_told() -> None:
    record = binary(replyto="tool.replies")
    record.headers = [("ce_actor", b"\xff"), *record.headers, ("ce_other", b"\xff")]

    no = wrong(record)

    assert no.error.field == "ce_actor"
    assert (no.command_id, no.reply_to) == ("m-1", "tool.replies")


def test_binary_record_without_headers_lacks_its_version() -> None:
    record = binary()
    record.headers = []
    assert wrong(record).error.field == "ce_specversion"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"currency": "XXQ"}, "currency"),
        ({"converted_at": 1}, "converted_at"),
        ({"converted_at": "2026-11-22T20:00:00"}, "converted_at"),
        ({"shipments": []}, "shipments"),
        ({"order_discount": 5}, "order_discount"),
        ({"order_discount": "5.0"}, "order_discount"),
        ({"order_discount": "-1.00"}, "order_discount"),
        ({"payments": [{}]}, "payments.0.payment_id"),
    ],
)
def test_wrong_cart_names_its_field_down_to_the_part(change: dict[str, Any], field: str) -> None:
    record = binary({**CART, **change}, CHECKOUT, type="waybill.cart.converted.v1")
    assert wrong(record).error.field == field


def test_first_mistake_is_told_and_the_others_are_named() -> None:
    record = binary({"cart_id": 1, "market": 2}, CHECKOUT, type="waybill.cart.converted.v1")
    error = wrong(record).error
    assert error.field == "cart_id"
    assert "currency is missing; converted_at is missing; shipments is missing" in error.message


def test_words_about_a_mistake_do_not_repeat_what_was_sent() -> None:
    secret = "4111 1111 1111 1111"
    record = binary({"order_id": secret, "reason": [secret]})
    assert secret not in str(wrong(record).error)


def test_good_cart_is_understood() -> None:
    incoming = understood(binary(CART, CHECKOUT, type="waybill.cart.converted.v1"))
    assert isinstance(incoming.message, CartConverted)


# Where replies may go


@pytest.mark.parametrize(
    "topic", ["tool.replies", "waybill.replies", "a", "A-1_b.c", "x" * 249, "eu-waybill.replies"]
)
def test_reply_goes_to_any_topic_of_the_sender(topic: str) -> None:
    assert understood(binary(topic="eu-order.commands", replyto=topic), "eu-").envelope.reply_to


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
    no = wrong(binary(topic="eu-order.commands", replyto=topic), "eu-")
    assert no.error.field == "ce_replyto"
    assert no.reply_to is None
    assert wrong(binary(b"{", topic="eu-order.commands", replyto=topic), "eu-").reply_to is None


@pytest.mark.parametrize("record", [binary(b"{", replyto="t"), structured(data=1, replyto="t")])
def test_malformed_command_can_be_answered(record: MemoryRecord) -> None:
    no = wrong(record)
    assert (no.command_id, no.reply_to) == ("m-1", "t")


def test_id_that_is_too_long_to_be_told_back_is_not() -> None:
    assert wrong(binary(id="x" * 999, replyto="t")).command_id == "x" * 999
    assert wrong(binary(id="x" * 10_000, replyto="t")).command_id is None
