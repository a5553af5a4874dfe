"""A small shop, with orders in several statuses, for the screenshots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.browser.pages import job_about
from tests.desk import Desk
from tests.e2e.system import ADDRESS, System, cart, converted
from tests.e2e.test_by_phone import import_catalog
from tests.polling import eventually

BUYERS = (
    ("Mercy Taylor", "Seattle"), ("Noah Berg", "Portland"), ("Aiko Tanaka", "Denver"),
    ("Grace Hopper", "Boston"), ("Tomás Rivera", "Austin"), ("Ida Lindqvist", "Chicago"),
    ("Samuel Okafor", "Atlanta"), ("Lena Fischer", "Madison"), ("Priya Nair", "San Jose"),
    ("Owen Clarke", "Boise"), ("Hana Novak", "Tucson"), ("Femi Adeyemi", "Oakland"),
)  # fmt: skip
ROLES = ("supervisor", "warehouse", "operator")
GOODS = (("LINEN-DRESS", "Linen dress", "39.50"), ("TEA-MUG", "Tea mug, stoneware", "12.00"))


@dataclass(frozen=True)
class Shop:
    """The ids of what the screenshots show."""

    shipped: str
    released: str
    draft: str
    job: str
    account: str  # who started the job


def open_shop(system: System, desk: Desk, folder: Path) -> Shop:
    """Sells some goods to some people; the first orders have come furthest."""
    file = folder / "catalog.csv"
    rows = [f'{sku},"{name}",Made to last,,{price}' for sku, name, price in GOODS]
    file.write_text("\n".join(["sku,name,description,url,price_US", *rows]), encoding="utf-8")
    import_catalog(system, file)
    system.receive(GOODS[0][0], 18)
    system.receive(GOODS[1][0], 100)
    made = [_place(system, n, *buyer) for n, buyer in enumerate(BUYERS)]
    for order in made[:5]:
        system.event(order, "shipment.inventory-assigned")
        system.do("shipment.release", order, "1")
    for order in made[:2]:
        system.do("shipment.add-to-picklist", order, "1")
        system.do("shipment.complete", order, "1", tracking_number="1Z-0001")
        system.event(order, "order.completed")
    for order in made[5:7]:
        system.do("order.hold", order, reason="The customer asks to wait")
    system.do("order.cancel", made[7])
    system.event(made[7], "order.canceled")
    note = "Called, and asked to leave the parcel with the neighbour."
    system.do("order.add-note", made[2], text=note)
    job = job_about(desk, *made[8:], roles=ROLES)
    with desk.tool(*ROLES) as tool:
        account = tool.get(f"/api/bulk-jobs/{job}").json()["by"]
    return Shop(made[0], made[2], _draft(desk), job, account)


def _place(system: System, n: int, name: str, city: str) -> str:
    order = f"shop-{uuid4().hex[:8]}"
    lines = [
        {"sku": sku, "name": item, "quantity": 1 + (n + m) % 3, "placed_price": price}
        for m, (sku, item, price) in enumerate(GOODS)
    ]
    shipment = {
        "shipping_method": "standard",
        "shipping_cost": "4.90",
        "address": {**ADDRESS, "name": name, "city": city},
        "lines": lines,
    }
    total = sum(float(each["placed_price"]) * each["quantity"] for each in lines) + 4.90
    paid = {
        "payment_id": "p-1",
        "method": "credit-card",
        "transaction_type": "Authorization",
        "amount": f"{total:.2f}",
        "status": "Processed",
        "reference": f"psp_{n}f3",
    }
    buyer = {"name": name, "email": f"{name.split()[0].lower()}@example.com"}
    content = cart(
        order,
        shipment,
        paid=False,
        customer=buyer,
        payments=[paid] if n != 8 else [],
        converted_at=(datetime.now(UTC) - timedelta(minutes=50 * (len(BUYERS) - n))).isoformat(),
    )
    system.cluster.produce([converted(content)])
    system.event(order, "order.placed")
    return order


def _draft(desk: Desk) -> str:
    """An order that is being taken by phone."""
    draft, customer = f"draft-{uuid4().hex[:8]}", f"cu-{uuid4().hex[:8]}"
    with desk.tool("supervisor") as tool:

        def give(command: str, /, **fields: Any) -> None:
            where, wait = f"/api/commands/{command}", {"Prefer": "wait=30"}
            answer = tool.post(where, json=fields, headers=wait)
            assert answer.status_code == 200, answer.text

        give("customer.create", customer_id=customer, name="Thelma Hayes", email="th@example.com")
        give("customer.add-address", customer_id=customer, address_id="home", address=ADDRESS)
        give("cart.create-draft", cart_id=draft, market="US", customer_id=customer)
        where = {"shipment_id": "1", "address": ADDRESS, "shipping_method": "standard"}
        give("cart.set-shipment", cart_id=draft, **where)
        for n, (sku, name, price) in enumerate(GOODS, 1):
            goods = {"sku": sku, "name": name, "quantity": n, "placed_price": price}
            give("cart.add-line", cart_id=draft, shipment_id="1", line_id=str(n), **goods)
    eventually(lambda: desk.shows(f"/carts/{draft}"))
    return draft
