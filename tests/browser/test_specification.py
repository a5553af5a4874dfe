"""The specification's page, section by section, clicking what it says to click."""

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect

from services.portal.queries.cursor import PAGE
from tests.browser.person import Person
from tests.desk import Desk
from tests.e2e.system import System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines

MERCY = {"customer": {"name": "Mercy Taylor", "email": "mercy@example.com"}}


@pytest.fixture
def sku(system: System) -> str:
    """An article of which there are ten in Seattle."""
    name = f"SKU-{uuid4().hex[:8]}"
    system.receive(name, 10)
    return name


@pytest.fixture
def order() -> str:
    """The id of an order that nobody else has."""
    return f"c-{uuid4().hex[:8]}"


def number_of(system: System, order: str) -> str:
    return str(system.event(order, "order.placed").data["order_number"])


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
    page.get_by_label("Created").select_option("Today")
    page.get_by_label("No.").fill(numbers[order])
    page.get_by_label("Created").select_option("Between…")
    page.get_by_label("Start Date").fill("2020-01-01")
    page.get_by_label("End Date").fill("2026-11-22")
    expect(found.get_by_role("link", name=numbers[order])).to_be_visible()
    page.get_by_label("End Date").fill("2020-01-31")
    expect(found).to_contain_text("No orders match these filters.")


@pytest.mark.shows("1.5", "4.2", "4.3", "4.4", "4.8", "4.9", "4.10", "4.11", "4.13")
@pytest.mark.shows("4.19", "4.20", "4.21", "4.22", "4.23")
@pytest.mark.shows("5.1", "5.2", "5.3", "5.4", "5.6", "10.3", "10.4", "10.5")
def test_create_an_order_pay_it_and_ship_it(system: System, supervisor: Person, sku: str) -> None:
    page = supervisor.page
    # "click Orders > Create New Order", "Select the Market", "click New Customer"
    supervisor.go("/orders")
    page.get_by_role("link", name="Create New Order").click()
    page.get_by_label("Market").select_option("United States (USD)")
    supervisor.click("New Customer")
    expect(supervisor.dialog.get_by_role("heading", name="Create Contact")).to_be_visible()
    email = f"{uuid4().hex[:8]}@example.com"
    supervisor.fill(Full_name="Thelma <b>Hayes</b>", Email=email)
    supervisor.confirm("Save")
    supervisor.sees("Customer: Thelma <b>Hayes</b>")
    supervisor.click("Create New Order")
    expect(page.get_by_role("heading", name="Cart Details")).to_be_visible()

    # "Click the options menu (...) to the right of shipment 1 and select Edit"
    supervisor.choose("Options of shipment 1", "Edit")
    address = {
        "Name": "Thelma Hayes",
        "Address(?!,)": "1 Pike Pl",
        "City": "Seattle",
        "Region": "WA",
    }
    supervisor.fill(**address, Postal_code="98101")
    supervisor.dialog.get_by_label("Country").select_option("United States")
    supervisor.dialog.get_by_label("Add to customer's address book").check()
    supervisor.confirm("Save")
    supervisor.sees("1 Pike Pl", "Standard, 3 to 5 days")

    # "Click Add line items", "Enter a Quantity and Placed Price"
    supervisor.click("Add line items")
    supervisor.fill(SKU=sku, Name="Linen dress", Quantity="2", Placed_Price="10,5")
    supervisor.confirm("Add Line Item")
    supervisor.sees(sku, "$10.50")
    supervisor.click("Create Order")

    # "Although the order is created, it must be paid before it can be released."
    expect(page).to_have_url(re.compile("/orders/"))
    supervisor.sees("In Progress", "Awaiting Inventory", "$27.79")
    page.get_by_label("Options of shipment 1", exact=True).click()
    release = page.get_by_role("button", name="Release", exact=True).locator("visible=true")
    expect(release).to_have_attribute("aria-disabled", "true")
    expect(release).to_have_attribute("title", re.compile("outstanding|inventory", re.IGNORECASE))
    page.keyboard.press("Escape")

    # "scroll to the bottom of the form and click Add Payment", "Click Save"
    supervisor.click("Add Payment")
    supervisor.dialog.get_by_label("Payment method").select_option("Telephone payment")
    supervisor.confirm("Save")
    supervisor.sees("Telephone payment", "Inventory Assigned")

    # "select Release from the option menu (...), then confirm it", "clicking Add to Picklist"
    supervisor.choose("Options of shipment 1", "Release")
    supervisor.confirm("Release")
    supervisor.sees("Released")
    supervisor.choose("Options of shipment 1", "Add to Picklist")
    supervisor.sees("Packing")
    supervisor.choose("Options of shipment 1", "Complete")
    supervisor.fill(Tracking_number="1Z 999")
    supervisor.confirm("Complete")
    supervisor.sees("Completed", "Shipped", "1Z 999")

    page.get_by_role("link", name="Timeline").click()
    supervisor.sees("Shipment 1 has shipped", "csr:supervisor")
    page.get_by_role("link", name="show the order at this point").last.click()
    supervisor.sees("The order as it was right after")

    page.get_by_role("link", name="Customers").click()
    page.get_by_label("Name or email").fill(email[:9])
    page.get_by_role("link", name="Thelma <b>Hayes</b>").click()
    supervisor.sees(email, "Completed", "1 Pike Pl")  # in the book, because it was asked to


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
    supervisor.sees("<script>alert(1)</script> Called back", "csr:supervisor")


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


