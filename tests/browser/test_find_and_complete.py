"""Finding a cart again, and addresses that complete themselves while somebody types."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.builders import send_cart_command
from tests.browser.person import Person
from tests.browser.test_by_phone import _knows
from tests.e2e.system import ADDRESS, System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines

FORMER = {**ADDRESS, "name": "Reception <b>2</b>", "line1": "77 Former Road", "city": "Tacoma"}


@pytest.fixture
def customer(system: System, supervisor: Person, order: str, sku: str) -> str:
    """Somebody with an address in the book, and another one of a former order: the name."""
    name = uuid4().hex[:8]
    _knows(system, name, f"Thelma {name.upper()}")
    who = {"customer_id": f"cu-{name}", "name": f"Thelma {name.upper()}"}
    system.place(order, shipment(sku, address=FORMER), customer=who)
    eventually(lambda: supervisor.desk.knows(order), within=30)
    eventually(lambda: name.upper() in supervisor.reads(f"/customers?search={name}"), within=30)
    return name


def _draft(supervisor: Person, customer_id: str | None) -> str:
    cart = f"draft-{uuid4().hex[:8]}"
    more = {"customer_id": customer_id} if customer_id else {}
    with supervisor.desk.tool("csr") as tool:
        send_cart_command(tool, "create-draft", cart_id=cart, market="US", **more)
    eventually(lambda: supervisor.desk.shows(f"/carts/{cart}"), within=30)
    supervisor.go(f"/carts/{cart}")
    return cart


def _opens_address_fields(page: Page) -> None:
    if not page.get_by_role("textbox", name="City").is_visible():
        page.get_by_text("Enter a new address").click()


@pytest.mark.parametrize("width", [1280, 390])
def test_known_address_is_completed_by_keyboard(
    supervisor: Person, customer: str, width: int
) -> None:
    page = supervisor.page
    page.set_viewport_size({"width": width, "height": 800})
    _draft(supervisor, f"cu-{customer}")
    _opens_address_fields(page)
    street = page.locator("input[name='address.line1']")
    street.focus()
    expect(street).to_have_role("combobox")
    page.keyboard.type("77 for")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options).to_have_count(1)
    expect(options).to_contain_text("Reception <b>2</b>")  # as text, not as markup
    expect(street).to_have_attribute("aria-expanded", "true")
    box, screen = page.get_by_role("listbox").bounding_box(), page.viewport_size
    assert box
    assert screen
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= screen["width"]

    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(street).to_have_value("77 for")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    if street.get_attribute("aria-activedescendant") is None:  # the answer came after the key
        expect(options).to_have_count(1)
        page.keyboard.press("ArrowDown")
    expect(options).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("input[name='address.city']")).to_have_value("Tacoma")
    expect(page.locator("input[name='address.name']")).to_have_value(FORMER["name"])
    expect(page.locator("select[name='address.country']")).to_have_value("US")
    expect(street).to_be_focused()
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_escape_closes_the_suggestions_and_then_the_dialog(
    supervisor: Person, customer: str
) -> None:
    page = supervisor.page
    supervisor.go(f"/customers/cu-{customer}")
    supervisor.click("Add Address")
    name = supervisor.dialog.locator("input[name='address.name']")
    name.press_sequentially("recep")
    option = supervisor.dialog.get_by_role("listbox").get_by_role("option")
    expect(option).to_be_visible()
    page.keyboard.press("Escape")
    expect(supervisor.dialog.locator(".suggestions")).to_be_hidden()
    expect(supervisor.dialog).to_be_visible()
    name.press_sequentially("t")
    option.click()
    expect(supervisor.dialog.locator("input[name='address.line1']")).to_have_value("77 Former Road")
    page.keyboard.press("Escape")
    expect(supervisor.dialog).to_be_hidden()


def test_nothing_is_offered_for_an_anonymous_cart(supervisor: Person) -> None:
    page = supervisor.page
    _draft(supervisor, None)
    _opens_address_fields(page)
    page.locator("input[name='address.line1']").press_sequentially("77 for")
    expect(page.locator("[data-suggests], [role=listbox]:visible")).to_have_count(0)


def test_carts_are_found_while_typing(supervisor: Person, customer: str) -> None:
    page = supervisor.page
    cart = _draft(supervisor, f"cu-{customer}")
    supervisor.go("/carts")
    search = page.get_by_label("Search carts")
    search.press_sequentially(f"%{customer[:6]}")
    found = page.get_by_role("region", name="Carts found")
    expect(found.get_by_role("status")).to_have_text("1 cart")
    expect(found.get_by_role("link", name=cart)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/carts\?q=%25"))
    search.fill(f"no-{cart}")
    expect(found).to_contain_text("No carts match this search.")
    search.fill(cart.upper())
    expect(found.get_by_role("row", name=cart)).to_contain_text("Cart")
    page.get_by_role("link", name="Remove: Search").click()
    expect(search).to_have_value("")
