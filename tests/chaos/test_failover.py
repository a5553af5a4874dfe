"""Writes that only an isolated primary has are never read."""

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
from tests.chaos.engines import ChaosEngines
from tests.engines import AnyEngines
from tests.integration.runtime.test_journals import document

pytestmark = [pytest.mark.engines, pytest.mark.slow]

ATTEMPTS = 5


async def test_readers_wait_for_a_majority(engines: AnyEngines) -> None:
    """Without a failover: queries have read concern majority."""
    listener = FindListener()
    client: AsyncIOMotorClient = AsyncIOMotorClient(engines.mongo, event_listeners=[listener])
    await _read(client, f"test_{uuid4().hex[:8]}")
    client.close()
    for name in ("journal", ORDERS.collection):
        assert listener.finds[name].get("readConcern") == {"level": "majority"}, name


class FindListener(monitoring.CommandListener):
    """Records a client's last `find` in each collection."""

    def __init__(self) -> None:
        self.finds: dict[str, Mapping[str, Any]] = {}

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name == "find":
            self.finds[event.command["find"]] = event.command

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None: ...
    def failed(self, event: monitoring.CommandFailedEvent) -> None: ...


@pytest.mark.usefixtures("long_form")
async def test_what_only_a_lonely_primary_has_is_not_there(chaos_engines: ChaosEngines) -> None:
    for _ in range(ATTEMPTS):
        read, lost = await _read_and_lost(chaos_engines)
        if lost and read is not None:
            assert not read, "they were read, and are lost now"
            return
    pytest.skip("the primary stepped down each time before it could be read")


async def _read_and_lost(chaos_engines: ChaosEngines) -> tuple[list[str] | None, bool]:
    """Does two writes that never reach a majority.

    Returns what readers saw of them, None if they couldn't read in time, and whether the writes
    were lost afterwards.
    """
    name = f"test_{uuid4().hex[:8]}"
    writer, reader = (AsyncIOMotorClient(chaos_engines.mongo, retryWrites=False) for _ in range(2))
    kept = [reader[name]["journal"], reader[name][ORDERS.collection]]
    await asyncio.gather(*(each.insert_one({"_id": "there before"}) for each in kept))
    primary = chaos_engines.primary()
    others = [member for member in chaos_engines.members if member is not primary]
    for member in others:
        member.kill()
    writing = asyncio.gather(
        MongoJournal(writer, name).append([document()]),
        Store(writer[name]).save(ORDERS, [(ORDERS.new("c-1"), {})]),
        return_exceptions=True,
    )
    read = None
    with suppress(Unavailable, TimeoutError, PyMongoError):
        async with asyncio.timeout(10):
            for each in kept:
                while await each.count_documents({}) < 2:  # noqa: ASYNC110 - it is in MongoDB
                    await asyncio.sleep(0.01)
            read = await _read(reader, name)
    primary.kill()
    await asyncio.gather(*(asyncio.to_thread(member.start) for member in others))
    await writing
    await asyncio.to_thread(chaos_engines.primary)
    await asyncio.to_thread(primary.start)
    lost = all([await each.count_documents({}) < 2 for each in kept])
    await reader.drop_database(name)
    for client in (writer, reader):
        client.close()
    return read, lost


async def _read(reader: AsyncIOMotorClient, name: str) -> list[str]:
    histories = await MongoJournal(reader, name).load(["tally/a"])
    documents = await Store(reader[name]).load(ORDERS, ["c-1"])
    return [*(each["_id"] for each in histories["tally/a"].documents), *documents]
