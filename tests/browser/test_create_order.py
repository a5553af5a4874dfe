"""Creating an order: from nothing to shipped, from another order, and from a cart."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.builders import MERCY, fill_draft, send_cart_command
from tests.browser.person import Person
from tests.e2e.system import System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines


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
    heading = page.get_by_role("heading", name=re.compile("^Shipment 1 "))
    supervisor.sees("Telephone payment")
    expect(heading).to_contain_text("Inventory Assigned")

    # "select Release from the option menu (...), then confirm it", "clicking Add to Picklist"
    supervisor.choose("Options of shipment 1", "Release")
    supervisor.confirm("Release")
    expect(heading).to_contain_text("Released")
    supervisor.choose("Options of shipment 1", "Add to Picklist")
    expect(heading).to_contain_text("Packing")
    supervisor.choose("Options of shipment 1", "Complete")
    supervisor.fill(Tracking_number="1Z 999")
    supervisor.confirm("Complete")
    supervisor.sees("Completed", "1Z 999")
    expect(heading).to_contain_text("Shipped")

    page.get_by_role("link", name="Timeline").click()
    supervisor.sees("Shipment 1 has shipped", "supervisor")
    page.get_by_role("link", name="show the order at this point").last.click()
    supervisor.sees("The order as it was right after")

    page.get_by_role("link", name="Customers").click()
    page.get_by_label("Name or email").fill(email[:9])
    page.get_by_role("link", name="Thelma <b>Hayes</b>").click()
    supervisor.sees(email, "Completed", "1 Pike Pl")  # in the book, because it was asked to


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
        send_cart_command(tool, "create-draft", cart_id=cart, market="US")
        fill_draft(tool, cart, sku)
    eventually(lambda: supervisor.desk.shows(f"/carts/{cart}"))
    supervisor.go("/carts")
    supervisor.page.get_by_role("link", name=cart).click()
    supervisor.click("Convert to Purchase Order")
    expect(supervisor.page).to_have_url(re.compile(f"/orders/{cart}"))
    supervisor.sees("In Progress", "Tea mug")
