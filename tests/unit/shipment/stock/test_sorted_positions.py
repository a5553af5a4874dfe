"""Positions in the queue behave as a sorted list, whatever is added and removed."""

from bisect import insort

from hypothesis import given
from hypothesis import strategies as st

from services.shipment.stock.sorted_positions import SortedPositions


@given(st.lists(st.integers(0, 40)))
def test_positions_are_those_of_a_sorted_list(steps: list[int]) -> None:
    positions, expected = SortedPositions(), list[int]()
    for position in steps:  # each step adds what isn't there, and removes what is
        if position in expected:
            positions.remove(position)
            expected.remove(position)
        else:
            positions.add(position)
            insort(expected, position)
        assert list(positions) == expected
        assert bool(positions) == bool(expected)
        assert list(positions.since(20)) == [each for each in expected if each >= 20]


def test_equality_ignores_what_was_removed() -> None:
    one, other = SortedPositions(), SortedPositions()
    for position in (1, 2, 3):
        one.add(position)
    one.remove(2)
    for position in (1, 3):
        other.add(position)
    assert one == other
    other.remove(3)
    assert one != other


def test_a_removed_position_is_added_again_in_its_place() -> None:
    positions = SortedPositions()
    for position in range(5):
        positions.add(position)
    positions.remove(2)
    positions.add(2)
    assert list(positions) == [0, 1, 2, 3, 4]
