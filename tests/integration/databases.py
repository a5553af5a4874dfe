"""Databases of a test's own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorClient

from tests.engines import AnyEngines


@asynccontextmanager
async def database_of(engines: AnyEngines) -> AsyncIterator[tuple[AsyncIOMotorClient, str]]:
    """A client, and the name of a database that is gone afterwards."""
    client: AsyncIOMotorClient = AsyncIOMotorClient(engines.mongo, tz_aware=True)
    name = f"test_{uuid4().hex[:8]}"
    try:
        yield client, name
    finally:
        await client.drop_database(name)
        client.close()
