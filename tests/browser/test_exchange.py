"""An exchange by phone: from the click on the shipped order to the new parcel."""

import pytest
from playwright.sync_api import expect

from tests.browser.builders import MERCY
from tests.browser.images import Photographer
from tests.browser.person import Person
from tests.e2e.system import System, shipment

pytestmark = pytest.mark.engines


def test_caller_gets_another_parcel_for_one_that_comes_back(
    system: System, order: str, sku: str, supervisor: Person,
    photograph: Photographer,
) -> None:  # fmt: skip
    system.place(order, shipment(sku), **MERCY)
    system.ship(order)
    system.event(order, "order.completed")
    supervisor.opens(order)
    supervisor.sees("Completed")
    supervisor.click("Exchange")
    dialog = supervisor.dialog
    dialog.get_by_label(f"Quantity of {sku}, at most 2").fill("1")
    dialog.get_by_label(f"Reason for {sku}").select_option("Too small")
    dialog.get_by_label("Quantity of replacement 1").fill("1")
    dialog.get_by_text("Ship the replacement before the goods are back").click()
    expect(dialog).to_contain_text("Exchange order from Seattle (Seattle: all)")
    photograph(supervisor.page, "exchange", "#dialog-content")
    supervisor.confirm("Create exchange")
    supervisor.sees("Awaiting Exchange", "Waiting for the goods of return")
    number = system.event(order, "exchange.ordered").data["exchange_order_number"]
    supervisor.page.get_by_role("link", name=number).first.click()
    supervisor.sees("Customer service releases shipment 1.", sku)
    supervisor.page.get_by_role("button", name="Release shipment 1").first.click()
    supervisor.confirm("Release")
    supervisor.sees("Waiting for the warehouse Seattle to pack shipment 1.")
