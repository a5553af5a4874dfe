"""Every page, dialog and menu of the portal, with ordinary and with extreme data on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from uuid import uuid4

from services.portal.web.carts import carts
from services.portal.web.customers import customers
from services.portal.web.order import page as order
from services.portal.web.returns import dialogs as returns
from services.portal.web.warehouse.stock import DIALOGS as STOCK_DIALOGS
from tests.browser.afterwards import RETURN, failing_webhook, returned_order
from tests.desk import Desk
from tests.e2e.system import ADDRESS, System, cart, converted
from tests.polling import eventually

Data = Literal["ordinary", "extreme"]
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 5
TEXTS = {
    "ordinary": {"name": "Mercy Taylor", "city": "Seattle", "item": "Linen dress", "note": "Call."},
    "extreme": {
        "name": f"{LONG} 山田太郎 عبد الله",
        "city": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 2,
        "item": "木製の椅子 " + "Donaudampfschifffahrtsgesellschaftskapitänsmütze" * 3,
        "note": (LONG + "\n") * 6 + "👩‍👩‍👧‍👦" * 30,
    },
}


@dataclass(frozen=True)
class View:
    """A page, and what is opened on it: a `dialog` by its address, or the menu of that label."""

    name: str
    path: str
    dialog: str = ""
    menu: str = ""


@dataclass(frozen=True)
class Created:
    """The ids of what was made for the views."""

    order: str
    draft: str
    customer: str
    sku: str
    letter: str
    job: str
    returned: str
    webhook: str
    delivery: str


def views(told: Created) -> list[View]:
    """All of them."""
    at, draft, home = f"/orders/{told.order}", f"/carts/{told.draft}", f"/customers/{told.customer}"
    stock = "/warehouse/seattle/stock"
    back, hook = f"/orders/{told.returned}", f"/operations/webhooks/{told.webhook}"
    shipment, line, payment = "shipment=1", "line=1", "payment=p-1"
    pages = [
        View("home", "/"),
        View("orders", "/orders"),
        View("orders with filters", "/orders", menu="Status"),
        View("orders, wide", "/orders?columns=created.customer.units.waits.paid.total"),
        View("orders' columns", "/orders", menu="Columns"),
        View("orders: more actions", "/orders", menu="More actions"),
        View("jobs", "/jobs"),
        View("job", f"/jobs/{told.job}"),
        View("order", at),
        View("shipment's menu", at, menu="Options of shipment 1"),
        View("line's menu", at, menu=f"Options of line {told.sku}"),
        View("payment's menu", at, menu="Options of the payment by credit-card"),
        View("notes", f"{at}?tab=notes"),
        View("timeline", f"{at}?tab=timeline"),
        View("as of", f"{at}?tab=timeline", menu="As of"),
        View("carts", "/carts"),
        View("cart", draft),
        View("cart shipment's menu", draft, menu="Options of shipment 1"),
        View("cart line's menu", draft, menu=f"Options of line {told.sku}"),
        View("create", "/create"),
        View("customers", "/customers?search=mercy"),
        View("customer", home),
        View("catalog", "/catalog"),
        View("product", f"/catalog/{told.sku}"),
        View("warehouses", "/warehouse"),
        View("picking", "/warehouse/seattle"),
        View("stock", stock),
        View("slip", f"/warehouse/slip/{told.order}/1"),
        View("pick list", f"/warehouse/seattle/pick-list?shipment={told.order}/1"),
        View("slips", f"/warehouse/seattle/slips?shipment={told.order}/1"),
        View("invoice", f"{at}/documents/invoice"),
        View("credit note", f"{at}/documents/credit-note"),
        View("held order with a return", back),
        View("returned order's timeline", f"{back}?tab=timeline"),
        View("holds", "/holds"),
        View("returns", "/returns"),
        View("return", f"/returns/{told.returned}/{RETURN}"),
        View("return slip", f"/returns/{told.returned}/{RETURN}/slip"),
        View("webhooks", "/operations/webhooks"),
        View("webhook", hook),
        View("delivery", f"{hook}/deliveries/{told.delivery}"),
        View("dead letters", "/operations/letters"),
        View("dead letter", f"/operations/letters/{told.letter}"),
        View("health", "/operations/health"),
        View("style guide", "/styleguide"),
        View("nothing", "/nothing-here"),
    ]
    about = f"?{shipment}&{line}&{payment}"
    dialogs = [
        *(View(f"order: {n}", at, f"{at}/dialog/{n}{about}") for n in order.DIALOGS),
        *(View(f"cart: {n}", draft, f"{draft}/dialog/{n}{about}") for n in carts.DIALOGS),
        View("view: save", "/orders", "/views/dialog"),
        View("customer: new", "/customers", "/customers/dialog/new"),
        *(
            View(f"customer: {n}", home, f"{home}/dialog/{n}?address=a-1")
            for n in customers.DIALOGS
            if n != "new"
        ),
        View("orders: cancel all that match", "/orders", "/bulk/cancel?which=matching"),
        View("orders: delete the selected", "/orders", "/bulk/delete"),
        View("style guide: dialog", "/styleguide", "/styleguide/dialog"),
        *(
            View(f"returns: {n}", back, f"{back}/returns/dialog/{n}?return={RETURN}")
            for n in returns.DIALOGS
        ),
        View("webhook: new", "/operations/webhooks", "/operations/webhook-form"),
        View("webhook: change", hook, f"/operations/webhook-form?webhook_id={told.webhook}"),
        *(View(f"webhook: {n}", hook, f"{hook}/confirm?what={n}") for n in ("secret", "delete")),
        *(
            View(f"stock: {n}", stock, f"{stock}/dialog/{n}?sku={told.sku}")
            for n in STOCK_DIALOGS
        ),
    ]  # fmt: skip
    return pages + dialogs


def create(system: System, desk: Desk, data: Data) -> Created:
    """Makes something for every view to show."""
    mark, texts = uuid4().hex[:8], TEXTS[data]
    sku = f"SKU-{mark}" + ("-" + "W" * 50 if data == "extreme" else "")
    order_id, draft, customer = f"v-{mark}", f"draft-{mark}", f"cu-{mark}"
    address = {**ADDRESS, "name": texts["name"][:200], "city": texts["city"][:200]}
    lines = 40 if data == "extreme" else 2
    price = "9999999999.99" if data == "extreme" else "10.00"
    with desk.tool("supervisor", "warehouse") as tool:

        def give(command: str, /, **fields: Any) -> None:
            answer = tool.post(
                f"/api/commands/{command}", json=fields, headers={"Prefer": "wait=30"}
            )
            assert answer.status_code == 200, answer.text

        system.receive(sku, 100)
        give("customer.create", customer_id=customer, name=f"Mercy {texts['name']}"[:200])
        give("customer.add-address", customer_id=customer, address_id="a-1", address=address)
        give("cart.create-draft", cart_id=draft, market="US", customer_id=customer)
        goods = {"sku": sku, "name": texts["item"][:200], "quantity": 1, "placed_price": price}
        give("cart.add-line", cart_id=draft, shipment_id="1", line_id="1", **goods)
        where = {"shipment_id": "1", "address": address, "shipping_method": "standard"}
        give("cart.set-shipment", cart_id=draft, **where)
        made = {
            "shipping_method": "standard",
            "shipping_cost": "4.90",
            "address": address,
            "lines": [{**goods, "sku": sku if n == 0 else f"{sku[:60]}-{n}"} for n in range(lines)],
        }
        buyer = {"customer_id": customer, "name": texts["name"][:200], "email": "m@example.com"}
        paid = {
            "payment_id": "p-1",
            "method": "credit-card",
            "transaction_type": "Authorization",
            "amount": "5.00",
            "status": "Processed",
            "reference": texts["name"][:200],
        }
        bought = cart(order_id, made, paid=False, customer=buyer, payments=[paid])
        system.cluster.produce([converted(bought)])
        system.event(order_id, "payment.recorded")
        give("order.add-note", order_id=order_id, text=texts["note"][:4000])
        system.post("order.add-note", order_id, {"order_id": order_id, "text": 7})
    letter, job = _letter_about(desk, order_id), job_about(desk, order_id)
    returned = returned_order(system, f"b-{mark}", sku, texts)
    hook, delivery = failing_webhook(desk, texts)
    return Created(order_id, draft, customer, sku, letter, job, returned, hook, delivery)


def job_about(desk: Desk, *orders: str, roles: tuple[str, ...] = ("csr",)) -> str:
    """The id of a job over orders, of which some can't be held, as soon as it is checked."""
    with desk.tool(*roles) as tool:
        body = {"action": "hold", "orders": [*orders, "no-such-order"]}
        job_id = str(tool.post("/api/bulk-jobs", json=body).json()["job_id"])
        eventually(lambda: tool.get(f"/api/bulk-jobs/{job_id}").json()["phase"] == "ready")
        return job_id


def _letter_about(desk: Desk, about: str) -> str:
    """The id of the dead letter about an order, as soon as there is one."""
    with desk.tool("operator") as tool:

        def letters() -> list[dict[str, Any]]:
            found = tool.get(f"/api/dead-letters?order={about}").json()["letters"]
            return list(found)

        eventually(letters, within=60)
        return str(letters()[0]["id"])
