"""Looking for customers and orders with a keyboard alone."""

from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.person import Person
from tests.browser.test_surprises import Held
from tests.e2e.system import System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines


@pytest.fixture
def family(system: System, supervisor: Person) -> str:
    """The name that two customers share, Ann and Bo; no one else has it."""
    name = f"Q{uuid4().hex[:8]}"
    for first in ("Ann", "Bo"):
        key = f"cu-{first}-{name}"
        data = {"customer_id": key, "name": f"{first} {name}"}
        assert system.reply(system.post("customer.create", key, data))["outcome"] == "accepted"
    known = (f"Ann {name}", f"Bo {name}")
    found = f"/customers?search={name}"
    eventually(lambda: all(each in supervisor.reads(found) for each in known), within=30)
    supervisor.go("/create")
    supervisor.page.get_by_label("Market").select_option("United States (USD)")
    return name


def matches(page: Page) -> Locator:
    """The customers that are offered."""
    return page.locator("#customers-to-choose").get_by_role("button")


def search_for(page: Page, typed: str) -> Locator:
    """Types into the search for a customer; returns the field, which has the focus."""
    field = page.get_by_label("Customer", exact=True)
    field.focus()
    page.keyboard.type(typed)
    return field


def test_arrows_go_through_the_customers_and_enter_takes_one(
    supervisor: Person, family: str
) -> None:
    page = supervisor.page
    field = search_for(page, family)
    expect(matches(page)).to_have_count(2)
    ann, bo = matches(page).first, matches(page).last
    for key, where in (
        ("ArrowDown", ann),
        ("ArrowDown", bo),
        ("ArrowDown", bo),  # the last one
        ("ArrowUp", ann),
        ("ArrowUp", field),
        ("Enter", ann),  # two match: which one is meant is for a second Enter to say
        ("ArrowDown", bo),
    ):
        page.keyboard.press(key)
        expect(where).to_be_focused()
    page.keyboard.press("Enter")
    supervisor.sees(f"Customer: Bo {family}")
    expect(page.get_by_role("button", name="Create New Order")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Cart Details")).to_be_visible()
    supervisor.sees(f"Bo {family}")


def test_enter_waits_for_the_customers_that_match_what_is_typed(
    supervisor: Person, family: str
) -> None:
    """Who was offered for fewer letters isn't taken for more of them."""
    page = supervisor.page
    search_for(page, f"Ann {family}")
    expect(matches(page)).to_have_count(1)
    with Held(page, "**/customers?*"):
        page.keyboard.press("Home")
        for _ in "Ann":
            page.keyboard.press("Delete")
        page.keyboard.type("Bo")
        page.keyboard.press("Enter")
        expect(page.locator("#customer-chosen")).not_to_contain_text(family)
    supervisor.sees(f"Customer: Bo {family}")
    assert page.url.endswith("/create")


def test_enter_makes_no_anonymous_order_and_a_tick_does(supervisor: Person, family: str) -> None:
    page = supervisor.page
    search_for(page, f"{family} who isn't there")
    supervisor.sees("No customers match.")
    page.keyboard.press("Enter")
    create = page.get_by_role("button", name="Create New Order")
    create.focus()
    page.keyboard.press("Enter")
    supervisor.sees("Choose a customer, or tick “Make an anonymous order”.")
    assert page.url.endswith("/create")
    page.get_by_label("Make an anonymous order").focus()
    page.keyboard.press("Space")
    create.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Cart Details")).to_be_visible()
    supervisor.sees("Anonymous")


def test_a_closed_drop_down_says_how_much_is_ticked_in_it(supervisor: Person) -> None:
    page = supervisor.page
    supervisor.go("/orders")
    supervisor.click("Filters")
    for name, one in (("Market", "United States"), ("Status", "On Hold")):
        summary = page.locator("#filters summary", has_text=name)
        expect(summary).to_have_text(name)
        summary.focus()
        page.keyboard.press("Enter")
        box = page.locator("#filters").get_by_label(one, exact=True)
        for _ in range(20):
            page.keyboard.press("Tab")
            if box.evaluate("box => box === document.activeElement"):
                break
        page.keyboard.press("Space")
        expect(summary).to_have_text(f"{name} (1)")
        page.keyboard.press("Escape")
        expect(box).to_be_hidden()
        expect(summary).to_be_focused()
        expect(summary).to_have_text(f"{name} (1)")
    page.wait_for_url("**/orders?market=US&status=OnHold")
    page.reload()
    expect(page.locator("#filters summary")).to_have_text(["Market (1)", "Status (1)"])
    page.locator("#filters summary", has_text="Market").focus()
    page.keyboard.press("Enter")
    box = page.locator("#filters").get_by_label("United States", exact=True)
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator("#filters summary")).to_have_text(["Market", "Status (1)"])


def test_an_end_date_before_the_start_date_is_told_at_the_field(
    supervisor: Person, system: System
) -> None:
    page, order = supervisor.page, f"days-{uuid4().hex[:8]}"
    system.place(order, shipment("SKU-DAYS", 1))
    eventually(lambda: supervisor.desk.knows(order))
    supervisor.go("/orders")
    supervisor.click("Filters")
    start, end = page.get_by_label("Start Date"), page.get_by_label("End Date")
    expect(end).to_be_hidden()
    created = page.get_by_label("Created")
    created.focus()
    page.keyboard.type("Between")
    expect(end).to_be_visible()
    start.fill("2026-03-09")
    end.focus()
    page.keyboard.type("03082026")
    words = "The end date is before the start date."
    expect(end).to_have_accessible_description(words)
    expect(end).to_have_attribute("aria-invalid", "true")
    expect(end).to_be_focused()
    expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
    expect(start).not_to_have_attribute("aria-invalid", "true")
    below = page.locator("#filters").get_by_text(words)
    field, note = end.bounding_box(), below.bounding_box()
    assert field is not None
    assert note is not None
    assert 0 <= note["y"] - (field["y"] + field["height"]) < 20
    page.reload()
    expect(end).to_have_accessible_description(words)
    expect(end).to_have_attribute("aria-invalid", "true")

    end.focus()
    page.keyboard.type("03092099")
    expect(page.locator(f"a[href='/orders/{order}']")).to_be_visible()
    expect(below).to_be_hidden()
    expect(end).not_to_have_attribute("aria-invalid", "true")
    start.fill("0002-03-09")
    expect(start).to_have_accessible_description("Enter a day between 1970 and 9000.")
