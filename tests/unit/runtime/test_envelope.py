"""Records in both modes of CloudEvents are decoded with all attributes of the contract."""

from typing import Any

import pytest

from shared.contracts.orders import Hold
from shared.runtime.envelope import Envelope
from shared.runtime.processing.decoding import decode
from tests.fakes import MemoryRecord
from tests.unit.runtime.cloud_events import FACTS, HOLD, binary, decoded, structured


@pytest.mark.parametrize("mode", [binary(), structured()])
def test_both_modes_say_the_same(mode: MemoryRecord) -> None:
    incoming = decoded(mode)

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

    assert decoded(record).envelope == Envelope(
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
    assert decoded(structured(**more)).envelope.expected_version == 7
    assert decoded(structured(expectedversion=7)).envelope.expected_version == 7


def test_what_we_write_is_what_we_read() -> None:
    written = Envelope(
        id="m-1", source="s", type="waybill.order.hold.v1", time="2026-11-22T20:00:00Z",
        subject="c-1", correlation_id="k", causation_id="b", actor="a", reply_to="t",
        expected_version=0, traceparent="00-1", sequence=3,
    )  # fmt: skip
    record = binary()
    record.headers = written.headers()

    read = decoded(record).envelope
    read.sequence = 3
    assert read == written


@pytest.mark.parametrize("case", [str.upper, str.title, str.lower])
def test_names_of_headers_may_be_written_in_any_case(case: Any) -> None:
    for record in (binary(), structured()):
        record.headers = [(case(name), value) for name, value in record.headers]
        assert decoded(record).envelope.id == "m-1"


def test_media_type_may_be_written_in_any_case() -> None:
    record = structured()
    record.headers = [("Content-Type", b"Application/CloudEvents+JSON")]
    assert decoded(record).envelope.id == "m-1"


def test_headers_of_others_are_left_alone_whatever_they_hold() -> None:
    record = binary()
    record.headers = [*record.headers, ("x-blob", b"\xff\xfe"), ("x-null", None), ("", b"")]
    assert decoded(record).envelope.id == "m-1"


def test_record_without_a_key_is_taken() -> None:
    assert decoded(binary(key=None)).message.key == "c-1"


def test_field_that_is_unknown_is_ignored() -> None:
    assert decoded(binary({**HOLD, "mood": "good"})).message == Hold(**HOLD)


def test_prefix_of_the_topics_is_no_part_of_the_contract() -> None:
    assert decoded(binary(topic="eu-order.commands"), "eu-").message.key == "c-1"


def test_optional_attributes_may_be_empty() -> None:
    empty = dict.fromkeys(("replyto", "expectedversion", "time", "correlationid"), "")
    envelope = decoded(binary(**empty)).envelope
    assert (envelope.reply_to, envelope.expected_version, envelope.time) == (None, None, None)


def test_fact_of_an_unknown_type_is_passed_over() -> None:
    assert decode(binary(topic=FACTS, type="waybill.order.sung.v1")) is None
    assert decode(binary(b"no json", topic=FACTS, type="waybill.order.sung.v1")) is None
