"""The safety stock and expected goods, on the stock page and to whoever waits."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from services.portal.projections.orders import ORDERS
from services.portal.projections.projection import Document
from services.portal.queries.stock import Stock
from shared.contracts import shipments
from shared.contracts.shipments import Shortage
from tests.unit.portal.builders import PIKE, Stream, placed
from tests.unit.portal.fake_database import FakeDatabase, portal_over
from tests.unit.portal.test_order_page_shown import _Commands
from tests.unit.portal.test_shipment_labels import projected

ABOUT = {"order_id": "c-1", "shipment_id": "1", "warehouse": "seattle"}
NEW = shipments.AwaitingInventory(
    **ABOUT,
    status="AwaitingInventory",
    order_number="PO1000001",
    market="US",
    shipping_method="standard",
    address=PIKE,
    lines=(),
    preorder=False,
)
SHORT = shipments.Backordered(
    **ABOUT,
    status="AwaitingInventory",
    short=(Shortage(sku="SKU-1", wanted=2, available=0),),
)


def level(warehouse: str, *expected: tuple[str, int], safety: int = 0) -> Document:
    receipts = [{"expected_on": day, "quantity": quantity} for day, quantity in expected]
    numbers = {"on_hand": 5, "allocated": 1, "backordered": 2, "sequence": 3}
    fact = {**numbers, "available": 4 - safety, "safety": safety, "expected": receipts}
    name = f"{warehouse}/SKU-1"
    return {"_id": name, "warehouse": warehouse, "sku": "SKU-1", "fact": fact}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    order = projected(ORDERS, *Stream().tell(placed()).facts, *Stream().tell(NEW, SHORT).facts)
    database = FakeDatabase(
        orders=[order],
        stock=[
            level("seattle", ("2026-12-24", 60), safety=3),
            level("osaka", ("2026-12-01", 7)),
        ],
    )
    async with portal_over(database, _Commands()) as made:
        yield made


async def test_the_stock_page_shows_both(client: httpx.AsyncClient) -> None:
    page = (await client.get("/warehouse/seattle/stock")).text
    row = page.partition('<th scope="row">SKU-1</th>')[2].partition("</tr>")[0]
    numbers = [cell.partition("</td>")[0] for cell in row.split('<td class="num">')[1:]]
    assert numbers[:4] == ["5", "1", "3", "1"]
    assert "60 on 24 Dec 2026" in row


async def test_who_waits_sees_what_the_markets_warehouses_expect(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/orders/c-1")).text
    assert "Expected: 60 on 24 Dec 2026 in Seattle." in page
    assert "Osaka" not in page.partition("Expected:")[2].partition("</ul>")[0]


@pytest.mark.parametrize(
    ("dialog", "text"),
    [
        ("set-safety", "Safety stock of SKU-1 now: 3"),
        ("expect", "60 on 24 Dec 2026"),
        ("count", "SKU-1 on hand now: 5"),
    ],
)
async def test_the_dialogs_show_the_level(
    client: httpx.AsyncClient, dialog: str, text: str
) -> None:
    page = (await client.get(f"/warehouse/seattle/stock/dialog/{dialog}?sku=SKU-1")).text
    assert text in page
    assert f'hx-post="/do/stock.{dialog}"' in page


async def test_a_level_from_before_has_neither() -> None:
    numbers = {"on_hand": 5, "allocated": 1, "backordered": 0, "sequence": 3}
    old = {"_id": "seattle/SKU-1", "warehouse": "seattle", "sku": "SKU-1", "fact": numbers}
    (found,) = await Stock(FakeDatabase(stock=[old])).of("SKU-1")  # type: ignore[arg-type]
    assert (found.available, found.safety, found.expected) == (4, 0, [])
