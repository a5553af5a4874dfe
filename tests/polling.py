"""Waiting in tests: for a condition, never for a guessed time."""

import asyncio
import time
from collections.abc import Awaitable, Callable

# Seconds. Whoever waits for a condition stops as soon as it is true: a generous bound costs
# nothing where it is met, and a busy machine can be many times slower than a quiet one.
PATIENCE = 60.0


def eventually(condition: Callable[[], object], *, within: float = PATIENCE) -> None:
    """Returns once `condition()` is true; fails the test if it isn't within this many seconds."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within:g} s: {condition}")
        time.sleep(0.05)


async def until(
    condition: Callable[[], object | Awaitable[object]], *, within: float = PATIENCE
) -> None:
    """Returns once `condition()`, or what it awaits, is true; otherwise as `eventually`."""
    deadline = time.monotonic() + within
    while True:
        found = condition()
        if await found if isinstance(found, Awaitable) else found:
            return
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within:g} s: {condition}")
        await asyncio.sleep(0.005)
