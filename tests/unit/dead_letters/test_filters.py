"""Filters and pages of dead letters."""

from dataclasses import replace

import pytest

from shared.dead_letters.filters import Filter, page_of
from tests.unit.dead_letters.builders import died, record

LETTER = replace(died(record(1)), code="malformed", reason="text: Input should be a string")


@pytest.mark.parametrize(
    "filters",
    [
        Filter(),
        Filter(service="order"),
        Filter(code="malformed"),
        Filter(reason="SHOULD be"),
        Filter(topic="order.commands"),
        Filter(order="c-1"),
        Filter(service="order", code="malformed", reason="text", order="c-1", states=()),
    ],
)
def test_found(filters: Filter) -> None:
    assert filters.matches(LETTER)


@pytest.mark.parametrize(
    "filters",
    [
        Filter(service="payment"),
        Filter(code="failed"),
        Filter(reason="number"),
        Filter(topic="order.events"),
        Filter(order="c-2"),
        Filter(order="c"),
        Filter(states=("dropped",)),
        Filter(service="order", code="failed"),
    ],
)
def test_not_found(filters: Filter) -> None:
    assert not filters.matches(LETTER)


def test_every_dead_letter_is_on_one_page_though_some_are_settled_meanwhile() -> None:
    dead_letters = [died(record(offset, f"c-{offset}")) for offset in range(7)]
    first = page_of(dead_letters, Filter(), "", 3)
    assert [dead_letter.offset for dead_letter in first.letters] == [6, 5, 4]
    assert (first.number, first.open, first.after) == (7, {"order": 7}, dead_letters[4].id)
    dead_letters[4] = replace(dead_letters[4], state="dropped")
    second = page_of(dead_letters, Filter(), first.after or "", 3)
    assert [dead_letter.offset for dead_letter in second.letters] == [3, 2, 1]
    third = page_of(dead_letters, Filter(), second.after or "", 3)
    assert ([dead_letter.offset for dead_letter in third.letters], third.after) == ([0], None)
    assert third.open == {"order": 6}


def test_those_that_died_in_the_same_moment_are_told_in_the_order_in_which_they_were_written() -> (
    None
):
    same = died(record(0))
    dead_letters = [
        replace(same, id=name, stands=(0, at)) for at, name in enumerate(["b", "c", "a", "d"])
    ]
    assert [dead_letter.id for dead_letter in page_of(dead_letters, Filter(), "", 9).letters] == [
        *"dacb"
    ]
