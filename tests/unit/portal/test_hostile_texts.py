"""Texts that mean something to pages, scripts and spreadsheets, in every form of the portal.

Forms and their fields are collected from the portal itself. Each text is accepted as it is, or
refused with the name of its field; what the contract accepts is text on every page, in every dialog
and in every document, and nothing that a browser would carry out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator, Callable
from typing import Any
from unittest.mock import AsyncMock

import httpx
import pytest
from pydantic import ValidationError

from services.portal.command_client import Submission
from services.portal.field_errors import label
from services.portal.projections import timeline
from services.portal.projections.carts import CARTS
from services.portal.projections.customers import CUSTOMERS
from services.portal.projections.orders import ORDERS
from services.portal.queries.dashboard import Dashboard
from services.portal.web.carts.carts import DIALOGS as CART_DIALOGS
from services.portal.web.customers.customers import DIALOGS as CUSTOMER_DIALOGS
from services.portal.web.order.page import DIALOGS as ORDER_DIALOGS
from shared.contracts import Malformed, Message, customers, orders, shipments
from shared.contracts.address import Address, Customer
from shared.contracts.replies import Reply
from shared.runtime.ports import Unavailable
from tests.edge.page import Page, squeezed
from tests.edge.texts import MEANT_ELSEWHERE, texts
from tests.forms import action_of, fields_of, labels_of
from tests.unit.cart.cart.builders import CART, a_cart, add_line, set_shipment
from tests.unit.portal.builders import MERCY, NOW, Stream, about, opened, placed, recorded, shipment
from tests.unit.portal.fake_database import FakeDatabase, portal_over
from tests.unit.portal.operations.fakes import FakePortal
from tests.unit.portal.test_forms import FILLED
from tests.unit.portal.test_shipment_labels import projected
from tests.unit.portal.test_wrong_input import BESIDE, DIALOGS, FORMS, _Commands, main_of, text_of

CSRF = {"X-CSRF-Token": "csrf"}
CUSTOMER = str(MERCY.customer_id)


def _sendable(text: str) -> bool:
    """Whether a browser could send it: half of a surrogate pair has no UTF-8."""
    return not any(unicodedata.category(each) == "Cs" for each in text)


HOSTILE = [text for text in texts() if _sendable(text)]
PLAIN = "Mercy"
PARTS = 40  # each field gets every fortieth text, the next field those after them


class _Services(_Commands):
    """Services that accept everything, and remember it."""

    def __init__(self) -> None:
        self.given: list[Message] = []

    async def submit(self, command: Message, *_: Any, **__: Any) -> Submission:
        self.given.append(command)
        return Submission("m-1", Reply(command_id="m-1", outcome="accepted"))


def world(text: str) -> FakeDatabase:
    """An order, a cart and a customer, with this text wherever people may write what they like.

    Raises `ValidationError` or `Malformed` if the contract doesn't take it.
    """
    short = {"line2": text, "region": text} if len(text) <= 20 else {}
    address = Address.model_validate(
        {"name": text, "line1": text, "city": text, "country": "US", **short}
    )
    who = {"customer_id": CUSTOMER, "name": text, "email": "mercy@example.com"}
    buyer = Customer.model_validate(who)
    parts = [shipment(each, address=address) for each in ("1", "2")]
    lines = [part.lines[0].model_copy(update={"name": text}) for part in parts]
    parts = [
        part.model_copy(update={"lines": (line,)}) for part, line in zip(parts, lines, strict=True)
    ]
    order = placed(customer=buyer, shipments=tuple(parts))
    note = orders.AddNote(order_id="c-1", text=text)
    hold = orders.Hold(order_id="c-1", reason=text)
    added = orders.NoteAdded(
        order_id="c-1", note_id="n", text=note.text, author="csr:anna", added_at=NOW
    )
    held = orders.Held(order_id="c-1", order_number="PO1000001", reason=hold.reason)
    item = shipments.Item(line_id="1", sku="SKU-1", name=text, quantity=2)
    waiting = about(
        shipments.AwaitingInventory, "AwaitingInventory", address=address, lines=(item,)
    )
    paid = recorded().model_copy(update={"reference": text})
    streams = ((order, added, held), (opened(), paid), (waiting,))
    facts = [fact for stream in streams for fact in Stream().tell(*stream).facts]
    cart = a_cart(set_shipment(address=address), add_line(name=text)).past
    known = (
        customers.Created(customer_id=CUSTOMER, name=text, email=MERCY.email),
        customers.AddressAdded(customer_id=CUSTOMER, address_id="a-1", address=address),
    )
    return FakeDatabase(
        orders=[projected(ORDERS, *facts)],
        carts=[projected(CARTS, *Stream().tell(*cart).facts)],
        customers=[projected(CUSTOMERS, *Stream().tell(*known).facts)],
        **{timeline.COLLECTION: [timeline.entry_of(fact, "c-1") for fact in facts]},
    )


Browser = Callable[[FakeDatabase], httpx.AsyncClient]


@pytest.fixture
def services() -> _Services:
    return _Services()


@pytest.fixture
async def open_portal(
    services: _Services, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Browser]:
    """Opens the portal over such a world."""
    monkeypatch.setattr(Dashboard, "now", AsyncMock(side_effect=Unavailable))
    opened_: list[httpx.AsyncClient] = []

    def over(database: FakeDatabase) -> httpx.AsyncClient:
        opened_.append(portal_over(database, services, operations=FakePortal()))
        return opened_[-1]

    yield over
    for each in opened_:
        await each.aclose()


def values_of(message: Message) -> dict[str, Any]:
    """The values of a command by the names that a form gives its fields."""
    found: dict[str, Any] = {}
    for name, value in message.model_dump().items():
        inner = value.items() if isinstance(value, dict) else ()
        found |= {name: value} | {f"{name}.{part}": each for part, each in inner}
    return found


@pytest.mark.parametrize("path", DIALOGS)
async def test_a_text_is_accepted_as_it_is_or_refused_by_name(
    open_portal: Browser, services: _Services, path: str
) -> None:
    client = open_portal(world(PLAIN))
    page = main_of((await client.get(path)).text)
    action, labels = action_of(page), labels_of(page)
    form = FORMS.get(action, action.removeprefix("/do/"))
    right = {name: text or FILLED.get(name, "") for name, text in fields_of(page).items()}
    right |= {"customer_id": CUSTOMER} if action == "/create" else {}
    for n, name in enumerate(sorted(labels.keys() - BESIDE)):
        for text in HOSTILE[(DIALOGS.index(path) + n) % PARTS :: PARTS]:
            services.given.clear()
            answer = await client.post(action, data={**right, name: text}, headers=CSRF)
            assert Page(answer.text).active == [], text
            if answer.status_code == 422:
                assert label(name, form).lower() in text_of(answer).lower(), text
                continue
            assert answer.status_code in (200, 204, 303), (name, text)
            for command in services.given:
                value = values_of(command).get(name)
                if isinstance(value, str):
                    assert value == text.strip(), (name, text)


def accepted(text: str) -> bool:
    """Whether the contract takes the text wherever people may write."""
    try:
        world(text)
    except (ValidationError, Malformed):
        return False
    return True


ACCEPTED = [text for text in dict.fromkeys(text.strip() for text in HOSTILE) if accepted(text)]
# Syntax of other places, and some of the rest; those with markup on every page.
SHOWN = [text for n, text in enumerate(ACCEPTED) if text in MEANT_ELSEWHERE or n % PARTS == 0]
MARKUP = [text for text in SHOWN if set(text) & {"<", '"'}]
ABOUT = "shipment=1&line=1&payment=p-1"
# Where the text has to be seen, and the rest, which must do no harm.
SHOWING = (
    "/orders/c-1",
    "/orders/c-1?tab=notes",
    "/orders/c-1?tab=timeline",
    "/orders/c-1/documents/invoice",
    "/warehouse/slip/c-1/1",
    f"/carts/{CART}",
    "/orders",
    f"/customers/{CUSTOMER}",
    f"/orders/c-1/dialog/edit-shipment?{ABOUT}",
    f"/customers/{CUSTOMER}/dialog/update",
    f"/customers/{CUSTOMER}/dialog/change-address?address=a-1",
)
OTHERS = (
    "/carts",
    "/orders/c-1/documents/credit-note",
    *(f"/orders/c-1/dialog/{name}?{ABOUT}" for name in ORDER_DIALOGS),
    *(f"/carts/{CART}/dialog/{name}?{ABOUT}" for name in CART_DIALOGS),
    *(f"/customers/{CUSTOMER}/dialog/{name}?address=a-1" for name in CUSTOMER_DIALOGS),
)


def test_most_texts_are_shown_and_not_only_refused() -> None:
    assert len(ACCEPTED) > 100
    assert "<script>alert(1)</script>" in MARKUP


@pytest.mark.parametrize("text", SHOWN)
async def test_an_accepted_text_comes_back_as_text_everywhere(
    open_portal: Browser, text: str
) -> None:
    client = open_portal(world(text))
    for path in SHOWING:
        answer = await client.get(path)
        assert answer.status_code == 200, path
        page = Page(answer.text)
        assert page.active == [], path
        found = squeezed(text)
        assert found in page.text or found in page.fields, path
    for path in OTHERS if text in MARKUP else ():
        answer = await client.get(path)
        assert answer.status_code in (200, 404), path
        assert Page(answer.text).active == [], path
