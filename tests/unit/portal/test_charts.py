"""Charts: round ticks, and bars that fit below them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.web.frame.charts import HEIGHT, chart, round_ticks


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (7, [0, 2, 4, 6, 8]),
        (12, [0, 5, 10, 15]),
        (100, [0, 50, 100]),
        (4_100, [0, 2000, 4000, 6000]),
    ],
)
def test_ticks_are_round(most: int, ticks: list[int]) -> None:
    assert round_ticks(most) == ticks


@given(st.integers(0, 10**12))
def test_ticks_reach_the_highest_value_and_are_few(most: int) -> None:
    ticks = round_ticks(most)
    assert ticks[-1] >= most
    assert 2 <= len(ticks) <= 5


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_bars_stay_inside_of_the_chart(numbers: list[int]) -> None:
    drawn = chart("Title", "/", [(str(n), "", number) for n, number in enumerate(numbers)])
    assert [bar.number for bar in drawn.bars] == numbers
    assert drawn.total == sum(numbers)
    for bar in drawn.bars:
        assert bar.y >= 0
        assert bar.y + bar.height < HEIGHT
        assert bar.x + bar.width <= 100.1


def test_values_stand_above_bars_where_there_is_room() -> None:
    assert chart("Days", "/", [("a day", "", 1)] * 7).values
    assert not chart("Hours", "/", [("an hour", "", 1)] * 24).values
