"""The outcomes as a table in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.alerts.drill import Outcome


def lines(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yields the table."""
    yield "| alert | fault, and what mended it | fired after s | cleared after s | also fired |"
    yield "|---|---|---|---|---|"
    for each in outcomes:
        also = ", ".join(name.removeprefix("Waybill") for name in each.also)
        seconds = f"{_seconds(each.fired)} | {_seconds(each.cleared)}"
        if each.why_not:
            seconds = f"failed: {each.why_not} | "
        yield f"| {each.alert} | {each.fault} | {seconds} | {also} |"


def _seconds(value: float | None) -> str:
    return "**never**" if value is None else f"{value:.0f}"
