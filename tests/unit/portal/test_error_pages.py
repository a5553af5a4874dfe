"""Pages that tell of an error: the reason, a way out, and the sections for whoever is signed in."""

import html
import re

import httpx
from fastapi import FastAPI
from pymongo.errors import PyMongoError

from services.portal.auth.guard import COOKIE
from tests.unit.portal.test_routes import app, as_role, client, stub

__all__ = ["app", "client", "stub"]  # fixtures


def title_of(answer: httpx.Response) -> str:
    found = re.search(r"<title>(.*?)</title>", answer.text)
    assert found
    return html.unescape(found[1])


async def test_no_such_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nothing-here")
    assert answer.status_code == 404
    assert title_of(answer) == "Not found · Waybill"
    assert "Check the address" in answer.text
    assert 'href="/"' in answer.text
    assert 'id="sections"' not in answer.text
    known = await client.get("/nothing-here", headers=as_role("viewer"))
    assert 'id="sections"' in known.text
    assert len(re.findall("<h1", known.text)) == 1


async def test_not_allowed(client: httpx.AsyncClient) -> None:
    answer = await client.get("/operations/letters", headers=as_role("viewer"))
    assert answer.status_code == 403
    assert title_of(answer) == "You don't have permission to do this · Waybill"
    assert 'id="sections"' in answer.text
    assert 'href="/"' in answer.text


async def test_in_the_readers_language(client: httpx.AsyncClient) -> None:
    headers = {"Cookie": f"{COOKIE}=viewer; language=de"}
    answer = await client.get("/nothing-here", headers=headers)
    assert title_of(answer) == "Nicht gefunden · Waybill"
    assert "gibt es nicht" in answer.text


async def test_unavailable(app: FastAPI, client: httpx.AsyncClient) -> None:
    """Even who is signed in can't be known: the page is whole, and comes again by itself."""

    async def fails(token: str) -> None:
        raise PyMongoError("no primary")

    app.state.portal.sessions.find = fails
    answer = await client.get("/orders", headers=as_role("viewer"))
    assert answer.status_code == 503
    assert title_of(answer) == "Temporarily unavailable · Waybill"
    assert "Nothing is lost" in answer.text
    assert 'http-equiv="refresh"' in answer.text
    missing = await client.get("/nothing-here", headers=as_role("viewer"))
    assert missing.status_code == 404


async def test_failed(app: FastAPI, client: httpx.AsyncClient) -> None:
    async def fails(_: object) -> None:
        raise RuntimeError

    app.state.portal.views.of = fails
    answer = await client.get("/views", headers=as_role("viewer"))
    assert answer.status_code == 500
    assert title_of(answer) == "Something went wrong · Waybill"
    assert "Try again" in answer.text
    assert "RuntimeError" not in answer.text
