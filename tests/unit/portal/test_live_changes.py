"""What open pages are told: also what changed between their reading and their following."""

import asyncio
import re
from collections.abc import AsyncIterator
from time import time
from types import SimpleNamespace
from typing import cast

import pytest
from fastapi import Request
from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.queries import changes as module
from services.portal.queries.changes import EVERYTHING, Change, Changes
from services.portal.web.shell import live_changes
from services.portal.web.shell.live_changes import live


@pytest.fixture
def changes() -> Changes:
    return Changes(cast(AsyncIOMotorDatabase, None))


async def told(changes: Changes, about: str, number: int, **given: float) -> list[str]:
    """The first so many events that a page receives, with their ids."""
    portal = SimpleNamespace(
        queries=SimpleNamespace(changes=changes), health=SimpleNamespace(stopping=False)
    )
    app = SimpleNamespace(state=SimpleNamespace(portal=portal))
    answer = await live(cast(Request, SimpleNamespace(app=app)), about, **given)
    stream = cast(AsyncIterator[str], answer.body_iterator)  # type: ignore[attr-defined]
    found: list[str] = []
    async with asyncio.timeout(20):
        async for text in stream:
            found += [text] if "event:" in text else []
            if len(found) == number:
                break
    await stream.aclose()  # type: ignore[attr-defined]
    return found


async def test_change_between_reading_and_following_is_told(changes: Changes) -> None:
    changes._publish(Change("orders", "c-1", published=99.0))
    changes._publish(Change("orders", "c-2", published=100.5))
    changes._publish(Change("orders", "c-1", published=101.0))
    assert await told(changes, "order/c-1", 1, since=100.0) == [
        "id: 101.0\nevent: changed\ndata: {}\n\n"
    ]


async def test_browser_that_connects_again_continues_where_it_was(changes: Changes) -> None:
    changes._publish(Change("presence", "c-1", published=101.0))
    changes._publish(Change("orders", "c-1", published=102.0))
    found = await told(changes, "order/c-1", 1, since=100.0, last_event_id=101.5)
    assert found == ["id: 102.0\nevent: changed\ndata: {}\n\n"]


async def test_what_is_forgotten_counts_as_a_change(
    changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 2)
    changes._latest = type(changes._latest)(maxlen=2)
    for at in (101.0, 102.0, 103.0):
        changes._publish(Change("orders", f"c-{at}", published=at))
    assert [each async for each in first(changes, 100.0, 1)] == [Change(EVERYTHING, "")]
    known = [each.id async for each in first(changes, 102.0, 2)]
    assert known == ["c-102.0", "c-103.0"]


async def first(changes: Changes, since: float, number: int) -> AsyncIterator[Change]:
    following = changes.follow(since)
    for _ in range(number):
        yield await anext(following)
    await following.aclose()  # type: ignore[attr-defined]


async def test_list_is_told_of_the_last_of_many_changes(
    changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first of them at once, the others together once it isn't too early."""
    monkeypatch.setattr(live_changes, "LIST_SECONDS", 0.2)
    began = time()
    for at in range(5):
        changes._publish(Change("orders", f"c-{at}", published=began + at))
    found = await told(changes, "order/", 2, since=began)
    ids = [float(cast(re.Match[str], re.match("id: (.*)", each))[1]) for each in found]
    assert ids == [began, began + 4]
    assert time() - began >= 0.2
