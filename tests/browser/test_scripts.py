"""Markup in every text that somebody may type or send: pages show it, and nothing of it runs."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.person import Person
from tests.desk import Desk
from tests.e2e.system import System
from tests.polling import eventually

pytestmark = pytest.mark.engines

EVIL = (
    "\"'><x-evil onclick=evil()><img src=x onerror='window.evil=1'><script>evil=1</script>{{7*7}}"
)
SHORT = "'\"><x-evil>{{7*7}}"
# Whatever would be an element or a handler of theirs, or an address that runs.
THEIRS = """() => [...document.querySelectorAll("*")].filter((each) =>
  each.localName === "x-evil" || (each.localName === "script" && !each.src)
  || [...each.attributes].some((a) => a.name.startsWith("on") || /^javascript:/i.test(a.value))
).map((each) => each.outerHTML.slice(0, 200))"""


@pytest.fixture
def bare(browser: Browser) -> Iterator[Page]:
    """A browser that doesn't heed the pages' policy: escaping alone has to do."""
    context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(60_000)
    page = context.new_page()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    yield page
    context.close()
    assert asked == []


@pytest.fixture
def names() -> dict[str, str]:
    """Ids of a customer, a cart and an order that nobody else has."""
    name = uuid4().hex[:8]
    return {"customer": f"cu-{name}", "cart": f"draft-{name}", "order": f"c-{name}"}


def filled(system: System, desk: Desk, names: dict[str, str]) -> None:
    """A customer, a cart and an order with markup in all of their texts."""
    address = {"name": EVIL, "line1": EVIL, "line2": EVIL, "city": EVIL, "region": EVIL}
    address |= {"postal_code": SHORT, "country": "US", "phone": SHORT}
    email = "<x-evil/onclick=evil()>@example.com"
    line = {"sku": "SKU-1", "name": EVIL, "quantity": 1, "placed_price": "10.00"}
    customer = {"customer_id": names["customer"], "name": EVIL, "email": email, "phone": SHORT}
    shipping = {"shipping_method": "standard", "shipping_cost": "0.00", "address": address}
    payment = {"payment_id": "p-1", "method": "telephone", "transaction_type": "Sale"}
    payment |= {"amount": "1.00", "status": "Processed", "reference": EVIL}
    more = {"customer": customer, "payments": [payment]}
    system.place(names["order"], shipping | {"lines": [line]}, **more)
    with desk.tool("supervisor", "warehouse") as tool:

        def give(command: str, /, **fields: Any) -> None:
            headers = {"Prefer": "wait=30"}
            answer = tool.post(f"/api/commands/{command}", json=fields, headers=headers)
            assert answer.status_code == 200, (command, answer.text)

        give("customer.create", **customer)
        book = {"customer_id": names["customer"], "address_id": "a-1", "address": address}
        give("customer.add-address", **book)
        give("cart.create-draft", cart_id=names["cart"], customer_id=names["customer"], market="US")
        where = {"cart_id": names["cart"], "shipment_id": "1"}
        give("cart.set-shipment", **where, address=address, shipping_method="standard")
        give("cart.add-line", **where, line_id="1", **line)
        order = {"order_id": names["order"]}
        eventually(lambda: desk.knows(names["order"]), within=60)
        give("order.add-note", **order, text=EVIL)
        give("order.hold", **order, reason=EVIL)


def test_markup_is_shown_and_nothing_of_it_runs(
    system: System, desk: Desk, bare: Page, names: dict[str, str]
) -> None:
    filled(system, desk, names)
    person = Person(bare, desk).sign_in("supervisor", "warehouse")
    order, cart = f"/orders/{names['order']}", f"/carts/{names['cart']}"
    customer = f"/customers/{names['customer']}"
    line = "shipment=1&line=1"
    pages = [
        *("/", "/orders", "/carts", "/customers?search=x-evil", customer, cart),
        *(
            order,
            f"{order}?tab=notes",
            f"{order}?tab=timeline",
            f"/warehouse/slip{order[7:]}/1",
            f"{order}/documents/invoice",
        ),
        *(f"{order}/dialog/{name}?{line}&payment=p-1" for name in ("hold", "capture", "refund")),
        *(f"{order}/dialog/{name}?{line}" for name in ("edit-shipment", "change-line")),
        *(f"{order}/dialog/{name}?{line}" for name in ("remove-line", "move-line", "split-line")),
        *(f"{order}/dialog/{name}?{line}" for name in ("discount", "add-line", "release")),
        *(f"{cart}/dialog/{name}?{line}" for name in ("edit-shipment", "change-line", "discount")),
        *(f"{customer}/dialog/{name}?address=a-1" for name in ("update", "change-address")),
    ]
    shown = 0
    for path in pages:
        person.go(path)
        assert bare.evaluate(THEIRS) == [], path
        shown += "x-evil" in (bare.text_content("body") or "")
    assert shown > 10  # as text
    for name in ("number", "name", "customer", "email", "customer_id", "created", "start", "after"):
        person.go(f"/orders?{name}={EVIL.replace('&', '%26')}")
        assert bare.evaluate(THEIRS) == [], name
    # The dialog, its refusal and the list of what would be deleted come in parts.
    person.go(order)
    person.click("Release OnHold")
    person.sees("In Progress")
    person.click("Hold")
    person.fill(Reason=EVIL)
    person.confirm("Hold")
    person.sees("On Hold")
    assert bare.evaluate(THEIRS) == []
    person.go(f"/orders?customer={EVIL[:8]}")
    bare.locator("[data-choose]").first.check()
    person.click("Delete")
    person.dialog.wait_for()
    assert bare.evaluate(THEIRS) == []
    assert bare.evaluate("() => window.evil") is None
