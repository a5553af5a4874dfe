"""Read models of a test's own, filled through the projections."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from tests.engines import AnyEngines
from tests.integration.portal.models import Models


@pytest.fixture
async def models(engines: AnyEngines) -> AsyncIterator[Models]:
    """Empty ones, on a real MongoDB."""
    client: AsyncIOMotorClient = AsyncIOMotorClient(engines.mongo, tz_aware=True)
    database = f"test_{uuid4().hex[:8]}"
    made = Models(client[database])
    await made.store.prepare()
    yield made
    await client.drop_database(database)
    client.close()
