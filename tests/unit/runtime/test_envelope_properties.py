"""Any record is decoded, skipped, or refused with the name of a field."""

import json

from hypothesis import assume, given
from hypothesis import strategies as st

from shared.contracts.topics import TOPICS
from shared.runtime.processing.dead_letters import DeadLetters
from shared.runtime.processing.decoding import Undecodable, decode
from tests.examples import examples
from tests.fakes import MemoryRecord
from tests.unit.given import NOW


def written(data: object) -> bytes:
    return json.dumps(data).encode()


topics = st.sampled_from([topic.name for topic in TOPICS]) | st.text(max_size=20)
names = st.sampled_from(
    [
        "ce_specversion",
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_time",
        "ce_replyto",
        "ce_expectedversion",
        "ce_correlationid",
        "CE_ACTOR",
        "content-type",
        "traceparent",
    ]
)
values = st.sampled_from(
    [
        b"1.0",
        b"application/json",
        b"application/cloudevents+json",
        b"waybill.order.hold.v1",
        b"waybill.cart.converted.v1",
        b"order.commands",
        b"some.replies",
        b"2026-11-22T20:00:00Z",
        b"7",
    ]
)
headers = st.lists(
    st.tuples(names | st.text(max_size=8), st.none() | values | st.binary(max_size=40)), max_size=12
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
events = st.fixed_dictionaries(
    {"specversion": st.just("1.0")},
    optional={
        "id": anything,
        "source": anything,
        "type": st.sampled_from(["waybill.order.hold.v1", "waybill.cart.converted.v1"]),
        "replyto": anything,
        "time": anything,
        "data": anything,
        "expectedversion": anything,
    },
).map(written)
records = st.builds(
    MemoryRecord,
    topic=topics,
    partition=st.just(0),
    offset=st.just(0),
    key=st.none() | st.binary(max_size=70),
    value=st.none()
    | st.binary(max_size=200)
    | events
    | anything.map(lambda a: json.dumps(a).encode()),
    headers=headers,
)


def refusal(record: MemoryRecord) -> Undecodable | None:
    try:
        decode(record)
    except Undecodable as no:
        return no
    return None


@examples(400)
@given(records)
def test_any_record_is_understood_or_refused_by_field(record: MemoryRecord) -> None:
    if no := refusal(record):
        assert no.error.field
        assert no.error.message
        assert DeadLetters("order", "").malformed(no.record, no.error, NOW).headers


@examples(300)
@given(events, st.sampled_from(["order.commands", "checkout.cart-converted", "order.events"]))
def test_any_structured_event_is_understood_or_refused_by_field(value: bytes, topic: str) -> None:
    mode = [("content-type", b"application/cloudevents+json")]
    no = refusal(MemoryRecord(topic, 0, 0, None, value, mode))
    assert no is None or no.error.field


@examples(200)
@given(records)
def test_dead_letter_of_any_record_holds_it_byte_for_byte(record: MemoryRecord) -> None:
    letter = DeadLetters("order", "").of(record, "malformed", "f", "r\ud800", NOW)
    assume("waybill_masked" not in dict(letter.headers))  # it held a card number (test_cards.py)

    assert letter.key == record.key
    assert letter.value == record.value or (record.key, record.value) == (None, None)
    assert list(letter.headers[: len(record.headers)]) == list(record.headers)
    assert all(isinstance(value, bytes) for _, value in letter.headers[len(record.headers) :])
