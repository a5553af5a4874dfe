"""Only operators have access to the operations pages and their API."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from services.portal.api import operations
from services.portal.auth.guard import signed_in
from services.portal.auth.rights import ROLES
from services.portal.auth.sessions import Person
from services.portal.web.operations import dead_letters
from services.portal.web.operations import health as health_page
from tests.unit.portal.operations.fakes import FakeDeadLetters

ROUTES = [
    *(("GET", path) for path in ("/operations", "/operations/letters", "/operations/letters/x-1")),
    *(("POST", f"/operations/letters/{what}") for what in ("confirm", "redrive", "drop")),
    *(("GET", path) for path in ("/operations/health", "/api/health", "/api/lag")),
    *(("GET", path) for path in ("/api/dead-letters", "/api/dead-letters/x-1")),
    *(("POST", f"/api/{what}") for what in ("redrives", "drops")),
]


@pytest.mark.parametrize("role", [role for role in ROLES if role != "operator"])
async def test_nobody_else_is_let_in(
    app: FastAPI, client: httpx.AsyncClient, fake_dead_letters: FakeDeadLetters, role: str
) -> None:
    app.dependency_overrides[signed_in] = lambda: Person("vera", (role,))
    for method, path in ROUTES:
        body = {"json": {"letters": ["x-1"]}} if path.startswith("/api") else {}
        form = {} if body else {"data": {"letter": ["x-1"], "what": "redrive"}}
        answer = await client.request(method, path, **body, **form)  # type: ignore[arg-type]
        assert answer.status_code == 403, (method, path)
        assert "operate is for the role operator" in answer.text
    assert fake_dead_letters.calls == []


def test_every_route_is_among_these(app: FastAPI) -> None:
    routes = {
        (method, route.path.replace("{letter_id}", "x-1"))
        for router in (operations.router, dead_letters.router, health_page.router)
        for route in router.routes
        for method in route.methods  # type: ignore[attr-defined]
    }
    assert routes == set(ROUTES)
