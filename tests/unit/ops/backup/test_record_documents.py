"""Kafka's records survive a backup byte for byte."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ops.backup.record_documents import decode, encode, renamed
from shared.dead_letters.dead_letter import dead_letter_of
from tests.fakes import MemoryRecord
from tests.unit.dead_letters.builders import EPOCH, PREFIX, published, record, stored

BYTES = st.none() | st.binary(max_size=40)
HEADERS = st.lists(st.tuples(st.text(max_size=10), BYTES), max_size=5)


@given(BYTES, BYTES, HEADERS)
def test_record_comes_back_as_it_was(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes | None]]
) -> None:
    came = MemoryRecord("order.commands", 3, 2**40, key, value, headers)  # type: ignore[arg-type]
    found = decode(encode(came, [("waybill_restored", b"now")]))
    assert found[:4] == (3, 2**40, key, value)
    assert found.headers == [*headers, ("waybill_restored", b"now")]


def test_dead_letter_keeps_its_id_under_another_prefix() -> None:
    letter = stored(published(record(7)), 3)
    before = dead_letter_of(letter, EPOCH, "order", PREFIX)
    moved = renamed(decode(encode(letter)), PREFIX, "new.")
    record_now = MemoryRecord("new.order.dead-letters", 0, 9, moved.key, moved.value, moved.headers)  # type: ignore[arg-type]
    after = dead_letter_of(record_now, EPOCH, "order", "new.")
    assert (after.id, after.topic, after.offset) == (before.id, "order.commands", 7)
    assert renamed(decode(encode(letter)), "other.", "new.").headers == list(letter.headers)
