"""Bar charts, drawn on the server: round ticks, bars in percent of the width."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, TOP, FOOT = 168, 18, 22  # pixels
MOST_TICKS = 4


@dataclass(frozen=True)
class Tick:
    """A line across the chart, with its value beside it."""

    y: float
    value: int


@dataclass(frozen=True)
class Bar:
    """A bar and the column it stands in. x and widths are percent, y and heights are pixels.

    `label` says what it counts, `name` is the caption below it, if it has one.
    """

    left: float
    column: float
    x: float
    width: float
    y: float
    height: float
    label: str
    name: str
    number: int

    @property
    def middle(self) -> float:
        """Where its caption stands."""
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True)
class Chart:
    """A chart, and the link to what it counts. `values` are always shown above few bars."""

    title: str
    link: str
    bars: list[Bar]
    ticks: list[Tick]
    values: bool

    @property
    def total(self) -> int:
        """The sum of all bars."""
        return sum(bar.number for bar in self.bars)


def chart(title: str, link: str, named: Sequence[tuple[str, str, int]]) -> Chart:
    """A chart of bars, each given as its label, its caption and its number."""
    values = round_ticks(max((number for *_, number in named), default=0))
    room, top = HEIGHT - TOP - FOOT, values[-1]
    step = 100 / max(len(named), 1)

    def height(value: int) -> float:
        return round(room * value / top, 1)

    bars = [
        Bar(
            left=round(at * step, 2),
            column=round(step, 2),
            x=round(at * step + step * 0.14, 2),
            width=round(step * 0.72, 2),
            y=round(TOP + room - height(number), 1),
            height=height(number),
            label=label,
            name=name,
            number=number,
        )
        for at, (label, name, number) in enumerate(named)
    ]
    ticks = [Tick(round(TOP + room - height(value), 1), value) for value in values]
    return Chart(title, link, bars, ticks, values=len(bars) <= 7)


def round_ticks(most: int) -> list[int]:
    """Values from 0 to `most` or above, a round step apart: 1, 2 or 5 times a power of ten."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            step = factor * power
            if step * MOST_TICKS >= most:
                last = max(-(-most // step), 1)
                return [step * n for n in range(last + 1)]
        power *= 10
