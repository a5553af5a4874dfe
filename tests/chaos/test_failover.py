"""A primary that stands alone: what it has, and nobody else, is never told to anybody."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import monitoring
from pymongo.errors import PyMongoError

from services.portal.projections.orders import ORDERS
from services.portal.projections.store import Store
from shared.runtime.mongo.journal import MongoJournal
from shared.runtime.ports import Unavailable
from tests.chaos.engines import Stage
from tests.engines import AnyEngines
from tests.integration.runtime.test_journals import document

pytestmark = [pytest.mark.engines, pytest.mark.slow]

ATTEMPTS = 5


async def test_readers_wait_for_a_majority(engines: AnyEngines) -> None:
    """The same without a failover: what is asked of MongoDB says so."""
    heard = Asked()
    client: AsyncIOMotorClient = AsyncIOMotorClient(engines.mongo, event_listeners=[heard])
    await _told(client, f"test_{uuid4().hex[:8]}")
    client.close()
    for name in ("journal", ORDERS.collection):
        assert heard.finds[name].get("readConcern") == {"level": "majority"}, name


class Asked(monitoring.CommandListener):
    """Hears what a client asks of MongoDB: its last `find` in each collection."""

    def __init__(self) -> None:
        self.finds: dict[str, Mapping[str, Any]] = {}

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name == "find":
            self.finds[event.command["find"]] = event.command

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None: ...
    def failed(self, event: monitoring.CommandFailedEvent) -> None: ...


@pytest.mark.usefixtures("long_form")
async def test_what_only_a_lonely_primary_has_is_not_there(stage: Stage) -> None:
    for _ in range(ATTEMPTS):
        told, lost = await _told_and_lost(stage)
        if lost and told is not None:
            assert not told, "they were told of, and are gone now"
            return
    pytest.skip("the primary stepped down each time before anybody could look")


async def _told_and_lost(stage: Stage) -> tuple[list[str] | None, bool]:
    """What readers heard of two writes that never reached a majority, None if they could not look
    in time; and whether the writes were gone afterwards."""
    name = f"test_{uuid4().hex[:8]}"
    writer, reader = (AsyncIOMotorClient(stage.mongo, retryWrites=False) for _ in range(2))
    kept = [reader[name]["journal"], reader[name][ORDERS.collection]]
    await asyncio.gather(*(each.insert_one({"_id": "there before"}) for each in kept))
    primary = stage.primary()
    others = [member for member in stage.members if member is not primary]
    for member in others:
        member.kill()
    writing = asyncio.gather(
        MongoJournal(writer, name).append([document()]),
        Store(writer[name]).save(ORDERS, [(ORDERS.new("c-1"), {})]),
        return_exceptions=True,
    )
    told = None
    with suppress(Unavailable, TimeoutError, PyMongoError):
        async with asyncio.timeout(10):
            for each in kept:
                while await each.count_documents({}) < 2:  # noqa: ASYNC110 - it is in MongoDB
                    await asyncio.sleep(0.01)
            told = await _told(reader, name)
    primary.kill()
    await asyncio.gather(*(asyncio.to_thread(member.start) for member in others))
    await writing
    await asyncio.to_thread(stage.primary)
    await asyncio.to_thread(primary.start)
    lost = all([await each.count_documents({}) < 2 for each in kept])
    await reader.drop_database(name)
    for client in (writer, reader):
        client.close()
    return told, lost


async def _told(reader: AsyncIOMotorClient, name: str) -> list[str]:
    histories = await MongoJournal(reader, name).load(["tally/a"])
    documents = await Store(reader[name]).load(ORDERS, ["c-1"])
    return [*(each["_id"] for each in histories["tally/a"].documents), *documents]
