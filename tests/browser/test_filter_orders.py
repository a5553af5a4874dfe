"""Filtering the list of orders, as the specification says."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.builders import number_of
from tests.browser.person import Person
from tests.e2e.system import System, shipment

pytestmark = pytest.mark.engines


@pytest.mark.shows("1.1", "1.2", "2.1", "2.2", "2.3", "2.5", "2.7", "2.8", "2.9", "2.10", "2.11")
def test_filter_orders(system: System, supervisor: Person, order: str, sku: str) -> None:
    family = f"Tay{uuid4().hex[:6]}"
    people = {order: f"Mercy {family}", f"{order}-2": f"{family} Hayes", f"{order}-3": "Ann Lee"}
    for each, name in people.items():
        email = f"{each}@example.com"
        system.place(each, shipment(sku, 1), customer={"name": name, "email": email})
    numbers = {each: number_of(system, each) for each in people}
    for each in people:
        supervisor.opens(each)
    page, found = supervisor.page, supervisor.page.locator("#found tbody")
    supervisor.go("/orders")
    expect(found).to_contain_text(numbers[f"{order}-3"])

    supervisor.click("Filters")
    # "Begin entering the customer's first name and results dynamically update"
    page.get_by_label("Customer Name").press_sequentially(f"%{family.lower()}")
    expect(found.get_by_role("link")).to_have_count(2)
    expect(found).to_contain_text(f"Mercy {family}")
    expect(found).to_contain_text(f"{family} Hayes")
    assert "customer=%25" in page.url

    page.get_by_label("Customer Name").fill("")
    page.get_by_label("Customer Email").fill("@example.com")
    expect(found).to_contain_text("No orders match these filters.")
    page.get_by_label("Customer Email").fill(f"{order}@example.com".upper())
    expect(found.get_by_role("link")).to_have_count(1)

    page.locator("summary", has_text="Status").click()
    page.get_by_label("On Hold").check()
    expect(found).to_contain_text("No orders match these filters.")
    page.get_by_label("In Progress").check()
    expect(found).to_contain_text(numbers[order])
    page.locator("summary", has_text="Market").click()
    page.get_by_label("Japan").check()
    expect(found).to_contain_text("No orders match these filters.")
    page.reload()  # the filters are in the address
    expect(found).to_contain_text("No orders match these filters.")
    expect(page.get_by_label("Customer Email")).to_have_value(f"{order}@example.com".upper())

    supervisor.go("/orders")
    supervisor.click("Filters")
    page.get_by_label("Created").select_option("Today")
    page.get_by_label("No.").fill(numbers[order])
    page.get_by_label("Created").select_option("Between…")
    page.get_by_label("Start Date").fill("2020-01-01")
    page.get_by_label("End Date").fill("2026-11-22")
    expect(found.get_by_role("link", name=numbers[order])).to_be_visible()
    page.get_by_label("End Date").fill("2020-01-31")
    expect(found).to_contain_text("No orders match these filters.")
