"""The page of an order as people with different roles get it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from services.portal.projections.orders import ORDERS
from services.portal.projections.timeline import entry_of
from services.portal.web.order.page import DIALOGS
from services.portal.web.shell.presence import DOING
from shared.contracts import Message, orders
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Action, Reply
from tests.unit.portal.builders import NOW, Stream, opened, placed
from tests.unit.portal.fake_database import FakeDatabase, portal_over
from tests.unit.portal.test_shipment_labels import projected

OWES = blocker("not-paid.owes", outstanding="26.70", currency="USD")
NOTES = [
    orders.NoteAdded(order_id="c-1", note_id=f"n-{n}", text=f"Note {n}.", author="a", added_at=NOW)
    for n in range(120)
]
HEADERS = {"Origin": "http://localhost", "X-CSRF-Token": "csrf"}


class _Commands:
    """Services that allow everything but the release of the unpaid shipment."""

    async def query(self, _: Message, *__: object) -> Reply:
        action = Action(action="shipment.release", subject="1", allowed=False, blockers=(OWES,))
        return Reply(command_id="m", outcome="accepted", actions=(action,))


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    told = Stream().tell(placed(), *NOTES, actor="csr:anna").facts
    other = Stream().tell(placed("c-2", "PO1000002")).facts
    database = FakeDatabase(
        orders=[
            projected(ORDERS, *told, *Stream().tell(opened()).facts),
            projected(ORDERS, *other),
        ],
        timeline=[entry_of(fact, "c-1") for fact in told],
        presence=[
            {"order": "c-1", "account": "anna", "doing": ""},
            {"order": "c-1", "account": "bob <b>", "doing": "edit-shipment"},
            {"order": "c-2", "account": "eve", "doing": ""},
        ],
    )
    async with portal_over(database, _Commands()) as made:
        yield made


async def test_one_button_moves_the_order_on(client: httpx.AsyncClient) -> None:
    for tab in ("details", "notes", "timeline"):
        page = (await client.get(f"/orders/c-1?tab={tab}")).text
        main = page.partition("<main")[2]
        assert main.count("btn-primary") == 1, tab
        assert "Waiting for payment of $26.70." in main


async def test_a_blocked_button_carries_the_way_out(client: httpx.AsyncClient) -> None:
    page = (await client.get("/orders/c-1")).text
    [ways] = {html.unescape(found) for found in re.findall(r'data-ways="([^"]+)"', page)}
    way = {"label": "Add Payment", "href": "/orders/c-1", "action": "payment.add"}
    assert json.loads(ways) == [way]
    assert 'data-action="payment.add"' in page


async def test_the_customers_other_orders_are_listed(client: httpx.AsyncClient) -> None:
    page = (await client.get("/orders/c-1")).text
    assert '<a href="/orders/c-2">PO1000002</a>' in page
    assert '<a href="/orders/c-1">PO1000001</a>' not in page


async def test_long_lists_come_in_parts(client: httpx.AsyncClient) -> None:
    timeline = (await client.get("/orders/c-1?tab=timeline")).text
    assert timeline.count('<li class="entry">') == 50
    answer = await client.get("/orders/c-1/entries?begin=50")
    address = answer.headers["HX-Replace-Url"]
    assert (await client.get(address)).text.count('<li class="entry">') == 100
    more = (await client.get("/orders/c-1/entries?begin=100")).text
    assert more.count('<li class="entry">') == 21
    assert "Show older entries" not in more
    whole = (await client.get("/orders/c-1?tab=timeline&entries=all")).text
    assert whole.count('<li class="entry">') == 121
    notes = (await client.get("/orders/c-1?tab=notes")).text
    assert "Show all 121 notes" in notes
    assert "Note 119." in notes
    assert "Note 20." not in notes
    assert "Note 0." in (await client.get("/orders/c-1?tab=notes&notes=all")).text
    assert (await client.get("/orders/unknown/entries")).status_code == 404


async def test_others_are_named_with_what_they_do(client: httpx.AsyncClient) -> None:
    answer = await client.post("/orders/c-1/presence", headers=HEADERS)
    [shown] = re.findall(r"</svg>([^/]+)</span>", answer.text)
    assert shown == "bob &lt;b&gt; is also looking at this order, editing an address"
    left = await client.post("/orders/c-1/presence", headers=HEADERS, data={"left": "true"})
    assert (left.status_code, left.text) == (204, "")
    unknown = await client.post("/orders/unknown/presence", headers=HEADERS)
    assert unknown.status_code == 404


def test_whoever_has_a_dialog_open_is_doing_something() -> None:
    assert set(DIALOGS) | {"note"} == set(DOING)
