"""A draft's page during a call: items, address and coupon without a dialog, by keyboard."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.builders import send_cart_command
from tests.browser.person import Person
from tests.browser.test_by_phone import _knows, _sells
from tests.e2e.system import System
from tests.polling import eventually

pytestmark = pytest.mark.engines


@pytest.fixture
def known(system: System, supervisor: Person, tmp_path: Path) -> tuple[str, str]:
    """An article with ten units in Seattle, and a customer with an address: their names."""
    name = uuid4().hex[:8]
    _sells(system, tmp_path / "catalog.csv", f"SKU-{name}", name, "39.50")
    system.receive(f"SKU-{name}", 10)
    _knows(system, name, f"Thelma {name.upper()}")
    eventually(lambda: name.upper() in supervisor.reads(f"/customers?search={name}"), within=30)
    eventually(lambda: name in supervisor.reads(f"/products?search={name}&market=US"), within=30)
    return name, f"cu-{name}"


def _draft(supervisor: Person, customer: str) -> str:
    cart = f"draft-{uuid4().hex[:8]}"
    with supervisor.desk.tool("csr") as tool:
        send_cart_command(tool, "create-draft", cart_id=cart, market="US", customer_id=customer)
    eventually(lambda: supervisor.desk.shows(f"/carts/{cart}"))
    supervisor.go(f"/carts/{cart}")
    return cart


def test_order_by_keyboard_alone(supervisor: Person, known: tuple[str, str]) -> None:
    page, (name, customer) = supervisor.page, known
    _draft(supervisor, customer)
    search = page.get_by_label("Find an item")
    search.focus()
    page.keyboard.type(f"SKU-{name}")
    expect(page.locator(".products")).to_contain_text("10 available")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Quantity")).to_be_focused()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    supervisor.sees(f"Dress {name}", "$474.00", "10 available", "would wait for stock")
    expect(search).to_be_focused()
    expect(search).to_have_value("")
    page.get_by_role("button", name=re.compile("1 Pike Pl")).focus()
    page.keyboard.press("Enter")
    supervisor.sees("Change address")
    page.get_by_role("button", name="Create Order", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/orders/draft-"))

    _draft(supervisor, customer)
    supervisor.sees("Earlier orders")
    page.get_by_role("button", name=re.compile("^Add these items")).click()
    expect(page.locator("#sums + dl")).to_contain_text("$474.00")


def test_what_is_half_typed_survives_a_reload(supervisor: Person, known: tuple[str, str]) -> None:
    page = supervisor.page
    _draft(supervisor, known[1])
    page.get_by_label("Find an item").fill("SUMM")
    page.get_by_text("Enter a new address").click()
    city = page.get_by_role("textbox", name="City")
    city.fill("Portl")
    page.reload()
    expect(page.get_by_label("Find an item")).to_have_value("SUMM")
    expect(city).to_have_value("Portl")


def test_blockers_stand_beside_create_order(supervisor: Person, known: tuple[str, str]) -> None:
    _draft(supervisor, known[1])
    hint = supervisor.page.locator("aside .hint")
    expect(hint).to_contain_text(re.compile("line|item", re.IGNORECASE))
