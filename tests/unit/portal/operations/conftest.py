"""Fixtures: the operations pages on a portal in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from services.portal.api import operations
from services.portal.auth.guard import signed_in
from services.portal.auth.sessions import Person
from services.portal.web.frame.errors import handle_errors
from services.portal.web.operations import dead_letters
from services.portal.web.operations import health as health_page
from tests.unit.portal.operations.fakes import FakeDeadLetters, FakePortal


@pytest.fixture
def portal() -> FakePortal:
    return FakePortal()


@pytest.fixture
def fake_dead_letters(portal: FakePortal) -> FakeDeadLetters:
    return portal.dead_letters


@pytest.fixture
def app(portal: FakePortal) -> FastAPI:
    made = FastAPI()
    for router in (operations.router, dead_letters.router, health_page.router):
        made.include_router(router)
    handle_errors(made)
    made.state.portal = portal
    return made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    app.dependency_overrides[signed_in] = lambda: Person("olga", ("operator",))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://portal") as made:
        yield made
