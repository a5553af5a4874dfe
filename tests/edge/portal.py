"""The real portal over a real MongoDB, without Kafka, for a user with all roles."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import httpx
from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.app import Portal
from services.portal.auth.rights import ROLES
from services.portal.auth.sessions import Person
from services.portal.projections.batch import Batch
from services.portal.projections.cache import DocumentCache
from services.portal.projections.facts import TOPICS, Fact, read
from services.portal.projections.store import Store
from services.portal.queries import Queries
from services.portal.settings import PortalSettings
from shared.contracts import Message
from shared.contracts.replies import Reply
from tests.edge.world import SITE_OF_ALL, World

READ_HERE = {topic.name for topic in TOPICS}


class _Everybody:
    """Sessions in which every visitor has all roles."""

    async def find(self, _: str) -> Person:
        return Person("anna", tuple(ROLES), csrf="csrf")


class _Asking:
    """Answers the pages' questions with the world that they show."""

    def __init__(self) -> None:
        self.world: World | None = None

    async def query(self, question: Message, actor: str, _: float) -> Reply | None:
        return None if self.world is None else await self.world.ask(question, actor)


class ShowingPortal:
    """The portal's pages and API, over read models of one world at a time."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._database = database
        self._store = Store(database)
        self._asking = _Asking()
        portal: Any = Portal(PortalSettings(portal_secure_cookies=False), SITE_OF_ALL)
        portal.queries = Queries(database)
        portal.sessions = _Everybody()
        portal.commands = self._asking
        self.app = portal.http._app
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        cookies = {"waybill": "token"}
        self.client = httpx.AsyncClient(
            transport=transport, base_url="http://localhost", cookies=cookies
        )

    async def __aenter__(self) -> ShowingPortal:
        await self._store.prepare()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def show(self, world: World) -> list[str]:
        """Replaces the read models with those of this world.

        Returns what can't be shown, and why.
        """
        for name in await self._database.list_collection_names():
            await self._database[name].delete_many({})
        wrong: list[str] = []

        def on_failure(fact: Fact, error: Exception) -> None:
            wrong.append(f"{fact.name} can't be shown: {error!r}")

        items = [read(record, "") for record in world.log if record.topic in READ_HERE]
        await Batch(self._store, DocumentCache(), items, on_failure).write()
        self._asking.world = world
        return wrong

    async def ids(self, collection: str) -> Collection[str]:
        """Returns the ids of all documents of a read model that have a page.

        Of a customer who has drafts but no contact data, only the drafts are known.
        """
        known = {"$or": [{"row.listed": True}, {"deleted": {"$exists": True}}]}
        which = known if collection == "customers" else {}
        found = self._database[collection].find(which, {"_id": 1})
        return [str(each["_id"]) async for each in found]
