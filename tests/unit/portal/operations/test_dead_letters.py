"""The pages and the API for dead letters: queries, content, redriving and dropping."""

from __future__ import annotations

import html
from dataclasses import replace

import httpx

from shared.dead_letters.filters import Filter
from shared.dead_letters.reader import TooMany
from tests.unit.portal.operations.fakes import FIRST, SECOND, XSS_PAYLOAD, FakeDeadLetters


async def test_address_says_which_letters_are_looked_for(
    client: httpx.AsyncClient, fake_dead_letters: FakeDeadLetters
) -> None:
    query = "?service=order&code=failed&reason=No&topic=order.commands&order=po7&state=any"
    answer = await client.get(f"/operations/letters{query}")
    assert answer.status_code == 200
    expected = Filter("order", "failed", "No", "order.commands", "c-1", ())
    assert fake_dead_letters.calls == [expected]
    assert (await client.get(f"/api/dead-letters{query}".replace("po7", "c-1"))).status_code == 200
    assert fake_dead_letters.calls == [expected, expected]


async def test_list_shows_causes_and_escapes_them(client: httpx.AsyncClient) -> None:
    page = (await client.get("/operations/letters")).text
    assert FIRST.id in page
    assert "all open: order 2" in page
    assert XSS_PAYLOAD not in page
    assert html.escape(XSS_PAYLOAD, quote=False) in page


async def test_letter_shows_what_is_in_it_and_what_stands_before_it(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get(f"/operations/letters/{SECOND.id}")).text
    assert XSS_PAYLOAD not in page
    assert "are redriven first" in page
    assert (await client.get("/operations/letters/order-nothing")).status_code == 404


async def test_redrive_names_all_that_goes_before_anything_does(
    client: httpx.AsyncClient, fake_dead_letters: FakeDeadLetters
) -> None:
    form = {"what": "redrive", "letter": [SECOND.id, "order-gone"]}
    page = (await client.post("/operations/letters/confirm", data=form)).text
    assert page.index(FIRST.id) < page.index(SECOND.id)
    assert page.count("included:") == 1
    assert "order-gone</strong>: its topic no longer keeps it" in page
    assert fake_dead_letters.calls == []


async def test_exactly_what_was_confirmed_is_sent_and_each_is_told_about(
    client: httpx.AsyncClient, fake_dead_letters: FakeDeadLetters
) -> None:
    form = {"letter": [FIRST.id, SECOND.id]}
    page = (await client.post("/operations/letters/redrive", data=form)).text
    assert fake_dead_letters.calls == [([FIRST.id, SECOND.id], "csr:olga", {})]
    assert page.count("not redriven.") == 2
    assert XSS_PAYLOAD not in page


async def test_drop_keeps_why(
    client: httpx.AsyncClient, fake_dead_letters: FakeDeadLetters
) -> None:
    form = {"letter": [FIRST.id], "note": " A test "}
    page = (await client.post("/operations/letters/drop", data=form)).text
    assert fake_dead_letters.calls == [([FIRST.id], "csr:olga", "A test")]
    assert f'data-gone="{FIRST.id}"' in page


async def test_settled_letter_is_not_settled_twice(
    client: httpx.AsyncClient, fake_dead_letters: FakeDeadLetters
) -> None:
    fake_dead_letters.dead_letters = [replace(FIRST, state="redriven", by="cli:root")]
    for what in ("redrive", "drop"):
        form = {"what": what, "letter": [FIRST.id]}
        page = (await client.post("/operations/letters/confirm", data=form)).text
        assert "already redriven by cli:root" in page
        assert 'type="submit"' not in page


async def test_more_letters_than_a_page_looks_at(
    client: httpx.AsyncClient, fake_dead_letters: FakeDeadLetters
) -> None:
    fake_dead_letters.fails = TooMany(50_000)
    for path in ("/operations/letters", "/api/dead-letters"):
        answer = await client.get(path)
        assert answer.status_code == 409
        assert "There are 50000 dead letters" in answer.text


async def test_api_refuses_what_makes_no_sense(client: httpx.AsyncClient) -> None:
    for body in ({}, {"letters": []}, {"letters": ["a b"]}, {"letters": ["x"] * 101}):
        answer = await client.post("/api/redrives", json=body)
        assert answer.status_code == 422, body


async def test_api_says_what_became_of_each(
    client: httpx.AsyncClient, fake_dead_letters: FakeDeadLetters
) -> None:
    body = {"letters": ["x-1"], "with_earlier": True}
    answer = await client.post("/api/redrives", json=body)
    assert answer.json() == [
        {"letter_id": "x-1", "outcome": "refused", "code": "masked", "message": XSS_PAYLOAD}
    ]
    assert fake_dead_letters.calls == [(["x-1"], "csr:olga", {"with_earlier": True})]
