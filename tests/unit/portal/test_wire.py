"""What a page costs over the wire, and how the reader's choices change it."""

import gzip
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.unit.portal.unconnected import unconnected_portal

MOST = 150_000


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    portal = unconnected_portal()
    transport = httpx.ASGITransport(app=portal.http)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as made:
        yield made


async def test_a_page_and_all_that_it_loads_are_small_and_compressed(
    client: httpx.AsyncClient,
) -> None:
    html = await client.get("/sign-in")
    addresses = re.findall(r'(?:src|href)="(/assets/[^"]+)"', html.text)
    loaded = [html, *[await client.get(each) for each in addresses]]
    for each in loaded:
        assert each.status_code == 200
        assert each.headers.get("content-encoding") == "gzip" or len(each.content) < 500
    assert sum(len(gzip.compress(each.content)) for each in loaded) < MOST
    assert len(addresses) == 4
    assert all("immutable" in each.headers["cache-control"] for each in loaded[1:])


@pytest.mark.parametrize(
    ("cookies", "starts"),
    [
        ({}, '<html lang="en">'),
        ({"theme": "dark"}, '<html lang="en" data-bs-theme="dark">'),
        ({"theme": '"><script>'}, '<html lang="en">'),
        ({"language": "de", "theme": "light"}, '<html lang="de" data-bs-theme="light">'),
        ({"language": "xx"}, '<html lang="en">'),
    ],
)
async def test_the_page_is_as_the_reader_chose(
    client: httpx.AsyncClient, cookies: dict[str, str], starts: str
) -> None:
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
    answer = await client.get("/sign-in", headers={"Cookie": sent} if sent else {})
    assert starts in answer.text
    assert ("Passwort" in answer.text) == ("de" in cookies.values())
