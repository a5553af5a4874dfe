"""Two holds on one order, released by those who may."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.builders import MERCY
from tests.browser.images import Photographer
from tests.browser.person import Person
from tests.desk import Desk
from tests.e2e.system import System, shipment


@pytest.fixture
def csr(browser: Browser, desk: Desk) -> Iterator[Person]:
    """Somebody of customer service, in a browser of their own."""
    context = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 800})
    yield Person(context.new_page(), desk).sign_in("csr")
    context.close()


@pytest.mark.shows("6.2")
def test_each_hold_is_released_by_those_who_may(
    system: System,
    supervisor: Person,
    csr: Person,
    order: str,
    sku: str,
    photograph: Photographer,
) -> None:
    system.place(order, shipment(sku), **MERCY)
    csr.opens(order)
    csr.click("Hold")
    csr.dialog.get_by_label("Type").select_option("address")
    csr.fill(Reason="No house number")
    csr.confirm("Hold")
    csr.sees("Address check", "No house number", "releasing, shipping")
    supervisor.opens(order)
    supervisor.click("Add Hold")
    supervisor.dialog.get_by_label("Type").select_option("fraud")
    supervisor.fill(Reason="Third card today", Review="2026-01-15")
    supervisor.confirm("Hold")
    supervisor.sees("Fraud check", "Third card today", "15 Jan 2026", "Overdue", "Address check")
    photograph(supervisor.page, "holds")
    # A fraud check is released by a supervisor, an address check by customer service too.
    csr.opens(order)
    csr.sees("Fraud check", "Can be released by the role supervisor.")
    fraud = csr.page.get_by_role("button", name="Release the hold: Fraud check")
    expect(fraud).to_have_count(0)
    csr.click("Release the hold: Address check")
    expect(csr.page.get_by_text("No house number")).to_have_count(0)
    csr.sees("On Hold")
    csr.go("/holds?type=fraud")
    csr.sees("Third card today", "Overdue")
    csr.go("/")
    csr.sees("On hold past review")
    supervisor.opens(order)
    supervisor.click("Release the hold: Fraud check")
    supervisor.sees("In Progress")
