"""One suite of behaviour for the store of pending requests in MongoDB and its fake in memory."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.payment.gateway.request_store import (
    Backlog,
    MongoRequestStore,
    RequestStore,
    StoredRequest,
)
from tests.engines import AnyEngines
from tests.integration.databases import database_of
from tests.unit.given import NOW
from tests.unit.payment.gateway.builders import MemoryRoom, numbered

SOON = NOW + timedelta(seconds=20)
ONE, TWO = (StoredRequest(numbered(n), 0, "talk", "cause", "trace") for n in (1, 2))


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.engines)])
async def room(request: pytest.FixtureRequest) -> AsyncIterator[RequestStore]:
    """Each of the rooms, empty."""
    if request.param == "memory":
        yield MemoryRoom()
        return
    engines: AnyEngines = request.getfixturevalue("engines")
    async with database_of(engines) as (client, name):
        found = MongoRequestStore(client, name, 30)
        await found.prepare()
        await found.prepare()
        yield found


async def due(room: RequestStore, at=NOW, until=SOON, provider="simulated"):
    return {one.request.request_id: one for one in await room.due(provider, at, until, 10)}


async def test_what_is_kept_is_due_at_once_whole_and_once(room):
    await room.keep([ONE, TWO], NOW)
    await room.keep([ONE], NOW)
    found = await due(room)
    assert set(found) == {"c-1:1", "c-2:1"}
    assert found["c-1:1"] == StoredRequest(ONE.request, 1, "talk", "cause", "trace")
    assert await due(room) == {}


async def test_it_is_due_again_after_its_lease_and_counts_how_often(room):
    await room.keep([ONE], NOW)
    await due(room)
    assert await due(room, SOON - timedelta(milliseconds=1)) == {}
    assert (await due(room, SOON))["c-1:1"].asked == 2


async def test_each_provider_has_its_own(room):
    await room.keep([ONE], NOW)
    assert await due(room, provider="outside") == {}


async def test_what_is_put_off_is_due_then_or_not_until_told(room):
    await room.keep([ONE, TWO], NOW)
    await due(room)
    await room.postpone("c-1:1", NOW)
    await room.postpone("c-2:1", None)
    assert set(await due(room, SOON + timedelta(days=9))) == {"c-1:1"}


async def test_what_is_done_stays_done_whatever_comes_later(room):
    await room.keep([ONE], NOW)
    await due(room)
    await room.close(["c-1:1", "c-2:1"], NOW)
    await room.postpone("c-1:1", NOW)
    await room.keep([ONE, TWO], NOW)
    assert await due(room, SOON) == {}
    assert await room.backlog() == {}


async def test_what_waits_and_since_when_is_told_by_provider(room):
    await room.keep([ONE], NOW)
    await room.keep([TWO], SOON)
    assert await room.backlog() == {"simulated": Backlog(2, NOW)}
    await room.close(["c-1:1"], SOON)
    assert await room.backlog() == {"simulated": Backlog(1, SOON)}


async def test_of_many_who_want_it_one_gets_it(room):
    await room.keep([ONE, TWO], NOW)
    claims = await asyncio.gather(*(due(room) for _ in range(8)))
    won = [name for claim in claims for name in claim]
    assert sorted(won) == ["c-1:1", "c-2:1"]
