"""Forms of records carry what they show, and say what somebody else has changed meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.portal.auth.sessions import Person
from services.portal.command_client import Submission
from services.portal.queries.models.carts import CartDetails, CartLine, CartShipment
from services.portal.queries.models.customers import CustomerAddress, CustomerDetails
from services.portal.queries.models.details import Line, OrderDetails, Shipment
from services.portal.queries.models.stock import ExpectedReceipt, VersionedLevel
from services.portal.web.forms.conflicts import OPENED
from services.portal.web.forms.values import SHOWS
from shared.contracts import Message
from shared.contracts.commands import offered
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Reason, Reply
from tests.forms import fields_of, visible_fields
from tests.unit.given import NOW
from tests.unit.portal.builders import MERCY, PIKE
from tests.unit.portal.unconnected import unconnected_portal

NOTHING = {"discount": "0.00", "tax": "0.00", "placed_price": "10.00"}
LINE = Line(line_id="1", sku="SKU-1", name="Dress", quantity=2, **NOTHING)
SHIPPING = {"shipping_method": "standard", "shipping_cost": "4.90", "shipping_tax": "0.00"}
TRACKED = {"tracking_number": "1Z99", "carrier": "UPS"}
SHIPMENT = Shipment(
    shipment_id="1", status="Released", address=PIKE, lines=[LINE], **SHIPPING, **TRACKED
)
CUSTOMER = CustomerDetails(
    customer_id="cu-7", name="Mercy", email="mercy@example.com", phone="1", version=3,
    addresses=[CustomerAddress(address_id="home", address=PIKE)], incomplete=False,
)  # fmt: skip
IN_CART = CartLine(
    line_id="1", sku="SKU-1", name="Dress", quantity=2, placed_price="10.00", tax="0.00",
    preorder=False,
)  # fmt: skip
CART = CartDetails(
    cart_id="c-1", status="Draft", created=NOW, changed=NOW, by=None, market="US", currency="USD",
    customer=MERCY, totals=None, version=5, incomplete=False,
    shipments=[
        CartShipment(shipment_id="1", address=PIKE, shipping_method="standard", lines=[IN_CART])
    ],
)  # fmt: skip
ORDER = OrderDetails(
    order_id="c-1", number="PO1000001", created=NOW, market="US", currency="USD",
    status="InProgress", since=NOW, pending=[], customer=MERCY, coupons=[], order_discount="0.00",
    manual_discount="1.00", total="24.90", paid="0.00", outstanding="24.90", shipments=[SHIPMENT],
    payments=[], notes=[], versions={"order": 7, "shipment": 4, "payment": 2}, incomplete=False,
)  # fmt: skip
LEVEL = VersionedLevel(
    warehouse="seattle",
    sku="SKU-1",
    on_hand=12,
    allocated=2,
    available=10,
    backordered=0,
    safety=2,
    expected=[ExpectedReceipt(warehouse="seattle", expected_on="2026-12-01", quantity=5)],
    version=6,
)
IDS = "?shipment=1&line=1&address=home"
# The form of every command that changes a record: where it is opened.
DIALOGS = {
    "customer.update": "/customers/cu-7/dialog/update",
    "customer.change-address": f"/customers/cu-7/dialog/change-address{IDS}",
    "customer.remove-address": f"/customers/cu-7/dialog/remove-address{IDS}",
    "cart.set-shipment": "/carts/c-1/dialog/edit-shipment?shipment=1",
    "cart.change-line": f"/carts/c-1/dialog/change-line{IDS}",
    "cart.remove-line": f"/carts/c-1/dialog/remove-line{IDS}",
    "cart.set-discount": f"/carts/c-1/dialog/discount{IDS}",
    "shipment.edit": "/orders/c-1/dialog/edit-shipment?shipment=1",
    "shipment.correct-tracking": "/orders/c-1/dialog/correct-tracking?shipment=1",
    "order.change-line": f"/orders/c-1/dialog/change-line{IDS}",
    "order.remove-line": f"/orders/c-1/dialog/remove-line{IDS}",
    "order.move-line": f"/orders/c-1/dialog/move-line{IDS}",
    "order.set-discount": f"/orders/c-1/dialog/discount{IDS}",
    "stock.count": "/warehouse/seattle/stock/dialog/count?sku=SKU-1",
    "stock.set-safety": "/warehouse/seattle/stock/dialog/set-safety?sku=SKU-1",
    "stock.expect": "/warehouse/seattle/stock/dialog/expect?sku=SKU-1",
}
LEVELS_SHOWN = {
    "stock.count": {"on_hand": "12"},
    "stock.set-safety": {"safety": "2"},
    "stock.expect": {"expected": "5: 2026-12-01"},
}
# They take away the one thing that they name, by a button: a second time changes nothing.
WITHOUT_A_FORM = {"cart.remove-coupon", "shipment.remove-from-picklist"}


class Records:
    """One customer, one cart, one order; a service that refuses until `refusals` are used up."""

    def __init__(self) -> None:
        self.refusals = 0
        self.expected: list[int | None] = []
        self.customer = CUSTOMER
        self.stock = self

    @property
    def customers(self) -> Any:
        return _One(self.customer)

    carts = property(lambda self: _One(CART))
    orders = property(lambda self: _One(ORDER))

    async def find(self, token: str) -> Person:
        return Person("anna", ("supervisor",), csrf="secret")

    async def wait_for_version(self, *_: Any) -> bool:
        return True

    async def versioned(self, *_: str) -> VersionedLevel:
        return LEVEL

    async def queue_positions(self, _: OrderDetails) -> dict[Any, Any]:
        return {}

    async def query(self, *_: Any) -> None:
        return None

    async def submit(
        self, command: Message, actor: str, *, expected_version: int | None, **_: Any
    ) -> Submission:
        self.expected.append(expected_version)
        reply = {"command_id": "m-1", "subject": command.key, "version": 9}
        if len(self.expected) > self.refusals:
            return Submission("m-1", Reply(**reply, outcome="accepted"))
        why = blocker("version-conflict", expected=expected_version, version=9)
        reason = Reason(code=why.code, message=why.message, blockers=(why,))
        return Submission("m-1", Reply(**reply, outcome="rejected", reason=reason))


class _One:
    def __init__(self, record: Any) -> None:
        self._record = record

    async def get(self, _: str) -> Any:
        return self._record


@pytest.fixture
def records() -> Records:
    return Records()


@pytest.fixture
async def client(records: Records) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who is signed in."""
    portal = unconnected_portal()
    portal.sessions = portal.queries = portal.commands = records
    headers = {"X-CSRF-Token": "secret", "Cookie": "waybill=anna"}
    transport = httpx.ASGITransport(app=portal.http._app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost", headers=headers
    ) as made:
        yield made


