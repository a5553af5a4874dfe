"""Delays between retries."""

import random
from collections.abc import Iterator


def delays(first: float = 0.05, most: float = 5.0) -> Iterator[float]:
    """Yields delays in seconds: they double from `first` up to `most`.

    Each has jitter, so that processes don't retry at the same moment.
    """
    ceiling = first
    while True:
        yield random.uniform(ceiling / 2, ceiling)  # noqa: S311 - jitter guards no secret
        ceiling = min(most, ceiling * 2)
