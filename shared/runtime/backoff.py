"""How long to wait before the next try."""

import random
from collections.abc import Iterator


def delays(first: float = 0.05, most: float = 5.0) -> Iterator[float]:
    """Seconds: doubling up to `most`, each with jitter so that processes don't knock together."""
    ceiling = first
    while True:
        yield random.uniform(ceiling / 2, ceiling)  # noqa: S311 - jitter guards no secret
        ceiling = min(most, ceiling * 2)
