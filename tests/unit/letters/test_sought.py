"""Which letters are found, and page by page."""

from dataclasses import replace

import pytest

from shared.letters.sought import Sought, page_of
from tests.unit.letters.samples import died, record

LETTER = replace(died(record(1)), code="malformed", reason="text: Input should be a string")


@pytest.mark.parametrize(
    "sought",
    [
        Sought(),
        Sought(service="order"),
        Sought(code="malformed"),
        Sought(reason="SHOULD be"),
        Sought(topic="order.commands"),
        Sought(order="c-1"),
        Sought(service="order", code="malformed", reason="text", order="c-1", states=()),
    ],
)
def test_found(sought: Sought) -> None:
    assert sought.fits(LETTER)


@pytest.mark.parametrize(
    "sought",
    [
        Sought(service="payment"),
        Sought(code="failed"),
        Sought(reason="number"),
        Sought(topic="order.events"),
        Sought(order="c-2"),
        Sought(order="c"),
        Sought(states=("dropped",)),
        Sought(service="order", code="failed"),
    ],
)
def test_not_found(sought: Sought) -> None:
    assert not sought.fits(LETTER)


def test_every_letter_is_on_one_page_though_some_are_settled_meanwhile() -> None:
    letters = [died(record(offset, f"c-{offset}")) for offset in range(7)]
    first = page_of(letters, Sought(), "", 3)
    assert [letter.offset for letter in first.letters] == [6, 5, 4]
    assert (first.number, first.open, first.after) == (7, {"order": 7}, letters[4].id)
    letters[4] = replace(letters[4], state="dropped")
    second = page_of(letters, Sought(), first.after or "", 3)
    assert [letter.offset for letter in second.letters] == [3, 2, 1]
    third = page_of(letters, Sought(), second.after or "", 3)
    assert ([letter.offset for letter in third.letters], third.after) == ([0], None)
    assert third.open == {"order": 6}


def test_those_that_died_in_the_same_moment_are_told_in_the_order_in_which_they_were_written() -> (
    None
):
    same = died(record(0))
    letters = [
        replace(same, id=name, stands=(0, at)) for at, name in enumerate(["b", "c", "a", "d"])
    ]
    assert [letter.id for letter in page_of(letters, Sought(), "", 9).letters] == [*"dacb"]
