"""What an offset becomes once the records are written to an empty topic."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ops.backup.ranks import Ranks


def test_rank_counts_the_records_before_an_offset() -> None:
    ranks = Ranks({0: [5, 7, 8, 12], 1: [0]})
    for offset in (5, 7, 9):  # compacted: 6 and 8 are gone
        ranks.add(0, offset)
    assert [ranks.rank(0, offset) for offset in (5, 7, 8, 12)] == [0, 1, 2, 3]
    assert ranks.rank(1, 0) == 0


@given(st.sets(st.integers(0, 50)), st.lists(st.integers(0, 60), min_size=1))
def test_same_records_come_after_the_rank_as_after_the_offset(
    offsets: set[int], wanted: list[int]
) -> None:
    ranks = Ranks({0: wanted})
    there = sorted(offsets)
    for offset in there:
        ranks.add(0, offset)
    for offset in wanted:
        assert there[ranks.rank(0, offset) :] == [each for each in there if each >= offset]
