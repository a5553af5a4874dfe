"""The JSON reads: what an address asks for, and who is let in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.portal.api import reads
from services.portal.auth.guard import signed_in
from services.portal.auth.sessions import Person
from services.portal.queries import OrderFilter
from services.portal.queries.filters import between, preset, zone_of
from services.portal.queries.models.details import Tombstone
from services.portal.queries.models.orders import Count, OrderPage
from services.portal.web.frame.errors import handle_errors
from shared.contracts import Malformed

STOCKHOLM = zone_of("Europe/Stockholm")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


class Asked:
    """Stands for `Views`: keeps what is asked, and finds nothing."""

    def __init__(self) -> None:
        self.orders = self
        self.asked: list[Any] = []

    async def search(self, *asked: Any) -> OrderPage:
        self.asked = list(asked)
        return OrderPage(orders=[], after=None)

    async def get(self, order_id: str) -> Tombstone | None:
        if order_id != "count":
            return None
        return Tombstone(order_id=order_id, number="PO1", who=None, when=NOW)

    async def count(self, asked: OrderFilter) -> Count:
        return Count(number=7, more=False)


class NoSessions:
    """Stands for a portal into which nobody has signed in."""

    async def find(self, _token: str) -> None:
        return None


@pytest.fixture
def app() -> FastAPI:
    made = FastAPI()
    made.include_router(reads.router)
    handle_errors(made)
    made.state.portal = made
    made.sessions = NoSessions()  # type: ignore[attr-defined]
    made.queries = Asked()  # type: ignore[attr-defined]
    return made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://portal") as made:
        yield made


@pytest.fixture
def somebody(app: FastAPI) -> Asked:
    """Lets everybody in; what they ask for is in the answer."""
    app.dependency_overrides[signed_in] = lambda: Person("anna", ("viewer",))
    asked: Asked = app.queries  # type: ignore[attr-defined]
    return asked


async def test_nobody_is_let_in_without_a_session(app: FastAPI, client: httpx.AsyncClient) -> None:
    paths = app.openapi()["paths"]
    assert len(paths) >= 18
    for path in paths:
        answer = await client.get(path.replace("{", "").replace("}", ""))
        assert answer.status_code == 401, path


async def test_address_says_what_orders_are_looked_for(
    client: httpx.AsyncClient, somebody: Asked
) -> None:
    query = (
        "?number=PO1&name=%25hay&market=US&market=SE&customer=tay&email=A@b&status=OnHold"
        "&anonymous=true&customer_id=cu-7&created_from=2026-11-01&created_to=2026-11-02"
        "&zone=Europe/Stockholm&after=x&limit=7"
    )
    assert (await client.get(f"/api/orders{query}")).status_code == 200
    since, before = between(date(2026, 11, 1), date(2026, 11, 2), STOCKHOLM)
    asked = OrderFilter(
        number="PO1",
        since=since,
        before=before,
        name="%hay",
        markets=("US", "SE"),
        customer="tay",
        email="A@b",
        statuses=("OnHold",),
        anonymous=True,
        customer_id="cu-7",
    )
    assert somebody.asked == [asked, "x", 7]


async def test_an_email_as_long_as_the_contract_takes_is_looked_for(
    client: httpx.AsyncClient, somebody: Asked
) -> None:
    email = f"{'a' * 242}@example.com"
    assert (await client.get("/api/orders", params={"email": email})).status_code == 200
    assert somebody.asked[0].email == email


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("zone=Nowhere", "zone"),
        ("zone=../../etc/passwd", "zone"),
        ("created=someday", "created"),
        ("created_from=9999-12-31", "created_from"),
        ("created_from=2026-11-02&created_to=2026-11-01", "created_to"),
        ("created_from=0", "created_from"),
        ("created_to=20261101", "created_to"),
        ("limit=0", "limit"),
        ("limit=1000", "limit"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_its_field(
    client: httpx.AsyncClient, somebody: Asked, query: str, field: str
) -> None:
    answer = await client.get(f"/api/orders?{query}")
    assert answer.status_code == 422
    assert field in answer.json()["errors"][0]["field"]


async def test_unknown_order_is_not_found(client: httpx.AsyncClient, somebody: Asked) -> None:
    answer = await client.get("/api/orders/c-1")
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


# The days that people say instead of times


@pytest.mark.shows("2.8")
@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", date(2026, 3, 1), date(2026, 3, 1)),
        ("yesterday", date(2026, 2, 28), date(2026, 2, 28)),
        ("last-7-days", date(2026, 2, 23), date(2026, 3, 1)),
        ("last-30-days", date(2026, 1, 31), date(2026, 3, 1)),
        ("this-month", date(2026, 3, 1), date(2026, 3, 1)),
        ("last-month", date(2026, 2, 1), date(2026, 2, 28)),
    ],
)
def test_presets_are_days_of_the_zone(name: str, first: date, last: date) -> None:
    """At half past eleven in the evening in UTC it is the next day in Stockholm already."""
    now = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    assert preset(name, now, STOCKHOLM) == between(first, last, STOCKHOLM)


def test_day_on_which_the_clock_is_put_back_has_25_hours() -> None:
    since, before = between(date(2026, 10, 25), date(2026, 10, 25), STOCKHOLM)
    assert (before.astimezone(UTC) - since.astimezone(UTC)).total_seconds() == 25 * 3600


def test_preset_that_is_none_names_those_there_are() -> None:
    with pytest.raises(Malformed, match="last-7-days"):
        preset("someday", datetime.now(UTC), STOCKHOLM)


async def test_an_order_whose_id_is_a_word_of_the_api_is_read(
    client: httpx.AsyncClient, somebody: Asked
) -> None:
    assert (await client.get("/api/order-ids/count")).json()["order_id"] == "count"
    for path in ("/api/order-count", "/api/orders/count"):
        assert (await client.get(path)).json() == {"number": 7, "more": False}
