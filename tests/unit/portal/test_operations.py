"""The operations pages and API: queries, content, and that only operators have access."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.portal.api import operations
from services.portal.auth.guard import signed_in
from services.portal.auth.rights import ROLES
from services.portal.auth.sessions import Person
from services.portal.operations import SystemHealth
from services.portal.settings import PortalSettings
from services.portal.web import dead_letters, health_page
from services.portal.web.errors import handle_errors
from services.portal.web.health_page import grouped
from shared.dead_letters.dead_letter import DeadLetter
from shared.dead_letters.filters import Filter, page_of
from shared.dead_letters.operations import DeadLetterDetails, RedriveResult
from shared.dead_letters.reader import TooMany
from shared.dead_letters.redrive_plan import plan
from shared.monitoring.lag import Lag
from shared.monitoring.probe import Engine
from shared.monitoring.processes import Instance, Target, check_all, parse_targets
from shared.runtime.ports import Unavailable
from tests.unit.dead_letters.builders import died, record

NASTY = "<script>alert(1)</script>"
FIRST, SECOND = (replace(died(record(n)), reason=f"{NASTY} {n}") for n in (1, 2))


class FakeDeadLetters:
    """The dead letters of a cluster."""

    def __init__(self) -> None:
        self.dead_letters: list[DeadLetter] = [FIRST, SECOND]
        self.calls: list[Any] = []
        self.fails: Exception | None = None

    async def page(self, filter_: Filter, after: str, limit: int) -> Any:
        self.calls.append(filter_)
        if self.fails:
            raise self.fails
        return page_of(self.dead_letters, filter_, after, limit)

    async def details(self, letter_id: str) -> DeadLetterDetails | None:
        there = [each for each in self.dead_letters if each.id == letter_id]
        content = {"text": NASTY}
        return (
            DeadLetterDetails(there[0], content, {"x-own": NASTY}, [FIRST], None) if there else None
        )

    async def preview(self, chosen: list[str], *, with_earlier: bool) -> Any:
        there = {each.id: each for each in self.dead_letters if each.id in chosen}
        return plan(self.dead_letters, chosen, with_earlier=with_earlier), there

    async def redrive(self, chosen: list[str], actor: str, **more: Any) -> list[RedriveResult]:
        self.calls.append((chosen, actor, more))
        return [RedriveResult(each, "refused", "masked", NASTY) for each in chosen]

    async def drop(self, chosen: list[str], actor: str, note: str | None) -> list[RedriveResult]:
        self.calls.append((chosen, actor, note))
        return [RedriveResult(each, "dropped") for each in chosen]


class FakePortal:
    """A portal with these dead letters, and a Kafka that may be down."""

    def __init__(self) -> None:
        self.site = None
        self.queries = self.orders = self.operations = self
        self.dead_letters = FakeDeadLetters()
        self.kafka_down = False

    async def with_timeout(self, work: Any) -> Any:
        return await work

    async def id_of(self, number: str) -> str | None:
        return "c-1" if number == "PO7" else None

    async def lag(self) -> list[Lag]:
        if self.kafka_down:
            raise Unavailable("Kafka: not there")
        order = lag("waybill-order", "order.commands", 0, 0)
        return [order, lag("waybill-cart", "cart.commands", 1, 5)]

    async def health(self) -> SystemHealth:
        down = Instance(
            name="order", address="10.0.0.3:8080", live=False, ready=False, because=[NASTY]
        )
        engine = Engine(name="Kafka", address="k:9092", answers=True, says="27 topics")
        return SystemHealth(engines=[engine], processes=[down])


def lag(group: str, topic: str, partition: int, behind: int) -> Lag:
    return Lag(
        service=group.removeprefix("waybill-"),
        group=group,
        topic=topic,
        partition=partition,
        committed=10,
        end=10 + behind,
        behind=behind,
    )


@pytest.fixture
def portal() -> FakePortal:
    return FakePortal()


@pytest.fixture
def letters(portal: FakePortal) -> FakeDeadLetters:
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


ALL = [
    *(("GET", path) for path in ("/operations", "/operations/letters", "/operations/letters/x-1")),
    *(("POST", f"/operations/letters/{what}") for what in ("confirm", "redrive", "drop")),
    *(("GET", path) for path in ("/operations/health", "/api/health", "/api/lag")),
    *(("GET", path) for path in ("/api/dead-letters", "/api/dead-letters/x-1")),
    *(("POST", f"/api/{what}") for what in ("redrives", "drops")),
]


@pytest.mark.parametrize("role", [role for role in ROLES if role != "operator"])
async def test_nobody_else_is_let_in(
    app: FastAPI, client: httpx.AsyncClient, letters: FakeDeadLetters, role: str
) -> None:
    app.dependency_overrides[signed_in] = lambda: Person("vera", (role,))
    for method, path in ALL:
        body = {"json": {"letters": ["x-1"]}} if path.startswith("/api") else {}
        form = {} if body else {"data": {"letter": ["x-1"], "what": "redrive"}}
        answer = await client.request(method, path, **body, **form)  # type: ignore[arg-type]
        assert answer.status_code == 403, (method, path)
        assert "operate is for the role operator" in answer.text
    assert letters.calls == []


def test_every_route_is_among_these(app: FastAPI) -> None:
    mine = {
        (method, route.path.replace("{letter_id}", "x-1"))
        for router in (operations.router, dead_letters.router, health_page.router)
        for route in router.routes
        for method in route.methods  # type: ignore[attr-defined]
    }
    assert mine == set(ALL)


async def test_address_says_which_letters_are_looked_for(
    client: httpx.AsyncClient, letters: FakeDeadLetters
) -> None:
    query = "?service=order&code=failed&reason=No&topic=order.commands&order=po7&state=any"
    answer = await client.get(f"/operations/letters{query}")
    assert answer.status_code == 200
    asked = Filter("order", "failed", "No", "order.commands", "c-1", ())
    assert letters.calls == [asked]
    assert (await client.get(f"/api/dead-letters{query}".replace("po7", "c-1"))).status_code == 200
    assert letters.calls == [asked, asked]


async def test_list_shows_causes_and_escapes_them(client: httpx.AsyncClient) -> None:
    page = (await client.get("/operations/letters")).text
    assert FIRST.id in page
    assert "all open: order 2" in page
    assert NASTY not in page
    assert html.escape(NASTY, quote=False) in page


async def test_letter_shows_what_is_in_it_and_what_stands_before_it(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get(f"/operations/letters/{SECOND.id}")).text
    assert NASTY not in page
    assert "are redriven first" in page
    assert (await client.get("/operations/letters/order-nothing")).status_code == 404


async def test_redrive_names_all_that_goes_before_anything_does(
    client: httpx.AsyncClient, letters: FakeDeadLetters
) -> None:
    form = {"what": "redrive", "letter": [SECOND.id, "order-gone"]}
    page = (await client.post("/operations/letters/confirm", data=form)).text
    assert page.index(FIRST.id) < page.index(SECOND.id)
    assert page.count("included:") == 1
    assert "order-gone</strong>: its topic no longer keeps it" in page
    assert letters.calls == []


async def test_exactly_what_was_confirmed_is_sent_and_each_is_told_about(
    client: httpx.AsyncClient, letters: FakeDeadLetters
) -> None:
    form = {"letter": [FIRST.id, SECOND.id]}
    page = (await client.post("/operations/letters/redrive", data=form)).text
    assert letters.calls == [([FIRST.id, SECOND.id], "csr:olga", {})]
    assert page.count("not redriven.") == 2
    assert NASTY not in page


async def test_drop_keeps_why(client: httpx.AsyncClient, letters: FakeDeadLetters) -> None:
    form = {"letter": [FIRST.id], "note": " A test "}
    page = (await client.post("/operations/letters/drop", data=form)).text
    assert letters.calls == [([FIRST.id], "csr:olga", "A test")]
    assert f'data-gone="{FIRST.id}"' in page


async def test_settled_letter_is_not_settled_twice(
    client: httpx.AsyncClient, letters: FakeDeadLetters
) -> None:
    letters.dead_letters = [replace(FIRST, state="redriven", by="cli:root")]
    for what in ("redrive", "drop"):
        form = {"what": what, "letter": [FIRST.id]}
        page = (await client.post("/operations/letters/confirm", data=form)).text
        assert "already redriven by cli:root" in page
        assert 'type="submit"' not in page


async def test_more_letters_than_a_page_looks_at(
    client: httpx.AsyncClient, letters: FakeDeadLetters
) -> None:
    letters.fails = TooMany(50_000)
    for path in ("/operations/letters", "/api/dead-letters"):
        answer = await client.get(path)
        assert answer.status_code == 409
        assert "There are 50000 dead letters" in answer.text


async def test_health_is_of_use_while_kafka_is_away(
    client: httpx.AsyncClient, portal: FakePortal
) -> None:
    page = (await client.get("/operations/health")).text
    assert "5 behind" in page
    assert NASTY not in page
    portal.kafka_down = True
    answer = await client.get("/operations/health")
    assert answer.status_code == 200
    assert "answer, so the lag is unknown" in html.unescape(answer.text)
    assert (await client.get("/api/lag")).status_code == 503


async def test_api_refuses_what_makes_no_sense(client: httpx.AsyncClient) -> None:
    for body in ({}, {"letters": []}, {"letters": ["a b"]}, {"letters": ["x"] * 101}):
        answer = await client.post("/api/redrives", json=body)
        assert answer.status_code == 422, body


async def test_api_says_what_became_of_each(
    client: httpx.AsyncClient, letters: FakeDeadLetters
) -> None:
    body = {"letters": ["x-1"], "with_earlier": True}
    answer = await client.post("/api/redrives", json=body)
    assert answer.json() == [
        {"letter_id": "x-1", "outcome": "refused", "code": "masked", "message": NASTY}
    ]
    assert letters.calls == [(["x-1"], "csr:olga", {"with_earlier": True})]


# Who answers where


def test_addresses_of_services() -> None:
    assert parse_targets("order=http://order:8080, cart=http://127.0.0.1:81") == [
        Target("order", "order", 8080),
        Target("cart", "127.0.0.1", 81),
    ]
    assert parse_targets("") == []


@pytest.mark.parametrize("text", ["order", "order=order:8080", "order=https://o:1", "=http://o:1"])
def test_wrong_address_is_refused_at_start(text: str) -> None:
    with pytest.raises(ValueError, match="order=http://order:8080"):
        PortalSettings(portal_watches=text)


async def test_process_that_does_not_answer_is_down() -> None:
    (nobody,) = await check_all([Target("order", "127.0.0.1", 1)])
    assert (nobody.live, nobody.ready, nobody.because) == (False, False, ["it doesn't answer"])
    (nowhere,) = await check_all([Target("order", "no.such.host.invalid", 1)])
    assert "is unknown" in nowhere.because[0]


def test_group_that_is_furthest_behind_comes_first() -> None:
    lags = [
        lag("waybill-order", "order.commands", 0, 1),
        lag("waybill-order", "order.commands", 1, 2),
        lag("waybill-cart", "cart.commands", 0, 7),
    ]
    groups = grouped(lags)
    assert [(group.name, group.behind) for group in groups] == [
        ("waybill-cart", 7),
        ("waybill-order", 3),
    ]
    assert groups[1].partitions == [0, 1]
