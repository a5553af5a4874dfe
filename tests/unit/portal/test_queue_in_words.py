"""A page that says why a shipment can't be released says who is before it in the queue."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from services.portal.command_client import Submission
from services.portal.projections.orders import ORDERS
from services.portal.projections.projection import Document
from shared.contracts import Message, shipments
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Action, Reason, Reply
from tests.unit.portal.builders import NOW, Stream, about, placed, shipment
from tests.unit.portal.fake_database import FakeDatabase, portal_over

LACK = blocker("no-inventory", warehouse="seattle", items="SKU-1 (0 of 2)", skus="SKU-1")
QUEUE = "In the queue it is number 2 for SKU-1, after PO1000001 (wants 2)."


def waiting(number: int) -> Document:
    """An order whose first shipment waits; the higher its number, the later it asked."""
    order_id = f"c-{number}"
    at = NOW + timedelta(minutes=number)
    named = {"order_id": order_id, "order_number": f"PO100000{number}"}
    short = (shipments.Shortage(sku="SKU-1", wanted=2, available=0),)
    told = (
        about(shipments.AwaitingInventory, "AwaitingInventory", "s-9", **named),
        about(shipments.InventoryRequested, "AwaitingInventory", "s-9", **named),
        about(shipments.Backordered, "AwaitingInventory", "s-9", short=short, **named),
    )
    order = placed(order_id, named["order_number"], shipments=(shipment("s-9"),))
    document = ORDERS.new(order_id)
    for fact in (*Stream(at).tell(order).facts, *Stream(at).tell(*told).facts):
        ORDERS.apply(document, fact)
    ORDERS.finish(document)
    return document


class _Commands:
    """The shipment service, which knows nothing of the queue."""

    async def query(self, _: Message, *__: object) -> Reply:
        action = Action(action="shipment.release", subject="s-9", allowed=False, blockers=(LACK,))
        return Reply(command_id="m", outcome="accepted", actions=(action,))

    async def submit(self, *_: object, **__: object) -> Submission:
        return Submission("m", Reply(command_id="m", outcome="rejected", reason=Reason.of(LACK)))


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    level = {"on_hand": 1, "allocated": 0, "backordered": 4}
    stock = {"_id": "seattle/SKU-1", "warehouse": "seattle", "sku": "SKU-1", "level": level}
    database = FakeDatabase(orders=[waiting(2), waiting(1)], stock=[stock])
    async with portal_over(database, _Commands()) as made:
        yield made


async def test_the_button_says_who_came_first(client: httpx.AsyncClient) -> None:
    page = html.unescape((await client.get("/orders/c-2")).text)
    assert f'data-why="{LACK.message} {QUEUE}' in page
    first = html.unescape((await client.get("/orders/c-1")).text)
    assert "In the queue it is first for SKU-1." in first


async def test_so_does_the_refusal(client: httpx.AsyncClient) -> None:
    form = {"order_id": "c-2", "shipment_id": "s-9", "csrf": "csrf"}
    headers = {"Origin": "http://localhost", "X-CSRF-Token": "csrf"}
    answer = await client.post("/do/shipment.release", data=form, headers=headers)
    assert answer.status_code == 409
    assert QUEUE in html.unescape(answer.text)
