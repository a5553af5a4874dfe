"""The stock page of a warehouse in which hundreds of shipments wait for one article."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.portal.app import Portal
from services.portal.auth.guard import COOKIE
from services.portal.auth.sessions import Person
from services.portal.projections.facts import Entry
from services.portal.queries.models.details import OrderDetails, Shipment, Short
from services.portal.queries.queue import waits_for
from services.portal.settings import PortalSettings
from shared.contracts import shipments
from tests.integration.portal.models import Models, stages
from tests.unit.given import SITE
from tests.unit.portal.builders import ITEMS, NOW, Stream, about, placed

pytestmark = pytest.mark.engines

WAITING = 600


class Sessions:
    """Stands for the sessions: whoever comes is a supervisor of the warehouse."""

    async def find(self, token: str) -> Person:
        return Person("anna", ("supervisor", "warehouse"), csrf="secret")


@pytest.fixture
async def client(models: Models) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of somebody who is signed in."""
    portal: Any = Portal(PortalSettings(portal_secure_cookies=False), SITE)
    portal.sessions, portal.queries = Sessions(), models.queries
    transport = httpx.ASGITransport(app=portal.http._app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost", cookies={COOKIE: "anna"}
    ) as made:
        yield made


def waits(number: int, sku: str = "SKU-1") -> list[Stream]:
    """An order whose shipment waits for an article; a higher number waits for a shorter time."""
    short = (shipments.Shortage(sku=sku, wanted=2, available=1),)
    told = Stream(NOW + timedelta(minutes=number))
    for kind in (
        shipments.AwaitingInventory,
        shipments.InventoryRequested,
        shipments.Backordered,
    ):
        told.tell(
            about(kind, "AwaitingInventory", order_id=f"c-{number}", short=short, lines=ITEMS)
        )
    return [Stream().tell(placed(f"c-{number}", f"PO{1000000 + number}")), told]


async def filled(models: Models) -> None:
    """Orders that wait, told in batches, the latest of each batch first."""
    for begin in range(0, WAITING, 100):
        for number in reversed(range(begin, begin + 100)):
            await models.apply([fact for stream in waits(number) for fact in stream.facts])


async def test_hundreds_who_wait_are_shown_in_pages_by_their_place(
    models: Models, client: httpx.AsyncClient
) -> None:
    await filled(models)
    seen: list[str] = []
    where = "/warehouse/seattle/stock?sku=SKU-1"
    while where:
        answer = await client.get(where)
        assert answer.status_code == 200
        assert len(answer.content) < 30_000
        rows = re.findall(
            r'<td class="num">(\d+)</td><td class="num">2</td><td><a href="/orders/c-(\d+)"',
            answer.text,
        )
        assert [(int(place), int(order) + 1) for place, order in rows] == [
            (place, place) for place in range(len(seen) + 1, len(seen) + len(rows) + 1)
        ]
        seen += [order for _, order in rows]
        assert f"{len(seen)} of {WAITING}" in answer.text
        more = re.search(r'<a rel="next" href="([^"]+begin=\d+)"', answer.text)
        where = html.unescape(more[1]) if more else ""
    assert len(seen) == WAITING


async def test_a_shipment_far_back_in_the_queue_knows_how_many_come_first(models: Models) -> None:
    await filled(models)
    short = [Short(sku="SKU-1", wanted=2, available=1)]
    for number in (0, 2, WAITING - 1):
        shipment = Shipment.model_construct(
            shipment_id="1", status="AwaitingInventory", warehouse="seattle", short=short
        )
        order = OrderDetails.model_construct(order_id=f"c-{number}", shipments=[shipment])
        place = (await models.queries.stock.queue_positions(order))["1", "SKU-1"]
        assert [wait.number for wait in place.before] == [f"PO{1000000 + n}" for n in range(number)]


async def test_the_api_reads_on_behind_the_first_five_hundred(
    models: Models, client: httpx.AsyncClient
) -> None:
    await filled(models)
    read = "/api/warehouses/seattle/waiting"
    first = (await client.get(read)).json()
    rest = (await client.get(f"{read}?begin={len(first)}")).json()
    assert [wait["place"] for wait in first + rest] == list(range(1, WAITING + 1))


