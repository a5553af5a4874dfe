"""The whole portal over a few documents in place of MongoDB, for looking at its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import httpx
from prometheus_client import CollectorRegistry

from services.portal.auth.guard import COOKIE
from services.portal.auth.rights import ROLES
from services.portal.auth.sessions import Person
from services.portal.presence import Presence
from services.portal.projections.projection import Document
from services.portal.queries import Queries
from services.portal.settings import PortalSettings
from services.portal.tours import Tours
from services.portal.webhooks.webhooks import Webhooks
from tests.unit.portal.unconnected import unconnected_portal


class FakeDatabase:
    """Collections by name; each finds by plain values and takes every other condition as met."""

    def __init__(self, **collections: Sequence[Document]) -> None:
        self._collections = collections

    def __getitem__(self, name: str) -> FakeCollection:
        return FakeCollection(self._collections.get(name, ()))

    def get_collection(self, name: str, **_: Any) -> FakeCollection:
        return self[name]


class FakeCollection:
    """A collection, and a cursor over what was found."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    def find(self, query: Mapping[str, Any], *_: Any) -> FakeCollection:
        plain = {k: v for k, v in query.items() if isinstance(v, str) and "." not in k}
        there = [d for d in self._documents if all(d.get(k) == v for k, v in plain.items())]
        return FakeCollection(there)

    async def find_one(self, query: Mapping[str, Any], *_: Any, **__: Any) -> Document | None:
        return next(iter(self.find(query)._documents), None)

    def hint(self, *_: Any) -> FakeCollection:
        return self

    sort = limit = hint

    def aggregate(self, _: Any) -> FakeCollection:
        return FakeCollection(())

    def skip(self, number: int) -> FakeCollection:
        return FakeCollection(self._documents[number:])

    async def count_documents(self, query: Mapping[str, Any], **_: Any) -> int:
        return len(self.find(query)._documents)

    async def update_one(self, *_: Any, **__: Any) -> None:
        """Pages change nothing here."""

    delete_one = delete_many = insert_one = update_many = bulk_write = update_one
    find_one_and_update = update_one

    async def distinct(self, *_: Any) -> list[str]:
        return []

    async def to_list(self, _: int | None) -> list[Document]:
        return list(self._documents)


@cache
def no_webhooks() -> Webhooks:
    """The webhooks of a site that has none."""
    return Webhooks(PortalSettings(), FakeDatabase(), CollectorRegistry())  # type: ignore[arg-type]


class _Sessions:
    """Whoever comes may do everything."""

    async def find(self, _: str) -> Person:
        return Person("anna", tuple(ROLES), csrf="csrf")


def portal_over(database: FakeDatabase, commands: Any, **others: Any) -> httpx.AsyncClient:
    """A signed-in browser; `commands` answers questions and commands in the services' place.

    `others` take the place of further parts of the portal.
    """
    portal = unconnected_portal()
    portal.queries = Queries(database)  # type: ignore[arg-type]
    portal.sessions, portal.commands = _Sessions(), commands
    portal.presence = Presence(database)  # type: ignore[arg-type]
    portal.tours = Tours(database)  # type: ignore[arg-type]
    portal.webhooks = no_webhooks()
    for name, part in others.items():
        setattr(portal, name, part)
    transport = httpx.ASGITransport(app=portal.http._app)
    return httpx.AsyncClient(
        transport=transport, base_url="http://localhost", cookies={COOKIE: "token"}
    )
