"""The result of a rolling upgrade as text."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from tests.upgrade.rolling import Result


def lines(result: Result) -> Iterator[str]:
    """Yields a table of the phases and a line for each count."""
    yield "| phase | seconds | commands | p50 ms | p99 ms | longest ms |"
    yield "|---|---|---|---|---|---|"
    for name, times in result.took.items():
        took = [each * 1000 for each in times]
        if len(took) < 2:
            yield f"| {name} | {result.lasted[name]:.0f} | {len(took)} | | | |"
            continue
        cuts = statistics.quantiles(took, n=100, method="inclusive")
        yield (
            f"| {name} | {result.lasted[name]:.0f} | {len(took)} | {cuts[49]:.0f} | "
            f"{cuts[98]:.0f} | {max(took):.0f} |"
        )
    yield ""
    yield f"orders: {result.orders}"
    yield f"lost: {({topic: len(orders) for topic, orders in result.missing.items()}) or 0}"
    yield f"doubled: {len(result.doubled)}"
    yield f"commands without an outcome: {len(result.unanswered)}"
    yield f"rejected: {dict(result.rejected) or 0}"
    yield f"dead letters: {dict(result.dead_letters) or 0}"
    yield f"processes that didn't stop in order: {len(result.cut_off)}"
