"""A progress line on the terminal, for benchmarks that take long."""

import sys
from time import monotonic

EVERY_SECONDS = 5.0


class Progress:
    """Prints how much of `total` is done, every few seconds."""

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._next = monotonic() + EVERY_SECONDS

    def at(self, done: int) -> None:
        """Notes that `done` are done."""
        if monotonic() >= self._next:
            self._next = monotonic() + EVERY_SECONDS
            share = done / self._total
            print(f"  {share:4.0%}  {done} of {self._total} {self._what}", file=sys.stderr)
