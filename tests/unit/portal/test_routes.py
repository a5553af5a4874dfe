"""Every address of the portal against whoever may come: nobody, another site, each role."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from itertools import cycle
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from services.portal.app import ROUTERS
from services.portal.auth.guard import COOKIE, SAFE
from services.portal.auth.rights import ALLOWED, ROLES, may
from services.portal.auth.sessions import Person
from services.portal.bulk.actions import ACTIONS
from services.portal.command_client import Submission
from services.portal.saved_views import SavedView
from shared.contracts import Message
from shared.contracts.commands import offered, short
from tests.unit.portal.unconnected import unconnected_portal

# For everybody: how to get in, what the pages load, and what watches the process.
OPEN = {
    "/sign-in",
    "/sign-in/oidc",
    "/sign-in/oidc/back",
    "/assets/{name}",
    "/health/live",
    "/health/ready",
    "/metrics",
}
# What a page changes without a name of a command in its address.
CHANGES = {
    "/create": "cart.create-draft",
    "/customers": "customer.create",
    "/orders.csv": "read",
    "/views": "read",
    "/views/delete": "read",
    "/views/duplicate": "read",
    "/views/update": "read",
    "/tour": "read",
    "/carts/delete/confirm": "cart.delete",
    "/carts/delete": "cart.delete",
    "/orders/{order_id}/presence": "read",
    "/carts/{cart_id}/lines-of/{order_id}": "cart.add-line",
    "/operations/letters/confirm": "operate",
    "/operations/letters/redrive": "operate",
    "/operations/letters/drop": "operate",
    "/api/redrives": "operate",
    "/api/drops": "operate",
    "/operations/webhooks": "operate",
    "/operations/webhooks/{webhook_id}/secret": "operate",
    "/operations/webhooks/{webhook_id}/delete": "operate",
    "/operations/webhooks/{webhook_id}/test": "operate",
    "/operations/webhooks/{webhook_id}/resume": "operate",
    "/operations/webhooks/{webhook_id}/deliveries/{delivery_id}/resend": "operate",
    "/api/webhooks": "operate",
    "/api/webhooks/{webhook_id}": "operate",
    "/api/webhooks/{webhook_id}/delete": "operate",
    "/api/webhooks/{webhook_id}/secret": "operate",
    "/api/webhooks/{webhook_id}/test": "operate",
    "/api/webhooks/{webhook_id}/resume": "operate",
    "/api/webhooks/{webhook_id}/deliveries/{delivery_id}/resend": "operate",
}
# Bulk jobs: the action is in the address, in the body, or in the job.
JOBS = {
    "/bulk/{action}",
    "/jobs/{job_id}/{step}",
    "/api/bulk-jobs",
    "/api/bulk-jobs/{job_id}/confirm",
    "/api/bulk-jobs/{job_id}/resume",
    "/api/bulk-jobs/{job_id}/stop",
}
PLAIN = {"order": "c-1", "cart": "c-1", "cart_id": "c-1", "market": "US", "customer_id": "cu-1"}


class Stub:
    """Stands for sessions (a token is a role), read models that are empty, and the topics."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.orders = self.carts = self.customers = self

    async def rows(self, _: Any) -> dict[str, Any]:
        return {}

    async def start(self, person: Person, action: str, *_: Any) -> Any:
        self.given.append(ACTIONS[action].command)
        return SimpleNamespace(job_id="job-1")

    async def find(self, token: str) -> Person | None:
        return Person("anna", (token,), csrf=f"csrf of {token}") if token in ROLES else None

    async def get(self, _: str) -> None:
        return None

    async def has(self, _: str) -> bool:
        return False

    async def outcome(self, command_id: str, actor: str, wait: float) -> None:
        return None

    async def submit(self, command: Message, actor: str, **_: Any) -> Submission:
        self.given.append(short(command.type))
        return Submission("m-1", None)


class NoViews:
    """The saved views of somebody who has none."""

    async def of(self, _: str) -> list[SavedView]:
        return []

    async def get(self, *_: str) -> None:
        return None

    async def add(self, owner: str, name: str, query: str, *, shared: bool) -> SavedView:
        return SavedView("v-1", owner, name, query, shared)


class NoWebhooks:
    """Webhooks of a site that has none."""

    async def get(self, *_: str) -> None:
        return None

    async def delete(self, _: str) -> None:
        return None

    change = rotate = delivery = get

    async def resend(self, *_: str) -> bool:
        return False


class NoTours:
    """Tours that nobody has put away."""

    async def show(self, _: str, *, shown: bool) -> None:
        return None


@pytest.fixture
def stub() -> Stub:
    return Stub()


@pytest.fixture
async def app(stub: Stub) -> FastAPI:
    """The whole portal, without its engines."""
    portal = unconnected_portal()
    portal.sessions = portal.queries = portal.commands = portal.bulk = stub
    portal.webhooks = NoWebhooks()
    portal.views = NoViews()
    portal.tours = NoTours()
    whole: FastAPI = portal.http._app
    return whole


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as made:
        yield made


