"""The palette, single keys, scanners, the focus, and a session that ends."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.desk import PASSWORD
from tests.e2e.system import System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines

FOCUS_IS_LOST = "document.activeElement === null || document.activeElement === document.body"


def scans(page: Page, code: str, pause_ms: int = 0) -> None:
    """Types as a scanner does, within the page: the machine's load makes it no slower."""
    page.evaluate(
        """async ([code, pause]) => {
          for (const key of [...code, "Enter"]) {
            document.activeElement.dispatchEvent(
              new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
            if (pause) await new Promise((done) => setTimeout(done, pause));
          }
        }""",
        [code, pause_ms],
    )


@pytest.fixture
def bought(system: System, supervisor: Person, sku: str, order: str) -> str:
    """An order that the portal knows; returns its number."""
    system.place(order, shipment(sku, 1))
    supervisor.opens(order)
    return str(supervisor.page.get_by_role("heading", level=1).inner_text().split()[0])


def test_palette_finds_an_order_and_an_action(supervisor: Person, order: str, bought: str) -> None:
    page = supervisor.page
    supervisor.go("/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Find anything")
    expect(field).to_be_focused()
    field.fill(bought)
    expect(page.get_by_role("option", name=bought)).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/{order}")

    page.keyboard.press("Control+k")
    field.fill("cancel order")
    option = page.get_by_role("option", name="Cancel Order", exact=True)
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(supervisor.dialog).to_contain_text("Cancel Order")
    page.keyboard.press("Escape")
    expect(supervisor.dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Cancel Order")).to_be_focused()


def test_palette_goes_with_escape_and_returns_the_focus(supervisor: Person) -> None:
    page = supervisor.page
    opener = page.get_by_role("button", name="Search", exact=True)
    opener.click()
    options = page.get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    field = page.get_by_role("combobox")
    assert field.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    field.fill("<b>nothing\u202e at all")
    expect(options).to_contain_text(["Nothing found"])
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_single_keys(supervisor: Person, bought: str) -> None:
    page = supervisor.page
    page.keyboard.press("?")
    expect(supervisor.dialog).to_contain_text("Go to Orders")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url("**/orders")
    expect(page.get_by_role("link", name=bought)).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator("tbody tr:focus-within")).to_have_count(1)
    page.keyboard.press("x")
    expect(page.locator("tr:focus-within [data-choose]")).to_be_checked()
    page.keyboard.press("/")
    box = page.get_by_role("searchbox", name="Search orders")
    expect(box).to_be_focused()
    page.keyboard.type("n")  # a field has the focus
    expect(box).to_have_value("n")
    supervisor.choose(
        "Your account: " + (page.get_attribute("body", "data-account") or ""), "Single keys"
    )
    page.locator("#main").focus()
    page.keyboard.press("?", delay=100)
    expect(supervisor.dialog).to_be_hidden()


def test_scanner_opens_what_it_reads(supervisor: Person, order: str, bought: str, sku: str) -> None:
    page = supervisor.page
    supervisor.go("/customers")
    page.locator("#main").focus()
    scans(page, "gonowhere")
    expect(page.locator("#said")).to_contain_text("Nothing has the code gonowhere.")
    scans(page, bought, pause_ms=120)
    assert page.url.endswith("/customers")
    scans(page, bought)
    page.wait_for_url(f"**/orders/{order}")


def test_focus_is_never_lost(supervisor: Person, bought: str) -> None:
    page = supervisor.page
    for button in ("Hold", "Cancel Order", "Reorder", "Delete"):
        page.get_by_role("button", name=button, exact=True).click()
        expect(supervisor.dialog).to_be_visible()
        assert not page.evaluate(FOCUS_IS_LOST), button
        page.keyboard.press("Escape")
        expect(supervisor.dialog).to_be_hidden()
        expect(page.get_by_role("button", name=button, exact=True)).to_be_focused()
    supervisor.click("Hold")
    supervisor.fill(Reason="Call first")
    supervisor.confirm("Hold")
    expect(page.get_by_role("button", name="Release OnHold")).to_be_visible()
    page.wait_for_function(f"!({FOCUS_IS_LOST})")


def test_session_that_ends_loses_nothing(supervisor: Person, bought: str, order: str) -> None:
    page = supervisor.page
    supervisor.click("Hold")
    supervisor.fill(Reason="Asked to wait")
    page.context.clear_cookies(name="waybill")
    supervisor.click("Hold", supervisor.dialog)
    again = page.get_by_role("dialog", name="Sign in again")
    again.get_by_label("Password").fill("a wrong password")
    again.get_by_role("button", name="Sign in").click()
    expect(again).to_contain_text("Name or password is wrong.")
    again.get_by_label("Password").fill(PASSWORD)
    again.get_by_role("button", name="Sign in").click()
    expect(again).to_be_hidden()
    supervisor.sees("Asked to wait")
    eventually(lambda: "Asked to wait" in supervisor.reads(f"/orders/{order}"))
