"""What `waybill doctor` asks MongoDB."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from ops.doctor.data import _has_webhooks
from services.portal.webhooks.subscriptions import COLLECTION
from shared.runtime.settings import Settings, read_settings
from tests.engines import AnyEngines
from tests.integration.databases import database_of
from tests.processes import PROJECT

pytestmark = pytest.mark.engines


def settings_of(mongo: str, database: str) -> Settings:
    site = PROJECT / "config" / "site.yaml"
    return read_settings(Settings, mongo=SecretStr(mongo), database=database, site=site)


async def test_a_site_with_webhooks_is_told_from_one_without(engines: AnyEngines) -> None:
    async with database_of(engines) as (client, name):
        settings = settings_of(engines.mongo, name)
        assert not await _has_webhooks(settings)
        portal = settings.database_of("portal")
        await client[portal][COLLECTION].insert_one({"_id": "w-1", "name": "Shop"})
        assert await _has_webhooks(settings)
        await client.drop_database(portal)


async def test_a_database_that_is_away_hides_nothing() -> None:
    assert await _has_webhooks(settings_of("mongodb://127.0.0.1:1", "none"))
