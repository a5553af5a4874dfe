"""Documents for printing, the pages of a warehouse, and what the home page says of work."""

from __future__ import annotations

import re
from decimal import Decimal
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.desk import Desk
from tests.e2e.system import ADDRESS, System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines

HOSTILE = "<b>Tea</b> \u0394 " + "mug" * 60
LINES = 200


@pytest.fixture
def packer(desk: Desk, page: Page) -> Person:
    """Somebody in a warehouse who also sees orders and money."""
    return Person(page, desk).sign_in("supervisor", "warehouse", "operator")


def _released(system: System, order: str, sku: str) -> None:
    system.place(order, shipment(sku), customer={"name": "Mercy Taylor"})
    system.event(order, "shipment.inventory-assigned", "1")
    system.do("shipment.release", order, "1")
    system.event(order, "shipment.released", "1")


def _number(person: Person, order: str) -> str:
    found = re.search(r"<title>(PO\d+)", person.reads(f"/orders/{order}"))
    assert found
    return found[1]


def test_scanned_order_is_packed_and_its_slips_are_printed(
    system: System, packer: Person, order: str, sku: str
) -> None:
    page, second = packer.page, f"c-{uuid4().hex[:8]}"
    for each in (order, second):
        _released(system, each, sku)
    eventually(lambda: second in packer.reads("/warehouse/seattle"), within=30)
    number = _number(packer, order)
    packer.go("/warehouse/seattle")
    scan = page.get_by_label("Scan or type an order number")
    expect(scan).to_be_focused()
    page.keyboard.type(number.lower())
    page.keyboard.press("Enter")
    scanned = page.get_by_role("region", name="Scanned")
    expect(scanned).to_contain_text(number)
    expect(scan).to_be_focused()
    packer.click("Add to Picklist", scanned)
    expect(scanned.get_by_role("button", name="Complete")).to_be_visible()
    page.keyboard.type("PO99")
    page.keyboard.press("Enter")
    packer.sees("There is no order with this number.")

    for each in (order, second):
        page.locator(f"input[value='{each}/1']").check()
    packer.click("Print pick list")
    expect(page.get_by_role("row", name=sku)).to_contain_text("4")
    packer.sees(f"2 × {number}", f"2 × {_number(packer, second)}")
    page.get_by_role("link", name="Back").click()
    for each in (order, second):
        page.locator(f"input[value='{each}/1']").check()
    packer.click("Print packing slips")
    expect(page.get_by_role("img", name="Barcode of")).to_have_count(2)


def test_invoice_of_many_lines_prints_on_several_pages(
    system: System, packer: Person, order: str, sku: str
) -> None:
    page = packer.page
    lines = [
        {"sku": f"{sku}-{n}", "name": HOSTILE, "quantity": 1, "placed_price": "1.00"}
        for n in range(LINES)
    ]
    long = {"name": HOSTILE[:200], "city": "x" * 200}
    system.place(
        order,
        shipment(sku, lines=lines, address={**ADDRESS, **long}),
        customer={"name": HOSTILE[:200], "email": "mercy@example.com"},
    )
    eventually(lambda: packer.desk.knows(order))
    packer.go(f"/orders/{order}")
    page.get_by_role("button", name="Documents").or_(page.get_by_text("Documents")).first.click()
    page.get_by_role("link", name="Invoice").click()
    expect(page.get_by_role("row")).to_have_count(LINES + 1 + 2)  # headings, and a payment
    expect(page.get_by_text(HOSTILE[:9]).first).to_be_visible()  # as text, not as markup
    packer.sees("Total", "Outstanding", "Waybill Example Store")
    for size in ("A4", "Letter"):
        pages = len(re.findall(rb"/Type /Page\b", page.pdf(format=size)))
        assert 4 < pages < 40
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.locator("thead").first).to_have_css("display", "table-header-group")


def test_credit_note_lists_refunds(system: System, packer: Person, order: str, sku: str) -> None:
    system.place(order, shipment(sku))
    eventually(lambda: packer.desk.knows(order))
    answer = packer.page.request.get(packer.desk.url + f"/orders/{order}/documents/credit-note")
    assert answer.status == 404
    assert "Nothing of this order was refunded" in answer.text()
    amount = Decimal("1.50")
    system.do("payment.refund", order, payment_id="p-1", amount=str(amount))
    system.event(order, "payment.refunded")
    where = f"/orders/{order}/documents/credit-note"
    eventually(lambda: "$1.50" in packer.reads(where), within=30)
    packer.go(where)
    packer.sees("Credit note", "For invoice", "Total refunded", "$1.50")


def test_home_leads_to_what_needs_somebody(
    system: System, packer: Person, order: str, sku: str
) -> None:
    page = packer.page
    system.place(order, shipment(sku), paid=False)
    eventually(lambda: packer.desk.knows(order))
    packer.go("/")
    expect(page.get_by_role("link", name="Dead letters")).not_to_contain_text("Counting")
    number = _number(packer, order)
    page.get_by_role("link", name="Orders not paid in full").click()
    expect(page.get_by_role("link", name=number)).to_be_visible()
    packer.go("/")
    page.get_by_role("link", name="7 days").click()
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")
    figure = page.get_by_role("figure").filter(has_text="Orders placed")
    figure.get_by_text("Show as a table").click()
    expect(figure.get_by_role("row")).to_have_count(8)


def test_stock_is_filtered_and_shows_who_waits(
    system: System, packer: Person, order: str, sku: str
) -> None:
    page, short = packer.page, f"{sku}-short"
    system.receive(short, 1)
    system.place(order, shipment(short, 5))
    where = f"/warehouse/seattle/stock?sku={short}&only=waiting"
    eventually(lambda: "No stock matches" not in packer.reads(where), within=30)
    packer.go("/warehouse/seattle/stock")
    page.get_by_label("SKU or item name").fill(sku)
    page.keyboard.press("Enter")
    levels = page.get_by_role("region", name="Levels")
    expect(levels.get_by_role("row")).to_have_count(3)
    page.get_by_role("link", name="Orders wait for it").click()
    expect(levels.get_by_role("row")).to_have_count(2)
    levels.get_by_role("link", name=f"Orders that wait for {short}").click()
    packer.sees(f"Orders that wait for {short}", _number(packer, order))
