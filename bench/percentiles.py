"""Percentiles of measured times."""

import statistics
from collections.abc import Sequence


def percentiles(took_ms: Sequence[float], *wanted: int) -> dict[str, float]:
    """These percentiles of times in milliseconds: `{"p50_ms": …, "p95_ms": …}`."""
    cuts = statistics.quantiles(took_ms, n=100)
    return {f"p{each}_ms": round(cuts[each - 1], 1) for each in wanted}


def distribution(took_ms: Sequence[float]) -> list[float]:
    """All percentiles from the 1st to the 99th."""
    return [round(each, 1) for each in statistics.quantiles(took_ms, n=100)]
