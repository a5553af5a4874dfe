""" "Stay signed in": off until it is ticked, bounded, and ended as every session is."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from services.portal.auth.accounts import Account
from services.portal.auth.sessions import Sessions
from services.portal.settings import PortalSettings
from tests.unit.portal.unconnected import unconnected_portal


class _Database:
    """A database with sessions alone."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    def __getitem__(self, _: str) -> _Database:
        return self

    async def insert_one(self, document: dict[str, Any]) -> None:
        self.kept[document["_id"]] = document

    async def find_one(self, query: dict[str, Any]) -> dict[str, Any] | None:
        found = self.kept.get(query["_id"])
        return found if found and found["expires"] > query["expires"]["$gt"] else None

    async def delete_one(self, query: dict[str, Any]) -> None:
        self.kept.pop(query["_id"], None)


class _Limits:
    """Limits that let one password in."""

    async def attempt(self, name: str, _: str, check: Any) -> Account | None:
        return await check()


class _Accounts:
    async def authenticate(self, name: str, password: str) -> Account | None:
        return Account(name, ("csr",)) if password == "right" else None


@pytest.fixture
def database() -> _Database:
    return _Database()


def portal(database: _Database, **settings: Any) -> httpx.AsyncClient:
    """A browser before a portal with these settings."""
    made = unconnected_portal(**settings)
    given = made.settings
    made.sessions = Sessions(database, given.portal_session_hours, given.portal_stay_days)  # type: ignore[arg-type]
    made.limits, made.accounts = _Limits(), _Accounts()
    transport = httpx.ASGITransport(app=made.http._app)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


async def sign_in(client: httpx.AsyncClient, password: str = "right", **more: str) -> Any:
    """Sends the form; returns the answer."""
    token = re.search(r'name="token" value="([^"]+)"', (await client.get("/sign-in")).text)
    assert token
    form = {"name": "anna", "password": password, "token": token[1], **more}
    return await client.post("/sign-in", data=form)


def cookie_of(answer: httpx.Response) -> str:
    """The session cookie as it is set."""
    (found,) = (
        each
        for each in answer.headers.get_list("set-cookie")
        if each.startswith("waybill=") and "Max-Age=0" not in each
    )
    return found


def left(database: _Database) -> timedelta:
    """How long the only session goes on."""
    (kept,) = database.kept.values()
    expires: datetime = kept["expires"]
    return expires - datetime.now(UTC)


async def test_a_session_is_short_and_ends_with_the_browser_by_default(database: _Database) -> None:
    async with portal(database) as client:
        page = (await client.get("/sign-in")).text
        assert "Stay signed in for 14 days" in page
        assert not re.search(r'name="stay"[^>]*checked', page)
        answer = await sign_in(client)
    assert timedelta(hours=11) < left(database) <= timedelta(hours=12)
    assert "Max-Age" not in cookie_of(answer)


async def test_a_session_that_stays_lasts_for_days_in_the_cookie_and_here(
    database: _Database,
) -> None:
    async with portal(database, portal_stay_days=7) as client:
        cookie = cookie_of(await sign_in(client, stay="yes"))
    assert timedelta(days=6, hours=23) < left(database) <= timedelta(days=7)
    assert f"Max-Age={7 * 24 * 3600}" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_using_a_session_that_stays_does_not_prolong_it(database: _Database) -> None:
    async with portal(database) as client:
        await sign_in(client, stay="yes")
        (kept,) = database.kept.values()
        before = kept["expires"]
        assert (await client.get("/create")).status_code == 200
        assert kept["expires"] == before
        kept["expires"] = datetime.now(UTC) - timedelta(seconds=1)
        assert (await client.get("/create")).status_code == 303


async def test_signing_out_ends_a_session_that_stays(database: _Database) -> None:
    async with portal(database) as client:
        await sign_in(client, stay="yes")
        (kept,) = database.kept.values()
        await client.post("/sign-out", headers={"X-CSRF-Token": kept["csrf"]})
    assert database.kept == {}


async def test_a_wrong_password_keeps_the_choice(database: _Database) -> None:
    async with portal(database) as client:
        answer = await sign_in(client, "wrong", stay="yes")
        assert re.search(r'name="stay"[^>]*checked', answer.text)
    assert database.kept == {}


async def test_a_portal_that_does_not_offer_it_takes_no_notice(database: _Database) -> None:
    async with portal(database, portal_stay_days=0) as client:
        assert "Stay signed in" not in (await client.get("/sign-in")).text
        answer = await sign_in(client, stay="yes")
    assert left(database) <= timedelta(hours=12)
    assert "Max-Age" not in cookie_of(answer)


@pytest.mark.parametrize("days", [-1, 31])
def test_the_days_are_bounded(days: int) -> None:
    with pytest.raises(ValidationError, match="portal_stay_days"):
        PortalSettings(portal_stay_days=days)
