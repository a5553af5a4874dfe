"""The loop behind bulk jobs and webhooks: it goes on whatever happens, and stops when told."""

from __future__ import annotations

import asyncio

from services.portal.poll_loop import PollLoop
from shared.runtime.ports import Unavailable

NEVER = 3600.0


async def test_a_step_that_fails_is_tried_again() -> None:
    went_well = asyncio.Event()
    failures = [Unavailable("MongoDB: down"), ValueError("a defect")]

    async def step() -> None:
        if failures:
            raise failures.pop()
        went_well.set()

    loop = PollLoop("tests", step, 0.001)
    await loop.start()
    async with asyncio.timeout(20):
        await went_well.wait()
    await loop.stop()


async def test_who_wakes_it_does_not_wait_for_the_next_poll() -> None:
    steps: asyncio.Queue[None] = asyncio.Queue()

    async def step() -> None:
        steps.put_nowait(None)

    loop = PollLoop("tests", step, NEVER)
    await loop.start()
    async with asyncio.timeout(20):
        await steps.get()
        loop.wake()
        await steps.get()
    await loop.stop()


async def test_it_stops_even_if_it_is_woken_at_that_moment() -> None:
    async def step() -> None:
        pass

    loop = PollLoop("tests", step, NEVER)
    await loop.start()
    await asyncio.sleep(0)  # it has begun to wait
    loop.wake()
    async with asyncio.timeout(20):
        await loop.stop()
    assert loop._running is not None
    assert loop._running.cancelled()