# Every route that isn't for everybody: its pattern, a method of it, an address that fits.
ADDRESSES = [
    (route.path, method, re.sub(r"{[^}]+}", "x", route.path))
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and route.path not in OPEN
    for method in sorted(route.methods)
]
# Every route that changes something.
CHANGING = [(pattern, path) for pattern, method, path in ADDRESSES if method not in SAFE]


def as_role(role: str, **headers: str) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={role}", **headers}


async def test_nothing_but_what_is_for_everybody_answers_without_a_session(
    client: httpx.AsyncClient,
) -> None:
    assert len(ADDRESSES) >= 90
    for pattern, method, path in ADDRESSES:
        for headers in ({}, as_role("made-up")):
            answer = await client.request(method, path, headers=headers)
            if path.startswith("/api") or path == "/live":
                assert answer.status_code == 401, (method, pattern)
            else:
                assert answer.status_code == 303, (method, pattern)
                assert answer.headers["location"].startswith("/sign-in"), (method, pattern)


async def test_whoever_has_no_session_is_told_before_anything_is_read(
    client: httpx.AsyncClient,
) -> None:
    """What they have sent is neither checked nor shown."""
    for pattern, path in CHANGING:
        answer = await client.post(path, content=b"\x00{" * 10_000)
        assert answer.status_code in (401, 303), pattern


@pytest.mark.parametrize("token", [None, "", "made up", "csrf of viewer"])
async def test_another_site_can_change_nothing_with_the_browsers_session(
    client: httpx.AsyncClient, stub: Stub, token: str | None
) -> None:
    """It has the cookie sent, but not the secret of the session's own pages."""
    sent = {} if token is None else {"X-CSRF-Token": token}
    kinds = cycle(("application/x-www-form-urlencoded", "text/plain", "application/json"))
    for (pattern, path), kind in zip(CHANGING, kinds, strict=False):
        headers = as_role("supervisor", **sent, **{"Content-Type": kind})
        answer = await client.post(path, headers=headers, content=f"csrf={token or ''}")
        assert answer.status_code == 403, (pattern, kind)
        assert "session's page" in html.unescape(answer.text), (pattern, kind)
    assert stub.given == []


async def test_looking_changes_nothing(client: httpx.AsyncClient, stub: Stub) -> None:
    """No command has an address that a link or a picture of another site could ask for."""
    for name in offered():
        for path in (f"/do/{name}", f"/api/commands/{name}"):
            for method in ("GET", "HEAD", "OPTIONS"):
                answer = await client.request(method, path, headers=as_role("supervisor"))
                assert answer.status_code >= 400, (method, path)
    assert stub.given == []


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_against_each_action_of_the_pages(
    client: httpx.AsyncClient, stub: Stub, role: str
) -> None:
    headers = as_role(role, **{"X-CSRF-Token": f"csrf of {role}"})
    asked = {f"/do/{name}": name for name in offered()} | CHANGES
    asked |= {f"/try/{name}": name for name in offered()}
    asked |= {f"/bulk/{name}": each.command for name, each in ACTIONS.items()}
    for path, action in asked.items():
        stub.given.clear()
        answer = await client.post(path, headers=headers, data=PLAIN)
        assert (answer.status_code == 403) != may([role], action), (path, answer.text)
        assert may([role], action) or stub.given == [], path
        if answer.status_code == 403:
            assert ALLOWED[action][0] in answer.text, path


def test_every_change_is_an_action_of_the_table() -> None:
    """A page that changes something new has to say which action that is."""
    patterns = {pattern for pattern, _ in CHANGING if not pattern.startswith("/api/commands/")}
    # What is tried out changes nothing, and is refused to whoever may not do it.
    assert patterns == {"/do/{name}", "/try/{name}", "/sign-out", *JOBS, *CHANGES}


# Stands where an order's id may stand since version 0.1; `/api/order-ids/count` reads that order.
FORMER = {("GET", "/api/orders/count", "/api/orders/{order_id}")}


def test_no_word_of_ours_stands_where_an_id_may_stand() -> None:
    """Whatever its id: a record has an address that answers nothing else."""
    routes = [
        (method, route.path)
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    ]
    hidden = {
        (method, fixed, named)
        for method, fixed in routes
        for other, named in routes
        if method == other and _hides(fixed.split("/"), named.split("/"))
    }
    assert hidden == FORMER


def _hides(fixed: list[str], named: list[str]) -> bool:
    """Whether some address fits both, and the first has a word where the second has an id."""
    if len(fixed) != len(named):
        return False
    pairs = list(zip(fixed, named, strict=True))
    both = all(a == b or a.startswith("{") or b.startswith("{") for a, b in pairs)
    return both and any(b.startswith("{") and not a.startswith("{") for a, b in pairs)
