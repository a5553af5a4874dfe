"""The indexes of the read models are built together, and replaced if their definitions change."""

from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ASCENDING
from pymongo.monitoring import CommandListener

from services.portal.projections.orders import INDEXES, ORDERS
from services.portal.projections.store import Store
from tests.engines import AnyEngines
from tests.integration.databases import database_of

pytestmark = pytest.mark.engines

NAMES = {"_id_", *(index.document["name"] for index in INDEXES)}


class Built(CommandListener):
    """Notes which collections got indexes, once for each command."""

    def __init__(self) -> None:
        self.collections: list[str] = []

    def started(self, event: Any) -> None:
        """Notes a command that creates indexes."""
        if event.command_name == "createIndexes":
            self.collections.append(event.command["createIndexes"])

    def succeeded(self, event: Any) -> None:
        """Notes nothing."""

    def failed(self, event: Any) -> None:
        """Notes nothing."""


async def test_a_collection_is_read_once_for_all_its_indexes(engines: AnyEngines) -> None:
    built = Built()
    async with database_of(engines) as (_, name):
        client: AsyncIOMotorClient = AsyncIOMotorClient(engines.mongo, event_listeners=[built])
        try:
            await Store(client[name]).prepare()
            found = await client[name][ORDERS.collection].index_information()
        finally:
            client.close()
    assert found.keys() == NAMES
    assert len(built.collections) == len(set(built.collections))


async def test_index_with_another_definition_is_replaced(engines: AnyEngines) -> None:
    async with database_of(engines) as (client, name):
        orders = client[name][ORDERS.collection]
        await orders.create_index([("row.market", ASCENDING)], name="newest")

        await Store(client[name]).prepare()

        found = await orders.index_information()
        assert found.keys() == NAMES
        assert found["newest"]["key"] != [("row.market", ASCENDING)]
