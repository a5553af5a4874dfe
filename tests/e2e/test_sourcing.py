"""Why a shipment comes from where it comes from: in the timeline, and before in a dry run."""

import re

import httpx
import pytest

from tests.desk import Desk
from tests.e2e.system import System, shipment
from tests.e2e.test_splitting import PAYMENT, split
from tests.polling import eventually

pytestmark = pytest.mark.engines


def timeline(csr: httpx.Client, order: str) -> str:
    """The text of the order page's timeline."""
    page = csr.get(f"/orders/{order}?tab=timeline").text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_timeline_says_why_a_shipment_was_split(
    system: System, desk: Desk, csr: httpx.Client, order: str, sku: str
) -> None:
    split(system, order, sku)
    eventually(lambda: "Inventory assigned to shipment 2" in timeline(csr, order), within=30)
    text = timeline(csr, order)
    assert (
        "Shipment 1 was split, as no warehouse has all of it "
        "(Rotterdam: 2 of 3; Coventry: 1 of 3): "
        "shipment 1 from Rotterdam (2); shipment 2 from Coventry (1)"
    ) in text


def test_timeline_says_why_another_warehouse_sends(
    system: System, desk: Desk, csr: httpx.Client, order: str, sku: str
) -> None:
    system.receive(sku, 2, "rotterdam")
    system.receive(sku, 3, "coventry")
    parcel = shipment(sku, 3, shipping_cost="49.00")
    system.place(order, parcel, market="SE", currency="SEK", payments=[PAYMENT])
    system.event(order, "shipment.inventory-assigned", "1")
    eventually(lambda: "Inventory assigned to shipment 1" in timeline(csr, order), within=30)
    text = timeline(csr, order)
    assert (
        "Inventory assigned to shipment 1 in Coventry "
        "(Rotterdam: 2 of 3; Coventry: all, second priority)"
    ) in text


def test_dry_run_foresees_the_split_that_then_happens(
    system: System, desk: Desk, order: str, sku: str
) -> None:
    system.receive(sku, 2, "rotterdam")
    system.receive(sku, 1, "coventry")
    parcel = shipment(sku, 2, shipping_cost="49.00")
    system.place(order, parcel, market="SE", currency="SEK", payments=[PAYMENT])
    system.event(order, "shipment.inventory-assigned", "1")
    edit = {"order_id": order, "shipment_id": "1", "line_id": "1", "quantity": 3}

    def sends() -> dict[str, int]:
        """What each warehouse would send, as far as the portal knows by now."""
        answer = tool.post("/api/commands/order.change-line?dry_run=1", json=edit)
        (found,) = answer.json().get("dry_run", {}).get("sourcing_preview", [{}])
        return {each["warehouse"]: each["sends"] for each in found.get("asked", ())}

    with desk.tool("csr") as tool:
        eventually(lambda: sends() == {"rotterdam": 2, "coventry": 1}, within=30)
    assert "lines-change-requested" not in system.names(order, "order.events")

    system.do("order.change-line", order, "1", line_id="1", quantity=3)
    split = system.event(order, "shipment.split").data
    (part,) = split["parts"]
    sent = {each["warehouse"]: each["lines"][0]["quantity"] for each in (split, part)}
    assert sent == {"rotterdam": 2, "coventry": 1}
