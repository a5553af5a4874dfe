"""The stream of changes of the read models, from a real MongoDB."""

import asyncio

import pytest

from services.portal.queries.changes import EVERYTHING, Change
from tests.integration.portal.models import Models
from tests.unit.portal.builders import Stream, placed

pytestmark = pytest.mark.engines


async def test_changes_are_heard_whoever_makes_them(models: Models) -> None:
    changes = models.queries.changes
    running = asyncio.create_task(changes.run())
    received: list[Change] = []

    async def listen() -> None:
        async for change in changes.follow():
            received.append(change)
            if change.id:
                return

    listening = asyncio.create_task(listen())
    try:
        await asyncio.wait_for(changes.listening.wait(), 30)
        await models.apply_streams(Stream().tell(placed()))
        await asyncio.wait_for(listening, 30)
    finally:
        running.cancel()
        listening.cancel()
        await asyncio.gather(running, listening, return_exceptions=True)
    assert received == [Change(EVERYTHING, ""), Change("orders", "c-1", {"order": 1})]