async def test_stock_is_found_by_any_part_of_an_items_name_or_the_beginning_of_its_sku(
    models: Models, client: httpx.AsyncClient
) -> None:
    named = {"A1": "Scarf, long", "B2": "A SKU-A1 case", "A7": "Q", "C3": "Straße scarf"}
    on_hand = {"on_hand": 4, "allocated": 1, "backordered": 0, "available": 3}
    for offset, (sku, name) in enumerate(named.items()):
        await models.apply(
            [
                Entry("catalog.variants", sku, offset, {"name": name}),
                Entry("stock.levels", f"seattle/{sku}", offset, on_hand),
                Entry("stock.levels", f"osaka/{sku}", offset, on_hand),
            ]
        )
        await models.apply_streams(*waits(offset, sku))
    levels = models.queries.stock.levels
    search = models.queries.products.with_name
    for typed, expected in (
        ("scarf", ["A1", "C3"]),
        ("CARF", ["A1", "C3"]),
        ("STRASSE", ["C3"]),
        ("A", ["A1", "A7"]),
        ("A1", ["A1"]),
        ("sku-a1", ["B2"]),
        ("q", ["A7"]),
        ("nothing", []),
        ("$ne", []),
        (".*", []),
    ):
        page = await levels("seattle", typed, named=await search(typed, 200))
        assert [level.sku for level in page.levels] == expected, typed
        answer = await client.get("/warehouse/seattle/stock", params={"sku": typed})
        shown = re.findall(r'<tr><th scope="row">([^<]+)</th>', answer.text)
        assert shown == expected * 2, typed  # the levels, and who waits
    first = await levels("seattle", "A", limit=2, named=["A1", "C3"])
    rest = await levels("seattle", "A", cursor=first.after, limit=2, named=["A1", "C3"])
    assert [level.sku for level in (*first.levels, *rest.levels)] == ["A1", "A7", "C3"]
    assert rest.after is None


async def test_quarantine_is_shown_where_there_is_some_and_can_be_released(
    models: Models, client: httpx.AsyncClient
) -> None:
    level = {"on_hand": 4, "allocated": 1, "backordered": 0}
    await models.apply([Entry("stock.levels", "seattle/A1", 1, level)])  # of before goods came back
    asks = "dialog/release-quarantine"
    assert asks not in (await client.get("/warehouse/seattle/stock?sku=A")).text
    await models.apply([Entry("stock.levels", "seattle/B2", 2, level | {"quarantined": 3})])
    page = (await client.get("/warehouse/seattle/stock")).text
    assert page.count(asks) == 1
    only = (await client.get("/warehouse/seattle/stock?only=quarantine")).text
    assert re.findall(r'<tr><th scope="row">([^<]+)</th>', only) == ["B2"]
    dialog = (await client.get("/warehouse/seattle/stock/dialog/release-quarantine?sku=B2")).text
    assert "3 units in quarantine" in dialog
    assert 'max="3"' in dialog
    assert re.findall(r'name="disposition" value="([^"]+)"', dialog) == ["restock", "write-off"]
    gone = (await client.get("/warehouse/seattle/stock/dialog/release-quarantine?sku=A1")).text
    assert "any more" in gone
    levels = (await client.get("/api/warehouses/seattle/stock")).json()["levels"]
    assert [each["quarantined"] for each in levels] == [0, 3]


@pytest.mark.parametrize("short", ["Q", "7", "ø", "AB"])
async def test_an_article_that_is_called_shortly_is_found(models: Models, short: str) -> None:
    await models.apply(
        [
            Entry("catalog.variants", "A", 1, {"name": short}),
            Entry("catalog.variants", "B", 2, {"name": f"{short}x"}),
            Entry("catalog.variants", "C", 3, {"name": short, "discontinued": True}),
        ]
    )
    search = models.queries.products.search
    assert [one.sku for one in await search(f" {short.lower()} ", "US")] == ["A"]
    assert [one.sku for one in await search("b", "US")] == ["B"]
    assert await search("", "US") == []


async def test_searches_for_stock_go_by_an_index(models: Models) -> None:
    await filled(models)
    for query in (waits_for("seattle"), waits_for("seattle", "SKU-1")):
        cursor = models.database["orders"].find(query).hint("shipments")
        told = (await cursor.explain())["queryPlanner"]["winningPlan"]
        assert set(stages(told)) == {"FETCH", "IXSCAN"}
