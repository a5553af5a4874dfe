"""The page of a bulk job while it goes on: what is replaced, and what keeps its place."""

import re
import signal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.e2e.system import System, shipment

pytestmark = pytest.mark.engines

MARK = "document.querySelector('#job-orders').dataset.mark = 'before'"


def polled(page: Page, path: str, times: int) -> None:
    """Waits until the page has asked for a part of itself so many times."""
    for _ in range(times):
        with page.expect_response(re.compile(path)):
            pass


def test_a_job_that_goes_on_keeps_the_focus_and_the_place_in_the_table(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    system.place(order, shipment(sku, 1))
    supervisor.opens(order)
    page = supervisor.page
    (service,) = system.of("order")
    service.send(signal.SIGSTOP)  # nobody answers the check
    try:
        with supervisor.desk.tool("supervisor") as tool:
            body = {"action": "hold", "orders": [order]}
            job = tool.post("/api/bulk-jobs", json=body).json()["job_id"]
        supervisor.go(f"/jobs/{job}")
        supervisor.sees("Checking the orders. Nothing has changed yet.")
        said = page.locator("#job-said")
        expect(said).to_have_text("")
        page.evaluate(MARK)
        polled(page, r"state=any$", 1)
        table = page.locator("#job-orders")
        expect(table).not_to_have_attribute("data-mark", "before")
        expect(said).to_have_text("0 of 1 checked")  # the tenth progress; not the nine before

        page.evaluate(MARK)
        page.get_by_role("link", name="PO1").focus()
        polled(page, "/progress", 5)
        expect(table).to_have_attribute("data-mark", "before")
        page.get_by_role("button", name="Stop").focus()
        polled(page, r"state=any$", 1)
        expect(table).not_to_have_attribute("data-mark", "before")
    finally:
        service.send(signal.SIGCONT)
    supervisor.sees("1 of 1 order can be held. Nothing has changed yet.")
    expect(said).to_have_text("1 of 1 order can be held. Nothing has changed yet.")
    expect(page.get_by_role("button", name="Discard")).to_be_focused()
