"""Every page, as axe-core sees it, light and dark; and by keyboard."""

from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.pages import job_about
from tests.browser.person import Person
from tests.desk import Desk
from tests.e2e.system import System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
# Describing each element that breaks no rule would cost more than looking for those that do.
Scheme = Literal["light", "dark"]
# Both schemes have the same elements at the same places: only what is judged by colour is judged
# again in the dark.
RULES: dict[Scheme, str] = {
    "light": """{
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      resultTypes: ['violations'],
    }""",
    "dark": """{
      runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
      resultTypes: ['violations'],
    }""",
}
# Colours that fade would be judged halfway.
FADED = """() => Promise.all(
  document.getAnimations().filter((a) => a instanceof CSSTransition).map((a) => a.finished)
)"""


@pytest.fixture(scope="module")
def pages(system: System, desk: Desk) -> dict[str, str]:
    """Every page by a name, with something on it."""
    order, sku = f"c-{uuid4().hex[:8]}", f"SKU-{uuid4().hex[:8]}"
    customer, draft = f"cu-{uuid4().hex[:8]}", f"draft-{uuid4().hex[:8]}"
    with desk.tool("supervisor", "warehouse") as tool:

        def give(command: str, /, **fields: Any) -> None:
            answer = tool.post(
                f"/api/commands/{command}", json=fields, headers={"Prefer": "wait=30"}
            )
            assert answer.status_code == 200, answer.text

        system.receive(sku, 10)
        give("customer.create", customer_id=customer, name="Mercy Taylor", email="m@example.com")
        address = {"name": "Mercy Taylor", "line1": "1 Pike Pl", "city": "Seattle", "country": "US"}
        give("customer.add-address", customer_id=customer, address_id="a-1", address=address)
        give("cart.create-draft", cart_id=draft, market="US", customer_id=customer)
        line = {"sku": sku, "name": "Linen dress", "quantity": 1, "placed_price": "10.00"}
        give("cart.add-line", cart_id=draft, shipment_id="1", line_id="1", **line)
        system.place(order, shipment(sku), customer={"customer_id": customer, "name": "Mercy"})
        system.event(order, "shipment.inventory-assigned", "1")
        give("order.add-note", order_id=order, text="Called back")
        give("shipment.release", order_id=order, shipment_id="1")
        system.post("order.add-note", order, {"order_id": order, "text": 7})
    letter = _letter_about(desk, order)
    return {
        "home": "/",
        "orders": "/orders?status=InProgress",
        "order": f"/orders/{order}",
        "notes": f"/orders/{order}?tab=notes",
        "timeline": f"/orders/{order}?tab=timeline",
        "hold": f"/orders/{order} Hold",
        "cancel": f"/orders/{order} Cancel Order",
        "carts": "/carts",
        "deleting carts": "/carts Delete",
        "deleting orders": "/orders Delete",
        "deleting matching orders": "/orders Delete…",
        "jobs": "/jobs",
        "job": f"/jobs/{job_about(desk, order)}",
        "cart": f"/carts/{draft}",
        "create": "/create",
        "contact": "/create New Customer",
        "customers": "/customers?search=mercy",
        "customer": f"/customers/{customer}",
        "product": f"/catalog/{sku}",
        "warehouses": "/warehouse",
        "picking": "/warehouse/seattle",
        "stock": "/warehouse/seattle/stock",
        "slip": f"/warehouse/slip/{order}/1",
        "slips": f"/warehouse/seattle/slips?shipment={order}/1",
        "pick list": f"/warehouse/seattle/pick-list?shipment={order}/1",
        "scanned": "/warehouse/seattle?scan=PO1",
        "invoice": f"/orders/{order}/documents/invoice",
        "dead letters": "/operations/letters",
        "dead letter": f"/operations/letters/{letter}",
        "redriving": f"/operations/letters/{letter} Redrive",
        "dropping": f"/operations/letters/{letter} Drop",
        "health": "/operations/health",
        "style guide": "/styleguide",
        "nothing": "/nothing-here",
    }


def _letter_about(desk: Desk, order: str) -> str:
    """The id of the dead letter about an order, as soon as there is one."""
    with desk.tool("operator") as tool:

        def letters() -> list[dict[str, Any]]:
            found = tool.get(f"/api/dead-letters?order={order}").json()["letters"]
            return list(found)

        eventually(letters, within=60)
        return str(letters()[0]["id"])


def test_axe_finds_nothing_light_and_dark(
    context: BrowserContext, desk: Desk, pages: dict[str, str]
) -> None:
    if not AXE.is_file():
        pytest.skip("no axe-core: run `npm ci`")
    page = context.new_page()
    page.emulate_media(reduced_motion="reduce")
    person = Person(page, desk)
    person.go("/sign-in")
    found = _violations(page, "sign-in")
    person.sign_in("supervisor", "warehouse", "operator")
    for name, where in pages.items():
        path, _, dialog = where.partition(" ")
        person.go(path)
        if dialog.endswith("…"):
            page.get_by_text("More actions").click()
        if dialog == "Delete":
            page.get_by_label("Select every").check()
        if dialog:
            person.click(dialog)
            expect(person.dialog).to_be_visible()
        found |= _violations(page, name)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def _violations(page: Page, name: str) -> dict[str, list[str]]:
    """What axe-core objects to in each colour scheme, and where.

    Only style sheets tell the schemes apart, so the page is loaded once. The script comes past the
    page's own policy.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = {}
    for scheme, rules in RULES.items():
        page.emulate_media(color_scheme=scheme)
        page.evaluate(FADED)
        answer = page.evaluate(f"axe.run(document, {rules})")
        found[f"{name}, {scheme}"] = [
            f"{each['id']}: {node['html'][:160]}"
            for each in answer["violations"]
            for node in each["nodes"][:3]
        ]
    return found


def test_a_hold_by_keyboard_alone(supervisor: Person, pages: dict[str, str]) -> None:
    page = supervisor.page
    supervisor.go(pages["order"])
    # However long a page takes to settle, a dialog that can be typed into can be sent.
    page.evaluate("htmx.config.defaultSettleDelay = 500")
    page.get_by_role("button", name="Hold", exact=True).focus()
    page.keyboard.press("Enter")
    expect(supervisor.dialog).to_be_visible()
    expect(supervisor.dialog.get_by_label("Reason")).to_be_focused()
    page.keyboard.press("Escape")
    expect(supervisor.dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Hold", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(supervisor.dialog.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    supervisor.sees("On Hold", "By keyboard")
