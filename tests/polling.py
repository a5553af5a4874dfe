"""Waiting in tests: for a condition, never for a guessed time."""

import time
from collections.abc import Callable


def eventually(condition: Callable[[], object], *, within: float = 10.0) -> None:
    """Returns once `condition()` is true; fails the test if it isn't in time."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within:g} s: {condition}")
        time.sleep(0.05)