@pytest.mark.shows("8.1", "8.3", "8.4", "8.5")
def test_delete_several_orders_chosen_on_several_pages(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    ids = [f"{order}-{n}" for n in range(2)]
    for each in ids:
        system.place(each, shipment(sku, 1), **MERCY)
    numbers = [number_of(system, each) for each in ids]
    for each in ids:
        supervisor.opens(each)
    page = supervisor.page
    for number in numbers:  # the choice survives other filters
        supervisor.go(f"/orders?number={number}")
        page.get_by_label(f"Select order {number}").check()
    expect(page.get_by_text("2 orders selected")).to_be_visible()
    supervisor.click("Delete")
    expect(supervisor.dialog).to_contain_text(numbers[0])
    supervisor.click("Delete Order", supervisor.dialog)
    expect(supervisor.dialog.get_by_text("deleted")).to_have_count(2)
    supervisor.dialog.get_by_role("button", name="Close").click()
    supervisor.sees("No orders match these filters.")
    supervisor.go(f"/orders/{ids[0]}")
    supervisor.sees("was deleted by csr:supervisor")


@pytest.mark.shows("8.1")
def test_delete_several_carts_chosen_on_several_pages(desk: Desk, page: Page) -> None:
    csr, name = Person(page, desk).sign_in("csr"), uuid4().hex[:8]
    carts = [f"draft-{name}-{n}" for n in range(PAGE + 1)]
    with desk.tool("csr") as tool:
        for each in carts:
            _give(tool, "create-draft", cart_id=each, market="US")
        _fill(tool, carts[-1])
        eventually(lambda: all(desk.shows(f"/carts/{each}") for each in carts))
        csr.go("/carts")
        for each in carts[-2:]:
            page.get_by_label(f"Select cart {each}").check()
        expect(page.get_by_role("status").get_by_text("2 carts selected")).to_be_visible()
        page.get_by_role("link", name="Older").click()
        page.get_by_label(f"Select cart {carts[0]}").check()
        expect(page.get_by_text("3 carts selected")).to_be_visible()
        csr.go("/carts")  # the newest, once more
        expect(page.get_by_label(f"Select cart {carts[-2]}")).to_be_checked()
        expect(page.get_by_text("3 carts selected")).to_be_visible()
        _give(tool, "convert", cart_id=carts[-1])  # meanwhile, somebody else
    csr.click("Delete")
    for each in (carts[0], carts[-2], carts[-1]):
        expect(csr.dialog).to_contain_text(each)
    csr.click("Delete Cart", csr.dialog)
    results = csr.dialog.get_by_role("listitem")
    expect(results.filter(has_text="not deleted.")).to_have_text(
        f"{carts[-1]}: not deleted. The cart has become order {carts[-1]}. "
        "Edit the order instead of the cart."
    )
    expect(results.filter(has_text=re.compile(": deleted$"))).to_have_count(2)
    with page.expect_navigation():  # the list has changed: the page loads again
        csr.dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_text("1 cart selected")).to_be_visible()
    csr.go("/orders")  # what was chosen in a list is gone with it
    csr.go("/carts")
    expect(page.get_by_text("selected")).to_have_count(0)
    expect(page.get_by_role("link", name=re.compile(f"{name}-({PAGE - 1}|{PAGE})"))).to_have_count(
        0
    )
    expect(page.get_by_role("link", name=f"{name}-{PAGE - 2}", exact=False)).to_be_visible()


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


def test_repeat_an_order(system: System, supervisor: Person, order: str, sku: str) -> None:
    system.place(order, shipment(sku), **MERCY)
    supervisor.opens(order)
    supervisor.click("Reorder")
    supervisor.click("Reorder", supervisor.dialog)
    expect(supervisor.page.get_by_role("heading", name="Order summary")).to_be_visible()
    supervisor.sees("Mercy Taylor", sku, "Seattle")
    supervisor.click("Create Order")
    expect(supervisor.page).to_have_url(re.compile("/orders/draft-"))
    supervisor.sees("In Progress")


def test_convert_a_cart_to_a_purchase_order(supervisor: Person, sku: str) -> None:
    cart = f"draft-{uuid4().hex[:8]}"
    with supervisor.desk.tool("csr") as tool:
        _give(tool, "create-draft", cart_id=cart, market="US")
        _fill(tool, cart, sku)
    eventually(lambda: supervisor.desk.shows(f"/carts/{cart}"))
    supervisor.go("/carts")
    supervisor.page.get_by_role("link", name=cart).click()
    supervisor.click("Convert to Purchase Order")
    expect(supervisor.page).to_have_url(re.compile(f"/orders/{cart}"))
    supervisor.sees("In Progress", "Tea mug")


def _fill(tool: httpx.Client, cart: str, sku: str = "SKU-1") -> None:
    """Puts into a draft what an order needs."""
    address = {"name": "Mercy Taylor", "line1": "1 Pike Pl", "city": "Seattle", "country": "US"}
    where = {"cart_id": cart, "shipment_id": "1"}
    line = {"line_id": "1", "sku": sku, "name": "Tea mug", "quantity": 1, "placed_price": "5.00"}
    _give(tool, "set-shipment", **where, address=address, shipping_method="standard")
    _give(tool, "add-line", **where, **line)


def _give(tool: httpx.Client, name: str, /, **fields: Any) -> None:
    """Gives a command about a cart, which is accepted."""
    given = tool.post(f"/api/commands/cart.{name}", json=fields, headers={"Prefer": "wait=30"})
    assert given.status_code == 200, given.text
