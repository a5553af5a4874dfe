"""The page of an order: who else is there, the list around it, copies, ways out, the timeline."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PATIENCE
from tests.browser.person import Person
from tests.desk import Desk
from tests.e2e.system import System, shipment

pytestmark = pytest.mark.engines


def test_people_on_two_portals_see_each_other(
    system: System, supervisor: Person, browser: Browser, order: str, sku: str
) -> None:
    system.place(order, shipment(sku))
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE)
    other = Person(context.new_page(), Desk(system.cluster)).sign_in("supervisor")
    supervisor.opens(order)
    other.opens(order)
    seen = supervisor.page.locator("#presence")
    expect(seen).to_contain_text("is also looking at this order")
    expect(other.page.locator("#presence")).to_contain_text("is also looking at this order")
    other.choose("Options of shipment 1", "Edit")
    expect(seen).to_contain_text("editing an address")
    other.click("Close", other.dialog)
    expect(seen).not_to_contain_text("editing")
    context.close()
    expect(seen).to_be_empty(timeout=45_000)  # at once, or when it was silent for 40 seconds


def test_the_list_that_one_came_from_stays_at_hand(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    ids = [f"{order}-1", order]
    for each in ids:
        system.place(each, shipment(sku))
        supervisor.opens(each)
    page = supervisor.page
    expect(page.locator("#neighbours")).to_be_hidden()
    kept = {"address": "/orders?market=US", "ids": ids, "after": "next"}
    page.evaluate("list => sessionStorage.setItem('order-list', list)", json.dumps(kept))
    page.reload()
    expect(page.locator("#neighbours")).to_contain_text("2 of 2+")
    expect(page.locator("#back-to-list")).to_have_attribute("href", "/orders?market=US")
    page.keyboard.press("k")
    page.wait_for_url(f"**/orders/{ids[0]}")
    page.keyboard.press("j")
    page.wait_for_url(f"**/orders/{ids[1]}")
    supervisor.opens(order, "notes")
    text = page.get_by_label("New note")
    text.press_sequentially("kj[]")  # typed, not obeyed
    expect(text).to_have_value("kj[]")
    page.get_by_role("link", name="Previous order").click()
    page.wait_for_url(f"**/orders/{ids[0]}")


def test_a_number_is_copied(system: System, supervisor: Person, order: str, sku: str) -> None:
    system.place(order, shipment(sku))
    supervisor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    supervisor.opens(order)
    supervisor.click(f"Copy {sku}")
    expect(supervisor.page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert supervisor.page.evaluate("navigator.clipboard.readText()") == sku


def test_what_blocks_an_action_leads_to_what_resolves_it(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    system.place(order, shipment(sku), paid=False)
    supervisor.opens(order)
    page = supervisor.page
    expect(page.locator("main .btn-primary")).to_have_count(1)
    supervisor.sees("Waiting for payment of $20.00.")
    page.get_by_label("Options of shipment 1", exact=True).click()
    release = page.get_by_role("button", name="Release", exact=True)
    release.focus()
    page.keyboard.press("Enter")
    page.locator("#said").get_by_role("link", name="Add Payment").click()
    expect(supervisor.dialog).to_contain_text("Outstanding")
    page.keyboard.press("Escape")
    expect(supervisor.dialog).to_be_hidden()
    supervisor.click("Add a payment of $20.00")
    supervisor.dialog.get_by_label("Payment method").select_option("Telephone payment")
    supervisor.confirm("Save")
    supervisor.click("Release shipment 1", page.locator(".next"))
    supervisor.confirm("Release")
    supervisor.sees("Waiting for the warehouse Seattle to pack shipment 1.")


def test_the_timeline_is_filtered_by_keyboard(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    system.place(order, shipment(sku))
    supervisor.opens(order, "timeline")
    page = supervisor.page
    supervisor.sees("was placed", "Stock allocated")
    page.evaluate("window.same = true")
    money = page.get_by_role("link", name="Money")
    money.focus()
    page.keyboard.press("Enter")
    entries = page.locator("ol.timeline")
    expect(entries).not_to_contain_text("was placed")
    expect(entries).to_contain_text("Paid 20.00 USD")
    expect(money).to_be_focused()
    expect(money).to_have_attribute("aria-current", "true")
    assert page.evaluate("window.same")  # without loading the page again
    assert page.url.endswith("show=money")
