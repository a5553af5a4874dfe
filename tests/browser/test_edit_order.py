"""Changing an order: hold, cancel, notes, addresses, lines, and changes made elsewhere."""

import re

import pytest
from playwright.sync_api import APIResponse, Route, expect

from tests.browser.builders import MERCY
from tests.browser.person import Person
from tests.e2e.system import System, shipment

pytestmark = pytest.mark.engines


@pytest.mark.shows("6.3", "6.4", "6.5", "7.1", "7.2")
def test_hold_release_and_cancel(system: System, supervisor: Person, order: str, sku: str) -> None:
    system.place(order, shipment(sku), **MERCY)
    supervisor.opens(order)
    supervisor.click("Hold")
    supervisor.fill(Reason="Suspicious order")
    supervisor.confirm("Hold")
    supervisor.sees("On Hold", "Suspicious order")
    # "While an order is on hold, it cannot be released for shipment nor can it be canceled."
    cancel = supervisor.page.get_by_role("button", name="Cancel Order")
    expect(cancel).to_have_attribute("title", re.compile("on hold"))
    cancel.click(force=True)  # the browser lets it be clicked, to say why
    expect(supervisor.page.locator("#said")).to_contain_text("on hold")
    supervisor.click("Release OnHold")
    supervisor.sees("In Progress")
    supervisor.click("Cancel Order")
    supervisor.confirm("Cancel Order")
    supervisor.sees("Canceled")


@pytest.mark.shows("1.7")
def test_notes_belong_to_their_author(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    system.place(order, shipment(sku), **MERCY)
    supervisor.opens(order, "notes")
    supervisor.page.get_by_label("New note").fill("<script>alert(1)</script> Called back")
    supervisor.click("Add Note")
    supervisor.sees("<script>alert(1)</script> Called back", "supervisor")


@pytest.mark.shows("1.6", "4.12", "11.1", "11.2", "11.3", "11.4", "11.5", "11.6", "11.8")
def test_an_address_is_changed_where_it_ships_and_nowhere_else(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    system.place(order, shipment(sku), **MERCY)
    supervisor.opens(order)
    supervisor.choose("Options of shipment 1", "Edit")
    supervisor.click("Add Address", supervisor.dialog)
    expect(supervisor.dialog.get_by_label("City", exact=True)).to_have_value("")
    supervisor.fill(Name="Ann Lee", **{"Address(?!,)": "2 Elm St"}, City="Portland")
    supervisor.dialog.get_by_label("Country").select_option("United States")
    supervisor.dialog.get_by_label("Shipping method").select_option(index=1)
    supervisor.confirm("Save")
    supervisor.sees("2 Elm St", "Express, next day")


def test_an_order_that_changes_elsewhere_changes_on_the_page(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    system.place(order, shipment(sku), **MERCY)
    page = supervisor.page
    supervisor.opens(order, "notes")
    supervisor.sees("In Progress")
    page.get_by_label("New note").fill("Half a")
    system.do("order.hold", order)
    expect(page.get_by_text("This order has changed.")).to_be_visible()
    expect(page.get_by_label("New note")).to_have_value("Half a")
    supervisor.click("Show the changes")
    supervisor.sees("On Hold")
    expect(page.get_by_label("New note")).to_have_value("Half a")
    page.get_by_label("New note").fill("")
    system.do("order.release-hold", order)
    supervisor.sees("In Progress")  # nobody types: the page shows it by itself


def test_a_change_is_still_offered_when_an_older_answer_comes_late(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    system.place(order, shipment(sku), **MERCY)
    page = supervisor.page
    supervisor.opens(order, "notes")
    supervisor.sees("In Progress")
    late: list[tuple[Route, APIResponse]] = []

    def hold_up(route: Route) -> None:
        if route.request.resource_type == "fetch" and not late:
            late.append((route, route.fetch()))
        else:
            route.continue_()

    page.route(f"**/orders/{order}*", hold_up)
    system.do("order.add-note", order, text="Called back.")
    while not late:
        page.wait_for_timeout(50)
    page.get_by_label("New note").fill("Half a")
    system.do("order.add-note", order, text="Called again.")
    expect(page.get_by_text("This order has changed.")).to_be_visible()

    route, older = late[0]
    route.fulfill(response=older)

    supervisor.sees("Called back.")
    expect(page.get_by_text("This order has changed.")).to_be_visible()
    supervisor.click("Show the changes")
    supervisor.sees("Called again.")
    expect(page.get_by_label("New note")).to_have_value("Half a")


def test_edit_an_orders_lines_while_it_is_in_progress(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    system.place(order, shipment(sku), **MERCY)
    system.event(order, "shipment.inventory-assigned", "1")
    supervisor.opens(order)
    supervisor.choose(f"Options of line {sku}", "Change")
    supervisor.fill(Quantity="3")
    supervisor.confirm("Save")
    supervisor.sees("$30.00")
    supervisor.choose(f"Options of line {sku}", "Move to a new shipment")
    supervisor.fill(Quantity="1", Name="Ann Lee")
    supervisor.confirm("Move")
    supervisor.sees("Ann Lee", "$34.90")  # a new shipment costs its method's price
    supervisor.click("Order discount")
    supervisor.fill(Amount="4.9")
    supervisor.confirm("Save")
    supervisor.sees("Order discount: $4.90", "$30.00")
