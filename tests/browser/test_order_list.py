"""Working through the list of orders: searching, views, columns, export, newer orders."""

import json
import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.builders import number_of
from tests.browser.person import Person
from tests.e2e.system import System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines


def test_one_box_finds_an_order_and_enter_opens_it(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    family = f"Tay{uuid4().hex[:6]}"
    system.place(order, shipment(sku, 1), customer={"name": f"Mercy {family}"})
    eventually(lambda: supervisor.desk.knows(order))
    page, rows = supervisor.page, supervisor.page.locator("#rows")
    supervisor.go("/orders")
    box = page.get_by_label("Search orders")
    box.press_sequentially(family[1:])
    expect(rows.get_by_role("link")).to_have_count(1)
    expect(rows).to_contain_text(f"Mercy {family}")
    kept = {"address": f"/orders?q={family[1:]}", "ids": [order], "after": None}
    page.wait_for_function(
        "kept => sessionStorage.getItem('order-list') === kept",
        arg=json.dumps(kept, separators=(",", ":")),
    )
    box.fill(sku)
    expect(rows).to_contain_text(f"SKU {sku}")
    page.get_by_role("link", name=f"Search: {sku}").press("Enter")  # the chip removes it
    expect(page.get_by_label("Search orders")).to_have_value("")
    page.get_by_label("Search orders").fill(number_of(system, order))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/{order}")


def test_a_view_keeps_filters_and_columns(supervisor: Person) -> None:
    page, name = supervisor.page, f"Held {uuid4().hex[:6]}"
    supervisor.go("/orders?status=OnHold&sort=oldest")
    supervisor.click("Columns")
    supervisor.click("Units")
    units = page.get_by_role("columnheader", name="Units")
    expect(units).to_be_visible()
    page.keyboard.press("Escape")
    supervisor.click("Save view")
    supervisor.fill(Name_of_the_view=" ")
    supervisor.dialog.get_by_label("Name of the view").fill("\u200b")
    supervisor.click("Save", supervisor.dialog)
    refused = supervisor.dialog.locator(".refusals")
    expect(refused).to_contain_text("Name: must not be empty")
    supervisor.fill(Name_of_the_view=name)
    supervisor.click("Save", supervisor.dialog)
    tab = page.get_by_role("navigation", name="Views").get_by_role("link", name=name)
    expect(tab).to_have_attribute("aria-current", "page")
    supervisor.go("/orders")
    tab.click()
    expect(page.get_by_role("columnheader", name="Created")).to_have_attribute(
        "aria-sort", "ascending"
    )
    expect(page.get_by_role("link", name="Status: On Hold")).to_be_visible()
    expect(units).to_be_visible()
    page.get_by_label(f"Change the view {name}").click()
    supervisor.click("Delete view", supervisor.dialog)
    expect(page.get_by_text("View deleted.")).to_be_visible()
    expect(tab).to_have_count(0)


def test_a_view_is_updated_in_place_and_duplicated(supervisor: Person) -> None:
    page, name = supervisor.page, f"Held {uuid4().hex[:6]}"
    tabs = page.get_by_role("navigation", name="Views")

    def tab_of(view: str) -> Locator:
        """Its tab, which has the number of orders behind the name."""
        words = re.compile(rf"^{re.escape(view)}( \d+\+?)?$")
        return tabs.get_by_role("link", name=words)

    supervisor.go("/orders?status=OnHold")
    supervisor.click("Save view")
    supervisor.fill(Name_of_the_view=name)
    supervisor.click("Save", supervisor.dialog)
    tab = tab_of(name)
    expect(tab).to_have_attribute("aria-current", "page")
    page.get_by_label("Search orders").fill("mercy")
    expect(tab).not_to_have_attribute("aria-current", "page")
    supervisor.click("Save view")
    supervisor.click(f"Update “{name}”", supervisor.dialog)
    expect(page.get_by_text("View updated.")).to_be_visible()
    expect(tab).to_have_attribute("aria-current", "page")
    expect(page.get_by_label("Search orders")).to_have_value("mercy")

    page.get_by_label(f"Change the view {name}", exact=True).click()
    supervisor.click("Duplicate", supervisor.dialog)
    expect(page.get_by_text(f"Duplicated as “{name} (copy)”.")).to_be_visible()
    copy = tab_of(f"{name} (copy)")
    copy.click()
    expect(copy).to_have_attribute("aria-current", "page")
    expect(tabs.locator("[aria-current]")).to_have_count(1)
    supervisor.go("/orders?status=Canceled")
    page.get_by_label(f"Change the view {name} (copy)", exact=True).click()
    supervisor.dialog.get_by_label("Replace its filters").check()
    supervisor.click("Save", supervisor.dialog)
    expect(copy).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("link", name="Status: Canceled")).to_be_visible()
    for each in (name, f"{name} (copy)"):
        page.get_by_label(f"Change the view {each}", exact=True).click()
        supervisor.click("Delete view", supervisor.dialog)
        expect(tab_of(each)).to_have_count(0)


def test_what_is_chosen_and_what_is_found_can_be_exported(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    for each in (order, f"{order}-2"):
        system.place(each, shipment(sku, 1), customer={"name": "=1+1"})
        eventually(lambda each=each: supervisor.desk.knows(each))
    page = supervisor.page
    supervisor.go(f"/orders?sku={sku}")
    supervisor.click("Export")
    with page.expect_download() as found:
        page.get_by_role("link", name="Orders found, columns shown").click()
    assert found.value.suggested_filename.startswith("orders-20")
    lines = found.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 3
    assert ",'=1+1," in lines[1]
    page.locator(f"[data-choose='{order}']").check()
    supervisor.click("Export")
    with page.expect_download() as chosen:
        supervisor.click("Selected orders")
    lines = chosen.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["No.", number_of(system, order)]


def test_newer_orders_are_counted_and_shown_at_the_top(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    page = supervisor.page

    def place(name: str) -> None:
        now = datetime.now(UTC).isoformat()
        system.place(name, shipment(sku, 1), converted_at=now)

    place(order)
    eventually(lambda: supervisor.desk.knows(order))
    supervisor.go("/orders")
    expect(page.locator("#rows tr").first).to_have_attribute("data-order", order)
    page.locator(f"[data-choose='{order}']").check()
    place(f"{order}-2")
    expect(page.get_by_text("1 newer order", exact=True)).to_be_visible()
    supervisor.click("Show")
    expect(page.locator("#rows tr").first).to_have_attribute("data-order", f"{order}-2")
    expect(page.locator("#rows tr").nth(1)).to_have_attribute("data-order", order)
    expect(page.locator(f"[data-choose='{order}']")).to_be_checked()
    expect(page.locator("#rows a").first).to_be_focused()
