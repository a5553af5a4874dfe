"""The order's page and the stock's page say the same of who waits, and before whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.portal.queries.models.details import OrderDetails, Shipment, Short
from services.portal.queries.stock import Stock
from tests.integration.portal.models import Models
from tests.unit.given import NOW

pytestmark = pytest.mark.engines


def waiting(number: int, wanted: int) -> dict[str, object]:
    """An order's document as far as the queue reads it: one shipment short of one article."""
    since = NOW + timedelta(minutes=number)
    shipment = {
        "status": "AwaitingInventory", "warehouse": "seattle", "since": since, "asked_at": since,
        "short": [{"sku": "TEA-MUG", "wanted": wanted, "available": 0}],
    }  # fmt: skip
    brief = {"status": "AwaitingInventory", "warehouse": "seattle", "waits_for": ["TEA-MUG"]}
    row = {"number": f"PO{number}", "customer": None, "created": since, "listed": True}
    return {
        "_id": f"c-{number}",
        "row": {**row, "shipments": [{**brief, "since": since}]},
        "order": {"shipments": [{"shipment_id": "1"}]},
        "shipment": {"shipments": {"1": shipment}},
    }


async def test_who_came_first_is_served_first_on_both_pages(models: Models) -> None:
    """Five are there; the first wants eight of them, the second two."""
    database = models.database
    await database["orders"].insert_many([waiting(1, 8), waiting(2, 2)])
    level = {"on_hand": 5, "allocated": 0, "backordered": 10, "sequence": 1}
    await database["stock"].insert_one(
        {"_id": "seattle/TEA-MUG", "warehouse": "seattle", "sku": "TEA-MUG", "fact": level}
    )
    stock = Stock(database)
    queue = (await stock.waiting("seattle", "TEA-MUG")).waiting
    assert [(wait.number, wait.wanted) for wait in queue] == [("PO1", 8), ("PO2", 2)]
    for number, before in ((1, []), (2, ["PO1"])):
        order = OrderDetails.model_construct(order_id=f"c-{number}", shipments=[_shipment()])
        place = (await stock.queue_positions(order))["1", "TEA-MUG"]
        assert place.available == 5
        assert [wait.number for wait in place.before] == before


def _shipment() -> Shipment:
    short = [Short(sku="TEA-MUG", wanted=1, available=0)]
    return Shipment.model_construct(
        shipment_id="1", status="AwaitingInventory", warehouse="seattle", short=short
    )
