"""An order by phone, for a customer whom the shop knows, and then the same once more."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.e2e.system import ADDRESS, System
from tests.e2e.test_by_phone import import_catalog
from tests.polling import eventually

pytestmark = pytest.mark.engines


@pytest.mark.shows(
    "1.4", "3.2", "3.4", "4.5", "4.6", "4.7", "4.14", "4.15", "4.16", "4.17", "4.18", "4.20"
)
@pytest.mark.shows("9.1", "9.2", "9.3", "9.4", "9.5")
def test_customer_orders_by_phone_and_later_once_more(
    system: System, supervisor: Person, tmp_path: Path
) -> None:
    page, name = supervisor.page, uuid4().hex[:8]
    sku, person = f"SKU-{name}", f"Thelma {name.upper()}"
    file = tmp_path / "catalog.csv"
    _sells(system, file, sku, name, "39.50")
    system.receive(sku, 10)
    _knows(system, name, person)
    eventually(lambda: person in supervisor.reads(f"/customers?search={name}"), within=30)
    eventually(lambda: sku in supervisor.reads(f"/products?search={sku}&market=US"), within=30)

    supervisor.go("/create")
    page.get_by_label("Market").select_option("United States (USD)")
    page.get_by_label("Customer").fill(name[2:])  # any part of the name
    page.get_by_role("button", name=re.compile(person)).click()
    supervisor.sees(f"Customer: {person}")
    supervisor.click("Create New Order")

    supervisor.choose("Options of shipment 1", "Edit")
    supervisor.click("Mercy Taylor, 1 Pike Pl", supervisor.dialog)  # out of the book
    supervisor.confirm("Save")
    supervisor.click("Add line items")
    variant = supervisor.dialog.get_by_label("Product Variant")
    variant.press_sequentially(f"of {name}")  # part of the description
    details = supervisor.dialog.get_by_role("link", name="More Details")
    expect(details).to_have_attribute("href", f"https://shop.example/{sku}")
    expect(details).to_have_attribute("target", "_blank")
    variant.fill(sku)  # the entire SKU
    supervisor.dialog.get_by_role("button", name=re.compile(f"Dress {name}")).click()
    expect(supervisor.dialog.get_by_label(re.compile("Placed Price"))).to_have_value("39.50")
    supervisor.fill(Quantity="2")
    supervisor.confirm("Add Line Item")
    supervisor.sees(f"Dress {name}", "$39.50")
    supervisor.click("Convert to Purchase Order")
    supervisor.sees("In Progress", person)

    _sells(system, file, sku, name, "44.00")
    supervisor.click("Reorder")
    supervisor.confirm("Reorder")
    expect(page.get_by_role("heading", name="Cart Details")).to_be_visible()
    supervisor.sees("Order summary", f"{sku}:", "44.00", "1 Pike Pl", person)
    supervisor.click("Create Order")
    supervisor.sees("In Progress", person)


def _sells(system: System, file: Path, sku: str, name: str, price: str) -> None:
    """The catalog has the article at this price, and the cart service knows."""
    header = "sku,name,description,url,price_US"
    row = f"{sku},Dress {name},A dress of {name},https://shop.example/{sku},{price}"
    file.write_text(f"{header}\n{row}\n", encoding="utf-8")
    import_catalog(system, file)
    system.cluster.until_done("cart")


def _knows(system: System, customer: str, name: str) -> None:
    """The shop knows a customer with an address."""
    key = f"cu-{customer}"
    for command, data in (
        ("customer.create", {"name": name, "email": f"{customer}@example.com"}),
        ("customer.add-address", {"address_id": "home", "address": ADDRESS}),
    ):
        reply = system.reply(system.post(command, key, {"customer_id": key, **data}))
        assert reply["outcome"] == "accepted", reply
