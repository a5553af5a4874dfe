"""Where a shipment comes from: told before an edit is made, and afterwards in the timeline."""

import pytest
from playwright.sync_api import expect

from tests.browser.builders import MERCY
from tests.browser.images import Photographer
from tests.browser.person import Person
from tests.e2e.system import System, shipment
from tests.e2e.test_splitting import PAYMENT

pytestmark = pytest.mark.engines

HAD = "(Rotterdam: 2 of 3; Coventry: 1 of 3)"


def test_edit_foresees_the_split_that_the_timeline_tells(
    system: System, supervisor: Person, order: str, sku: str, photograph: Photographer
) -> None:
    page = supervisor.page
    system.receive(sku, 2, "rotterdam")
    parcel = shipment(sku, 2, shipping_cost="49.00")
    system.place(order, parcel, market="SE", currency="SEK", payments=[PAYMENT], **MERCY)
    system.event(order, "shipment.inventory-assigned", "1")
    system.receive(sku, 1, "coventry")
    supervisor.opens(order)
    supervisor.sees("Inventory Assigned")
    supervisor.choose(f"Options of line {sku}", "Change")
    supervisor.fill(Quantity="3")
    expect(supervisor.dialog).to_contain_text(
        f"Shipment 1 is split, as no warehouse has all of it {HAD}: "
        "2 from Rotterdam; 1 from Coventry"
    )
    expect(supervisor.dialog).to_contain_text("It may change until the goods are allocated.")
    photograph(page, "sourcing", "#dialog-content")
    supervisor.confirm("Save")
    system.event(order, "shipment.split")
    system.event(order, "shipment.inventory-assigned", "2")
    supervisor.sees("Shipment 2")
    page.get_by_role("link", name="Timeline").click()
    supervisor.sees(
        f"Shipment 1 was split, as no warehouse has all of it {HAD}: "
        "shipment 1 from Rotterdam (2); shipment 2 from Coventry (1)",
        "Inventory assigned to shipment 2 in Coventry",
    )
    photograph(page, "split")
