"""Who looks at an order, kept in a real MongoDB."""

from datetime import UTC, datetime, timedelta

import pytest

from services.portal.presence import GONE, Presence, Present
from tests.integration.portal.models import Models

pytestmark = pytest.mark.engines


class Clock:
    """A clock that is set by hand. It begins now: MongoDB removes what is old by its own clock."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.time


async def test_two_portals_know_who_is_there_until_they_are_silent(models: Models) -> None:
    clock = Clock()
    one, two = (Presence(models.database, clock) for _ in range(2))
    await one.prepare()
    await two.prepare()
    assert await one.seen("c-1", "anna", "") == []
    assert await two.seen("c-1", "bob", "hold") == [Present("anna", "")]
    assert await two.seen("c-2", "eve", "") == []
    assert await one.seen("c-1", "anna", "payment") == [Present("bob", "hold")]
    clock.time += GONE + timedelta(seconds=1)
    assert await one.seen("c-1", "anna", "") == []


async def test_whoever_leaves_is_gone_at_once(models: Models) -> None:
    presence = Presence(models.database, Clock())
    await presence.seen("c-1", "bob", "")
    await presence.left("c-1", "bob")
    await presence.left("c-1", "nobody")
    assert await presence.seen("c-1", "anna", "") == []
