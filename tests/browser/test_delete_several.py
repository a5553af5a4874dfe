"""Deleting several orders or carts that were chosen on several pages of a list."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from services.portal.queries.cursor import PAGE
from tests.browser.builders import MERCY, fill_draft, number_of, send_cart_command
from tests.browser.person import Person
from tests.desk import Desk
from tests.e2e.system import System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines


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
    expect(supervisor.dialog).to_contain_text("Deleting an order can't be undone.")
    supervisor.click("Check orders", supervisor.dialog)
    supervisor.sees("2 of 2 orders can be deleted. Nothing has changed yet.", *numbers)
    supervisor.click("Delete 2 orders")
    supervisor.sees("2 of 2 done", "Finished")
    expect(page.get_by_role("cell", name="Deleted", exact=True)).to_have_count(2)
    supervisor.go(f"/orders?number={numbers[0]}")
    expect(page.locator("#chosen-count")).to_be_empty()  # the job has them now
    supervisor.sees("No orders match these filters.")
    supervisor.go(f"/orders/{ids[0]}")
    supervisor.sees("was deleted by csr:supervisor")


def test_hold_all_orders_that_match_the_filters(
    system: System, supervisor: Person, order: str, sku: str
) -> None:
    family = f"Zz{order.replace('-', '')}"
    ids = [f"{order}-{n}" for n in range(3)]
    for each in ids:
        system.place(each, shipment(sku, 1), customer={"name": family})
    for each in ids:
        supervisor.opens(each)
    system.do("order.hold", ids[0])
    supervisor.go(f"/orders?customer={family}")
    page = supervisor.page
    supervisor.click("More actions")
    supervisor.click("Hold…")
    expect(supervisor.dialog).to_contain_text("All orders that match the filters: 3")
    supervisor.fill(Reason="Recall")
    supervisor.click("Check orders", supervisor.dialog)
    supervisor.sees("2 of 3 orders can be held, 1 can't.", "Nothing to do: this is already done.")
    supervisor.click("Hold 2 orders")
    supervisor.sees("2 of 2 done")
    page.get_by_role("link", name="Can't be done (1)").click()
    expect(page.get_by_role("row")).to_have_count(2)  # with the head
    supervisor.go("/jobs")
    supervisor.sees("Hold 3 orders", "Finished")
    supervisor.opens(ids[1])
    supervisor.sees("Recall")


@pytest.mark.shows("8.1")
def test_delete_several_carts_chosen_on_several_pages(desk: Desk, page: Page) -> None:
    csr, name = Person(page, desk).sign_in("csr"), uuid4().hex[:8]
    carts = [f"draft-{name}-{n}" for n in range(PAGE + 1)]
    with desk.tool("csr") as tool:
        for each in carts:
            send_cart_command(tool, "create-draft", cart_id=each, market="US")
        fill_draft(tool, carts[-1])
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
        send_cart_command(tool, "convert", cart_id=carts[-1])  # meanwhile, somebody else
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
    expect(page.locator("#chosen-count")).to_be_empty()
    expect(page.get_by_role("link", name=re.compile(f"{name}-({PAGE - 1}|{PAGE})"))).to_have_count(
        0
    )
    expect(page.get_by_role("link", name=f"{name}-{PAGE - 2}", exact=False)).to_be_visible()
