"""Reading dead letters, and restoring their original records."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import Malformed
from shared.dead_letters.dead_letter import can_go_to, dead_letter_of, for_display, original
from shared.runtime.ports import Publication
from shared.runtime.processing.dead_letters import CONTRACT, NO_REPLY_TOPIC, DeadLetters
from tests.fakes import MemoryRecord
from tests.unit.dead_letters.builders import EPOCH, PREFIX, died, published, record, stored

HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["ce_id", "x-own", "waybill_service", "waybill_topic", "größe"]),
        st.binary(max_size=20).filter(lambda value: not any(48 <= byte < 58 for byte in value)),
    ),
    max_size=5,
)


def test_dead_letter_says_what_died_where_and_when() -> None:
    dead_letter = died(record(41))
    assert (dead_letter.service, dead_letter.code, dead_letter.state) == ("order", "failed", "open")
    assert (dead_letter.topic, dead_letter.partition, dead_letter.offset) == (
        "order.commands",
        0,
        41,
    )
    assert (dead_letter.source, dead_letter.message_id) == ("shop", "m-41")
    assert (dead_letter.type, dead_letter.key, dead_letter.order) == (
        "waybill.order.add-note.v1",
        "c-1",
        "c-1",
    )
    assert dead_letter.died == EPOCH + timedelta(seconds=41)


@given(HEADERS, st.none() | st.binary(max_size=20), st.binary(min_size=1, max_size=50))
def test_record_goes_back_as_it_came(headers, key, value) -> None:
    """Even if its sender uses the names of our headers."""
    value = bytes(byte for byte in value if not 48 <= byte < 58) or b"x"
    came = MemoryRecord(f"{PREFIX}order.commands", 3, 17, key, value, headers)
    assert original(stored(published(came), 0)) == Publication(came.topic, key, value, headers)


def test_same_death_written_twice_is_one_dead_letter() -> None:
    dead_letter = published(record(41))
    first, second = (dead_letter_of(stored(dead_letter, n), EPOCH, "order", PREFIX) for n in (5, 9))
    assert first.id == second.id
    assert died(record(42)).id != first.id
    assert died(record(41), "payment").id != first.id


def test_death_after_a_redrive_is_another_dead_letter() -> None:
    assert died(record(41)).id != died(record(99, message_id="m-41")).id


def test_reply_that_nobody_takes_is_a_dead_letter_for_its_topic() -> None:
    reply = Publication("their.replies", b"cmd-1", b'{"subject": "c-9"}', [("ce_id", b"r-1")])
    written = DeadLetters("order", PREFIX).unanswerable(reply, EPOCH)
    dead_letter = dead_letter_of(stored(written, 4), EPOCH, "order", PREFIX)
    assert (dead_letter.topic, dead_letter.offset, dead_letter.order) == (
        "their.replies",
        None,
        "c-9",
    )
    assert original(stored(written, 4)) == reply
    again = dead_letter_of(stored(written, 5), EPOCH, "order", PREFIX)
    assert again.id != dead_letter.id


def test_order_is_found_inside_a_structured_event_and_inside_a_warehouses_command() -> None:
    event = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "s",
        "type": "t",
        "data": {"order_id": "c-7"},
    }
    came = record(1, None, value=orjson.dumps(event))
    came.headers = [("content-type", b"application/cloudevents+json; charset=utf-8")]
    assert (died(came).order, died(came).message_id, died(came).type) == ("c-7", "e-1", "t")
    stock = record(2, "seattle", topic="stock.commands", data={"order_id": "c-8"})
    assert (died(stock).key, died(stock).order) == ("seattle", "c-8")
    assert died(record(3, "seattle", topic="stock.commands", data={})).order == ""


def test_whatever_lies_in_the_topic_is_a_dead_letter_of_some_kind() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    garbage = MemoryRecord("order.dead-letters", 0, 0, b"\xff", b"\xfe{", [("waybill_at", b"soon")])
    dead_letter = dead_letter_of(garbage, now, "order")
    assert (dead_letter.code, dead_letter.topic, dead_letter.died, dead_letter.key) == (
        "",
        "",
        now,
        "\\xff",
    )
    assert "no headers" in dead_letter.reason
    assert original(garbage).topic == ""


def test_card_numbers_are_never_shown_and_a_masked_dead_letter_says_so() -> None:
    card = "4111 1111 1111 1111"
    came = record(1, data={"order_id": "c-1", "text": f"pay with {card}"})
    dead_letter = stored(published(came), 1)
    assert dead_letter_of(dead_letter, EPOCH, "order", PREFIX).altered == "masked"
    # One that somebody else has put there isn't masked yet.
    foreign = replace(came, headers=[*came.headers, ("x-card", card.encode())])
    content, headers = for_display(foreign)
    assert card not in f"{content} {headers}"
    assert content["text"].startswith("pay with ****")


def test_content_is_json_or_text() -> None:
    assert for_display(record(1, value=b"{not json"))[0] == "{not json"
    assert for_display(record(1, value=None))[0] is None
    assert for_display(record(1, value=b"\xff"))[0] == "\\xff"


def test_headers_that_the_service_added_are_told_apart() -> None:
    _, headers = for_display(stored(published(record(1)), 1))
    assert not [name for name in headers if name.startswith("waybill_")]


def test_nothing_is_sent_where_it_cannot_have_come_from() -> None:
    dead_letter = died(record(1))
    assert can_go_to(dead_letter, "shop.order.commands", PREFIX)
    assert not can_go_to(dead_letter, "shop.order.dead-letters", PREFIX)
    assert not can_go_to(dead_letter, "somebody.elses", PREFIX)
    reply = replace(dead_letter, code=NO_REPLY_TOPIC)
    assert can_go_to(reply, "somebody.elses", PREFIX)
    assert can_go_to(reply, "shop.waybill.replies", PREFIX)
    assert not can_go_to(reply, "shop.order.commands", PREFIX)


def test_field_is_told() -> None:
    written = DeadLetters("order", PREFIX).malformed(
        record(1), Malformed("text", "a text is needed"), EPOCH
    )
    dead_letter = dead_letter_of(stored(written, 1), EPOCH, "order", PREFIX)
    assert (dead_letter.code, dead_letter.field) == (CONTRACT, "text")
    assert dead_letter.reason == "text: a text is needed"
