"""Notes: always allowed, their author and time kept."""

import pytest

from services.order.decider import decider
from shared.contracts.orders import AddNote, NoteAdded
from tests.unit.given import NOW, Given
from tests.unit.order.builders import (
    COMPLETED,
    ORDER,
    an_order,
    cancel_requested,
    canceled,
    closed,
    on_hold,
)

NOTE = AddNote(order_id=ORDER, text="She calls back on Monday.")


def note(note_id, author=None):
    return NoteAdded(order_id=ORDER, note_id=note_id, text=NOTE.text, author=author, added_at=NOW)


@pytest.mark.shows("1.7")
@pytest.mark.parametrize(
    "given",
    [
        an_order(),
        on_hold(),
        an_order().events(cancel_requested("c#1")),
        an_order().events(closed("1", "Canceled"), canceled()),
        an_order().events(closed("1", "Shipped"), COMPLETED),
    ],
)
def test_a_note_is_kept_with_its_author_and_time(given):
    outcome = given.when(NOTE, actor="csr:17", cause="m-1").then(note("m-1", "csr:17"))
    assert outcome.status == given.status


def test_nobody_has_to_say_who_they_are():
    an_order().when(NOTE, cause="m-1").then(note("m-1"))


@pytest.mark.parametrize(
    ("message_id", "note_id"),
    [("a/b c#é", "a-b-c--"), ("x" * 70, "x" * 64), ("", "note")],
)
def test_a_note_is_named_after_its_message_as_far_as_ids_allow(message_id, note_id):
    an_order().when(NOTE, cause=message_id).then(note(note_id))


def test_notes_of_messages_that_share_an_id_are_still_told_apart():
    once = an_order().when(NOTE, cause="x" * 64)
    twice = once.when(NOTE, cause="x" * 64).then(note("x" * 62 + "-2"))
    twice.when(NOTE, cause="x" * 64).then(note("x" * 62 + "-3"))


def test_an_unknown_order_takes_no_notes():
    Given(decider).when(NOTE).rejected("unknown-order")
