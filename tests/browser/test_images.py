"""The screenshots in docs/images: `make images` takes them, every run checks them."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PATIENCE
from tests.browser.person import Person
from tests.desk import Desk
from tests.e2e.system import ADDRESS, System, cart, converted
from tests.processes import PROJECT

pytestmark = pytest.mark.engines

IMAGES = PROJECT / "docs" / "images"
NAMES = ("orders.png", "order.png")
SIZE = {"width": 1280, "height": 800}
MAX_BYTES = 200_000
BUYERS = (
    ("Mercy Taylor", "Seattle"), ("Noah Berg", "Portland"), ("Aiko Tanaka", "Denver"),
    ("Grace Hopper", "Boston"), ("Tomás Rivera", "Austin"), ("Ida Lindqvist", "Chicago"),
    ("Samuel Okafor", "Atlanta"), ("Lena Fischer", "Madison"), ("Priya Nair", "San Jose"),
)  # fmt: skip
GOODS = (("LINEN-DRESS", "Linen dress", "39.50"), ("TEA-MUG", "Tea mug, stoneware", "12.00"))


@pytest.fixture
def orders(system: System) -> list[str]:
    """Orders in several statuses, the last one the richest."""
    system.receive(GOODS[0][0], 14)
    system.receive(GOODS[1][0], 100)
    made = [f"shop-{uuid4().hex[:8]}" for _ in BUYERS]
    for n, (order, (name, city)) in enumerate(zip(made, BUYERS, strict=True)):
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
        content = cart(order, shipment, paid=False, customer=buyer, payments=[paid])
        system.cluster.produce([converted(content)])
        system.event(order, "order.placed")
    for order in made[:3]:
        system.event(order, "shipment.inventory-assigned")
        system.do("shipment.release", order, "1")
    for order in made[:2]:
        system.do("shipment.add-to-picklist", order, "1")
        system.do("shipment.complete", order, "1", tracking_number="1Z-0001")
        system.event(order, "order.completed")
    system.do("order.hold", made[3])
    system.event(made[3], "order.held")
    return made


def _take(page: Page, name: str) -> None:
    picture = Image.open(io.BytesIO(page.screenshot()))
    IMAGES.mkdir(exist_ok=True)
    picture.convert("RGB").quantize(96).save(IMAGES / name, optimize=True)


def test_screenshots_are_taken(
    request: pytest.FixtureRequest, browser: Browser, desk: Desk
) -> None:
    """Only with `--write-images`: it writes into docs/images."""
    if not request.config.getoption("--write-images"):
        pytest.skip("make images takes them")
    orders: list[str] = request.getfixturevalue("orders")
    context = browser.new_context(viewport=SIZE, locale="en-US", timezone_id="America/New_York")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    person: Any = Person(context.new_page(), desk).sign_in("supervisor")
    person.go("/orders")
    person.sees("Grace Hopper")
    _take(person.page, "orders.png")
    person.opens(orders[2])
    person.sees("Linen dress")
    _take(person.page, "order.png")
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_screenshot_is_small_and_shown_in_the_readme(name: str) -> None:
    assert (IMAGES / name).stat().st_size < MAX_BYTES
    assert f"docs/images/{name}" in (PROJECT / "README.md").read_text(encoding="utf-8")
