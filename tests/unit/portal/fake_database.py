"""The whole portal over a few documents in place of MongoDB, for looking at its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from services.portal.app import Portal
from services.portal.auth.guard import COOKIE
from services.portal.auth.rights import ROLES
from services.portal.auth.sessions import Person
from services.portal.presence import Presence
from services.portal.projections.projection import Document
from services.portal.queries import Queries
from services.portal.settings import PortalSettings
from services.portal.tours import Tours
from tests.unit.given import SITE


class FakeDatabase:
    """Collections by name; each finds by plain values and takes every other condition as met."""

    def __init__(self, **collections: Sequence[Document]) -> None:
        self._collections = collections

    def __getitem__(self, name: str) -> FakeCollection:
        return FakeCollection(self._collections.get(name, ()))


class FakeCollection:
    """A collection, and a cursor over what was found."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    def find(self, query: Mapping[str, Any], *_: Any) -> FakeCollection:
        plain = {k: v for k, v in query.items() if isinstance(v, str) and "." not in k}
        there = [d for d in self._documents if all(d.get(k) == v for k, v in plain.items())]
        return FakeCollection(there)

    async def find_one(self, query: Mapping[str, Any], *_: Any) -> Document | None:
        return next(iter(self.find(query)._documents), None)

    def hint(self, _: str) -> FakeCollection:
        return self

    sort = limit = hint

    def skip(self, number: int) -> FakeCollection:
        return FakeCollection(self._documents[number:])

    async def count_documents(self, query: Mapping[str, Any], **_: Any) -> int:
        return len(self.find(query)._documents)

    async def update_one(self, *_: Any, **__: Any) -> None:
        """Pages change nothing here."""

    delete_one = update_one

    async def to_list(self, _: int | None) -> list[Document]:
        return list(self._documents)


class _Sessions:
    """Whoever comes may do everything."""

    async def find(self, _: str) -> Person:
        return Person("anna", tuple(ROLES), csrf="csrf")


def portal_over(database: FakeDatabase, commands: Any, **others: Any) -> httpx.AsyncClient:
    """A signed-in browser; `commands` answers questions and commands in the services' place.

    `others` take the place of further parts of the portal.
    """
    portal: Any = Portal(PortalSettings(portal_secure_cookies=False), SITE)
    portal.queries = Queries(database)  # type: ignore[arg-type]
    portal.sessions, portal.commands = _Sessions(), commands
    portal.presence = Presence(database)  # type: ignore[arg-type]
    portal.tours = Tours(database)  # type: ignore[arg-type]
    for name, part in others.items():
        setattr(portal, name, part)
    transport = httpx.ASGITransport(app=portal.http._app)
    return httpx.AsyncClient(
        transport=transport, base_url="http://localhost", cookies={COOKIE: "token"}
    )
