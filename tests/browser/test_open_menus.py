"""What somebody has opened on a page stays open when the order changes elsewhere."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.builders import MERCY
from tests.browser.person import Person
from tests.e2e.system import System, shipment

pytestmark = pytest.mark.engines


def menus_of(person: Person) -> Locator:
    """All menus of the page that refreshes itself."""
    return person.page.locator("#live details.menu:has(> ul > li)")


def test_every_menu_stays_open_when_the_order_changes(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    two = [shipment(sku), shipment(sku, shipment_id="2")]
    system.place(order, *two, **MERCY)
    supervisor.opens(order)
    page = supervisor.page
    expect(menus_of(supervisor)).not_to_have_count(0)
    menus = [each.is_visible() for each in menus_of(supervisor).all()]
    assert sum(menus) >= 4  # documents, each shipment, each line, ...
    for n, visible in enumerate(menus):
        if not visible:
            continue
        menu = menus_of(supervisor).nth(n)
        menu.locator("summary").click()
        old = menu.element_handle()
        system.do("order.add-note", order, text=f"Note {n}.")
        page.wait_for_function("old => !old.isConnected", arg=old)
        expect(menus_of(supervisor).nth(n).locator("ul")).to_be_visible()
        assert page.locator("#live details[open]").count() == 1
        page.keyboard.press("Escape")
        expect(page.locator("#live details[open]")).to_have_count(0)


def test_an_entrys_details_stay_open_when_newer_entries_come(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    system.place(order, shipment(sku), **MERCY)
    system.do("order.add-note", order, text="Called.")
    supervisor.opens(order, "timeline")
    page = supervisor.page
    supervisor.sees("Technical details")
    placed = page.locator("#live li.entry").last
    placed.get_by_text("Technical details").click()
    message = placed.locator("details[open] dd").nth(2).inner_text()

    system.do("order.hold", order, reason="Suspicious order")

    expect(page.locator("#live li.entry").first).to_contain_text("Suspicious order")
    expect(page.locator("#live details[open]")).to_have_count(1)
    expect(page.locator("#live details[open]")).to_contain_text(message)


def test_lines_that_were_asked_for_stay_when_the_order_changes(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    lines = [
        {"sku": f"{sku}-{n}", "name": "Dress", "quantity": 1, "placed_price": "1.00"}
        for n in range(120)
    ]
    system.place(order, shipment(sku, lines=lines), **MERCY)
    supervisor.opens(order)
    supervisor.click("Show more lines (70 left)")
    last = supervisor.page.get_by_role("rowheader", name=f"{sku}-99")
    expect(last).to_be_visible()

    system.do("order.hold", order, reason="Suspicious order")

    supervisor.sees("On Hold")
    expect(last).to_be_visible()
    expect(supervisor.page.get_by_role("button", name="Show more lines (20 left)")).to_be_visible()