def test_every_form_of_a_record_is_known() -> None:
    """A command that changes what a record has already is one of these, or has no such form."""
    changing = ("update", "change", "correct", "set", "edit", "move", "remove", "count")
    kinds = ("customer", "cart", "order", "shipment", "stock")
    found = {
        name
        for name in offered()
        if name.partition(".")[0] in kinds and name.partition(".")[2].startswith(changing)
    }
    assert set(DIALOGS) == set(SHOWS)
    assert found - WITHOUT_A_FORM <= set(SHOWS)


@pytest.mark.parametrize("command", DIALOGS)
async def test_a_form_carries_its_version_and_all_that_it_shows(
    client: httpx.AsyncClient, command: str
) -> None:
    html = (await client.get(DIALOGS[command])).text
    fields = fields_of(html)
    assert f'hx-post="/do/{command}"' in html
    assert fields["expectedversion"].isdigit()
    shown = {name: text for name, text in visible_fields(html).items() if text}
    if command == "order.move-line":  # where to is the reader's choice, not the record's
        shown.pop("to_shipment_id", None)
    if command.startswith("stock."):  # so is the article; the level is shown beside the fields
        shown = LEVELS_SHOWN[command]
    assert {name: fields.get(OPENED + name) for name in shown} == shown
    assert any(name.startswith(OPENED) for name in fields)


async def test_what_changed_is_told_with_what_it_was(
    client: httpx.AsyncClient, records: Records
) -> None:
    form = fields_of((await client.get(DIALOGS["customer.update"])).text)
    records.customer = CUSTOMER.model_copy(update={"phone": "<2>", "version": 9})
    records.refusals = 1
    answer = await client.post("/do/customer.update", data={**form, "name": "Mercy T."})
    assert answer.status_code == 409
    assert "Phone is now <strong>&lt;2&gt;</strong> (you opened it as 1)." in answer.text
    assert "Name is now" not in answer.text
    answer = await client.post("/do/customer.update", data={**form, "replaces": "9"})
    assert answer.status_code == 204
    assert records.expected == [3, 9]


async def test_a_record_that_moves_on_beside_the_form_is_tried_again_for_a_while(
    client: httpx.AsyncClient, records: Records
) -> None:
    form = fields_of((await client.get(DIALOGS["customer.update"])).text)
    records.refusals = 2
    assert (await client.post("/do/customer.update", data=form)).status_code == 204
    records.refusals = 1000
    answer = await client.post("/do/customer.update", data=form)
    assert answer.status_code == 409
    assert "None of the fields in this form has changed" in answer.text
    assert len(records.expected) < 20


async def test_what_is_gone_is_not_saved_anyway(
    client: httpx.AsyncClient, records: Records
) -> None:
    form = fields_of((await client.get(DIALOGS["customer.change-address"])).text)
    records.customer = CUSTOMER.model_copy(update={"addresses": []})
    records.refusals = 1
    answer = await client.post("/do/customer.change-address", data=form)
    assert answer.status_code == 409
    assert "Somebody else has removed this" in answer.text
    assert "anyway" not in answer.text


@pytest.mark.parametrize("field", ["expectedversion", "replaces"])
@pytest.mark.parametrize("garbled", ["x", "-1", "1.5", "9" * 16, "\u0663", " 3"])
async def test_a_version_that_is_none_lets_nothing_through(
    client: httpx.AsyncClient, records: Records, field: str, garbled: str
) -> None:
    form = fields_of((await client.get(DIALOGS["customer.update"])).text)
    answer = await client.post("/do/customer.update", data={**form, field: garbled})
    assert answer.status_code == 422
    assert "open the form again" in answer.text
    assert records.expected == []
