"""What a person doesn't expect: somebody was faster, a rule or a provider says no."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.person import Person
from tests.e2e.system import System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines


@pytest.fixture
def order(system: System, sku: str) -> str:
    """An order of two pieces that isn't paid."""
    name = f"c-{uuid4().hex[:8]}"
    system.place(name, shipment(sku), paid=False)
    system.event(name, "payment.account-opened")
    system.event(name, "shipment.awaiting-inventory")
    return name


def test_who_was_slower_is_told_and_overwrites_nothing(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    supervisor.opens(order)
    supervisor.choose(f"Options of line {sku}", "Change")
    supervisor.fill(Quantity="3")
    change = {"line_id": "1", "quantity": 5}
    system.do("order.change-line", order, "1", **change)  # somebody else, at the same time
    supervisor.click("Save", supervisor.dialog)
    refusal = supervisor.dialog.get_by_role("alert")
    expect(refusal).to_contain_text("Somebody else has changed this since you opened it")
    supervisor.click("Close", supervisor.dialog)
    supervisor.click("Show the changes")
    supervisor.sees("$50.00")
    supervisor.choose(f"Options of line {sku}", "Change")
    expect(supervisor.dialog.get_by_label("Quantity")).to_have_value("5")
    supervisor.fill(Quantity="3")
    supervisor.confirm("Save")
    supervisor.sees("$30.00")


def test_who_was_slower_reads_what_changed_and_saves_anyway(
    system: System, supervisor: Person
) -> None:
    customer = f"cu-{uuid4().hex[:8]}"
    contact = {"customer_id": customer, "name": "Mercy Taylor", "phone": "+1 206 555 0100"}
    system.reply(system.post("customer.create", customer, contact))
    eventually(lambda: supervisor.desk.shows(f"/customers/{customer}"))
    supervisor.go(f"/customers/{customer}")
    supervisor.click("Edit")
    supervisor.fill(Full_name="Mercy T. Taylor")
    change = {"customer_id": customer, "phone": "+44 20 7946 0000"}
    system.reply(system.post("customer.update", customer, change))  # somebody else
    words = "Phone is now +44 20 7946 0000 (you opened it as +1 206 555 0100)."
    refusal = supervisor.dialog.get_by_role("alert")
    name = supervisor.dialog.get_by_label("Full name")
    supervisor.click("Save", supervisor.dialog)
    expect(refusal).to_contain_text(words)
    with supervisor.page.expect_response("**/do/customer.update") as again:
        name.press("Enter")  # out of habit: that is no decision to replace anything
    assert again.value.status == 409
    expect(refusal).to_contain_text(words)
    expect(name).to_have_value("Mercy T. Taylor")
    supervisor.fill(Phone="+44 20 7946 0000")
    supervisor.confirm("Save anyway")
    supervisor.sees("Mercy T. Taylor", "+44 20 7946 0000")


def test_a_provider_says_no_then_nothing_and_then_yes(supervisor: Person, order: str) -> None:
    supervisor.opens(order)
    supervisor.click("Add Payment")
    supervisor.dialog.get_by_label("Payment method").select_option("Credit card")
    supervisor.fill(Reference="simulate:decline")
    supervisor.click("Save", supervisor.dialog)
    refusal = supervisor.dialog.get_by_role("alert")
    expect(refusal).to_contain_text("The simulated provider declined.")
    supervisor.click("Close", supervisor.dialog)
    supervisor.page.reload()
    payments = supervisor.page.get_by_role("region", name="Every payment").get_by_role("row")
    expect(payments.filter(has_text="Failed")).to_contain_text("The simulated provider declined.")

    supervisor.click("Add Payment")
    supervisor.dialog.get_by_label("Payment method").select_option("Credit card")
    supervisor.fill(Reference="simulate:out-of-order")  # answers once it has answered another
    supervisor.fill(Amount="5")
    supervisor.click("Save", supervisor.dialog)
    expect(supervisor.page.locator("#said")).to_contain_text("Still in progress", timeout=60_000)
    expect(payments.filter(has_text="Pending")).to_contain_text("$5.00")
    supervisor.sees("$20.00")  # nothing is paid yet
    supervisor.click("Add Payment")
    supervisor.dialog.get_by_label("Payment method").select_option("Credit card")
    supervisor.fill(Amount="100")
    supervisor.click("Save", supervisor.dialog)
    expect(refusal).to_contain_text(re.compile("15.00"))
    supervisor.fill(Amount="15")  # refused by a rule, corrected, and sent again
    supervisor.confirm("Save")
    expect(payments.filter(has_text="Processed")).to_have_count(2, timeout=60_000)


def test_a_canceled_order_asks_for_nothing(system: System, supervisor: Person, order: str) -> None:
    system.do("order.cancel", order)
    supervisor.opens(order)
    supervisor.sees("Canceled")
    owed = supervisor.page.locator("dl div", has_text="Outstanding")
    expect(owed).to_contain_text("$0.00")


def test_notes_written_faster_than_the_page_is_drawn_are_all_kept_once(
    supervisor: Person, order: str
) -> None:
    page = supervisor.page
    supervisor.opens(order, "notes")
    text = page.get_by_label("New note")

    def add(words: str) -> None:
        text.fill(words)
        supervisor.click("Add Note")

    # The page hasn't been drawn again, and the next note is sent by the same form.
    with Held(page, "**/orders/*"):
        add("First")
        expect(text).to_have_value("")
        add("Second")
        expect(text).to_have_value("")
    supervisor.sees("First", "Second")

    # It is drawn again while a note is on its way.
    with Held(page, "**/do/order.add-note"):
        add("Third")
        with page.expect_response("**/orders/*"):
            page.evaluate("document.querySelector('[data-refresh]').click()")
    supervisor.sees("Third")
    expect(text).to_have_value("")
    expect(page.get_by_role("listitem").filter(has_text="Third")).to_have_count(1)
    expect(page.get_by_role("alert").filter(has_text=re.compile("."))).to_have_count(0)


class Held:
    """Holds a page's requests back, until the block is left."""

    def __init__(self, page: Page, where: str) -> None:
        self._held: list[Route] | None = []
        page.route(where, self._meet)

    def _meet(self, route: Route) -> None:
        if self._held is None:
            route.continue_()
        else:
            self._held.append(route)

    def __enter__(self) -> None:
        """Holds from now on."""

    def __exit__(self, *_: object) -> None:
        held, self._held = self._held or [], None
        for route in held:
            route.continue_()


def test_the_list_tells_of_newer_orders_and_keeps_ones_place(
    supervisor: Person, system: System, order: str
) -> None:
    page, newer = supervisor.page, f"c-{uuid4().hex[:8]}"
    shown(supervisor, order)
    news = page.get_by_text("1 newer order")
    expect(news).to_be_hidden()
    # Most orders of these tests are from one moment in the past; some were created by people.
    system.place(newer, shipment("SKU-LIVE", 1), converted_at=datetime.now(UTC).isoformat())
    expect(news).to_be_visible()
    supervisor.click("Show")
    expect(page.locator(f"a[href='/orders/{newer}']")).to_be_visible()
    assert "market=US" in page.url
    system.do("order.delete", newer)  # it would come first in other tests as well


def test_the_list_tells_of_changes_and_keeps_ones_place(
    supervisor: Person, system: System, order: str
) -> None:
    shown(supervisor, order)
    system.do("order.hold", order)  # somebody else
    supervisor.sees("Orders have changed.")
    supervisor.click("Show the changes")
    row = supervisor.page.locator("tr").filter(has=supervisor.page.locator(f"[href*='{order}']"))
    expect(row).to_contain_text("On Hold")
    assert "market=US" in supervisor.page.url


def test_change_while_the_page_connects_is_shown(
    system: System, supervisor: Person, order: str
) -> None:
    eventually(lambda: supervisor.desk.knows(order))
    page = supervisor.page
    waiting: list[Route] = []
    page.route("**/live?*", lambda route: waiting.append(route))
    supervisor.go(f"/orders/{order}")
    eventually(lambda: page.evaluate("document.readyState") == "complete" and waiting)
    system.do("order.hold", order)
    eventually(lambda: "On Hold" in supervisor.reads(f"/orders/{order}"))
    for each in waiting:
        each.continue_()
    supervisor.sees("On Hold")


def shown(person: Person, order: str) -> None:
    """Opens the list of a market, once it has the order and the services are done with it."""
    eventually(lambda: person.desk.knows(order))
    person.go("/orders?market=US")
    expect(person.page.locator(f"a[href='/orders/{order}']")).to_be_visible()


def test_button_that_is_pressed_while_the_page_refreshes_is_clicked(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    supervisor.opens(order)
    supervisor.sees("Awaiting Inventory")
    page = supervisor.page
    page.get_by_label(f"Options of line {sku}").hover()

    with page.expect_response(lambda answer: f"/orders/{order}?" in answer.url):
        page.mouse.down()
        system.do("order.change-line", order, "1", line_id="1", quantity=7)  # somebody else
    page.mouse.up()

    expect(page.get_by_role("button", name="Change", exact=True)).to_be_visible()
    supervisor.sees("$70.00")
