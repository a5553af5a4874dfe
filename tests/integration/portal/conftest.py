"""Fixtures: empty read models for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.engines import AnyEngines
from tests.integration.databases import database_of
from tests.integration.portal.models import Models


@pytest.fixture
async def models(engines: AnyEngines) -> AsyncIterator[Models]:
    """Empty read models on a real MongoDB."""
    async with database_of(engines) as (client, name):
        made = Models(client[name])
        await made.store.prepare()
        yield made
