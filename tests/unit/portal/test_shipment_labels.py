"""People read "Shipment 2" wherever a page names a shipment; its id is for programs."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from services.portal.command_client import Submission
from services.portal.projections.carts import CARTS
from services.portal.projections.facts import Fact
from services.portal.projections.orders import ORDERS
from services.portal.projections.projection import Document, Projection
from services.portal.projections.timeline import entry_of
from services.portal.queries.details import details_of
from services.portal.queries.shipment_labels import blocker_with_labels, label, with_labels
from services.portal.queries.timeline import entries_of
from services.portal.web.carts.carts import DIALOGS as CART_DIALOGS
from services.portal.web.order.page import DIALOGS as ORDER_DIALOGS
from shared.contracts import Message, orders, shipments
from shared.contracts.error_texts import ErrorText, blocker, id_reused, said
from shared.contracts.replies import Action, Blocker, Reason, Reply
from tests.unit.cart.cart.builders import CART, a_cart, add_line, set_shipment
from tests.unit.portal.builders import NOW, Stream, about, placed, shipment
from tests.unit.portal.fake_database import FakeDatabase, portal_over

# Ids that would be recognised if a page printed them.
MARK = "zq"
ONE, TWO, THREE, GONE = (f"s-{MARK}{n}" for n in "1234")
NUMBERS = {ONE: 1, TWO: 2, GONE: 3, THREE: 4}
BLOCKERS = (
    blocker("at-warehouse", shipment=TWO, status="Released"),
    blocker("already-shipped.order", shipments=f"{ONE}, {TWO}"),
    id_reused(f"Line 7 of shipment {TWO}"),
    Blocker(code="old", message=f"Shipment {TWO} was told of by version 0.1."),
)


def changed(*ids: str, request: str | None, summary: str) -> orders.LinesChanged:
    return orders.LinesChanged(
        order_id="c-1",
        order_number="PO1000001",
        request=request,
        currency="USD",
        shipments=tuple(
            orders.EditedShipment(
                **dict(shipment(each))
                | {"lines": tuple(orders.EditedLine(**dict(x)) for x in shipment(each).lines)}
            )
            for each in ids
        ),
        order_discount=Decimal("0.00"),
        order_discount_granted=Decimal("0.00"),
        total=Decimal("26.70"),
        summary=summary,
    )


def note(text: str, kind: Any) -> orders.NoteAdded:
    return orders.NoteAdded(
        order_id="c-1", note_id=f"n-{kind}", text=text, author=None, added_at=NOW, kind=kind
    )


SPLIT = f"Moved 1 × Linen dress from shipment {ONE} to {GONE}, a new one by standard for 4.90."
BACK = f"Moved 1 × Linen dress from shipment {GONE} to {ONE}; shipment {GONE} is empty and gone."
ORDER = (
    placed(shipments=(shipment(ONE), shipment(TWO))),
    changed(ONE, TWO, GONE, request="m-1", summary=SPLIT),
    changed(ONE, TWO, request="m-2", summary=BACK),
    changed(ONE, TWO, THREE, request="m-3", summary=SPLIT.replace(GONE, THREE)),
    note("Shipment 17 is what they call it at home.", "staff"),
    orders.CancelRefused(order_id="c-1", request="m", reason=Reason.of(*BLOCKERS)),
)
SHORT = (shipments.Shortage(sku="SKU-1", wanted=2, available=1),)
WAITS = ("AwaitingInventory", TWO)
FULFILMENT = (
    about(shipments.AwaitingInventory, "AwaitingInventory", ONE),
    about(shipments.AwaitingInventory, *WAITS),
    about(shipments.Backordered, *WAITS, short=SHORT),
    about(shipments.Released, "Released", ONE, released_at=NOW),
    about(shipments.Packing, "Packing", THREE),
)


def projected(projection: Projection, *facts: Fact) -> Document:
    document = projection.new(facts[0].stream)
    for fact in facts:
        projection.apply(document, fact)
    projection.finish(document)
    return document


TOLD = [*Stream().tell(*ORDER).facts, *Stream().tell(*FULFILMENT).facts]
ENTRIES = [entry_of(fact, "c-1") for fact in TOLD]
DRAFT = a_cart(
    set_shipment(ONE), add_line(shipment_id=ONE), set_shipment(TWO), add_line(shipment_id=TWO)
).past
DRAFTED = Stream().tell(*DRAFT).facts
STATUS = {"subject": TWO, "allowed": False, "blockers": BLOCKERS}


class _Commands:
    """Every service says no to everything, and names shipments in doing so."""

    async def query(self, _: Message, *__: Any) -> Reply:
        actions = (Action(action="shipment.release", **STATUS),)
        return Reply(command_id="m", outcome="accepted", actions=actions)

    async def submit(self, *_: Any, **__: Any) -> Submission:
        reply = Reply(command_id="m", outcome="rejected", reason=Reason.of(*BLOCKERS))
        return Submission("m", reply)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """The whole portal, with one order, one draft and their timelines."""
    cart = projected(CARTS, *DRAFTED)
    cart["cart"]["reorder_of"] = {
        "order_id": "c-1",
        "number": "PO1000001",
        "differences": [f"Shipment {TWO}: US doesn't ship by pigeon any more."],
    }
    database = FakeDatabase(
        orders=[projected(ORDERS, *TOLD)],
        carts=[cart],
        timeline=[*ENTRIES, *(entry_of(fact, CART) for fact in DRAFTED)],
    )
    async with portal_over(database, _Commands()) as made:
        yield made


LINE = f"shipment={TWO}&line=1"
PAGES = {
    "/orders/c-1": ["Shipment 1", "Shipment 2", "Shipment 4", "Options of shipment 2"],
    "/orders/c-1?tab=notes": ["Shipment 1 was released to seattle.", "Shipment 17"],
    "/orders/c-1?tab=timeline": [
        "Shipment 2 waits for stock in seattle",
        "Shipment 1 was released to seattle",
        "from shipment 1 to shipment 3, a new one",
        "from shipment 3 to shipment 1; shipment 3 is empty and gone",
        "from shipment 1 to shipment 4, a new one",
        "Shipment 2 is with the warehouse: Released.",
        "Already shipped: 1, 2.",
    ],
    f"/orders/c-1/lines?shipment={TWO}": [],
    f"/orders/c-1/as-of?entry={ENTRIES[1]['_id']}": ["Shipment 3"],
    "/warehouse/seattle": ["shipment 1 ·", "shipment 4 ·"],
    "/warehouse/seattle/stock": ["shipment 2"],
    f"/warehouse/slip/c-1/{TWO}": ["Packing slip PO1000001, shipment 2"],
    f"/carts/{CART}": ["Shipment 1", "Options of shipment 2", "Shipment 2: US doesn't ship"],
    **{f"/orders/c-1/dialog/{name}?{LINE}": [] for name in ORDER_DIALOGS},
    **{f"/carts/{CART}/dialog/{name}?{LINE}": [] for name in CART_DIALOGS},
    f"/orders/c-1/dialog/move-line?{LINE}": ["Shipment 1:", "Shipment 4:"],
    f"/orders/c-1/dialog/release?{LINE}": ["Release shipment 2?"],
    f"/carts/{CART}/dialog/edit-shipment?{LINE}": ["Edit shipment 2", "Shipment 2 saved."],
    f"/carts/{CART}/dialog/edit-shipment?shipment=s-{MARK}9": ["Edit shipment 3"],
}


def seen(page: str) -> str:
    """What people see or are read: not the addresses, not the ids that a form or a button carries,
    and not a message's raw data, which the timeline shows to whoever opens it."""
    page = re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL)
    page = re.sub(r'<input type="hidden" name="(?!said")[^>]*>', "", page)
    ids = r'value(?=="(?:[^"]*/)?s-)'
    names = rf"href|hx-[a-z]+|id|for|aria-labelledby|{ids}"
    return html.unescape(re.sub(rf'\s({names})="[^"]*"', "", page))


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_prints_the_id_of_a_shipment(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    shown = seen(answer.text)
    assert MARK not in shown
    for words in PAGES[path]:
        assert words in shown


async def test_links_and_forms_go_by_the_id(client: httpx.AsyncClient) -> None:
    assert f"/warehouse/slip/c-1/{ONE}" in (await client.get("/warehouse/seattle")).text
    release = await client.get(f"/orders/c-1/dialog/release?{LINE}")
    assert f'name="shipment_id" value="{TWO}"' in release.text


@pytest.mark.parametrize("key", ["c-1", CART])
async def test_a_refusal_calls_shipments_by_their_number(
    client: httpx.AsyncClient, key: str
) -> None:
    name, kind = ("order.add-note", "order") if key == "c-1" else ("cart.remove-coupon", "cart")
    form = {f"{kind}_id": key, "text": "Ring.", "code": "X"}
    origin = {"Origin": "http://localhost", "X-CSRF": "csrf", "X-CSRF-Token": "csrf"}
    answer = await client.post(f"/do/{name}", data=form | {"csrf": "csrf"}, headers=origin)
    assert answer.status_code == 409
    shown = seen(answer.text)
    assert MARK not in shown
    assert "Shipment 2 is with the warehouse: Released." in shown
    assert "Already shipped: 1, 2." in shown
    assert "Line 7 of shipment 2" in shown


def test_a_number_is_never_used_twice() -> None:
    details = details_of(projected(ORDERS, *TOLD), [])
    assert details is not None
    assert {s.shipment_id: s.number for s in details.shipments} == {ONE: 1, TWO: 2, THREE: 4}
    assert details.shipment_numbers == NUMBERS


def test_a_document_of_an_earlier_version_is_counted_too() -> None:
    document = projected(ORDERS, *Stream().tell(*ORDER[:1]).facts)
    del document["order"]["shipment_ids"]
    details = details_of(document, [])
    assert details is not None
    assert [s.number for s in details.shipments] == [1, 2]
    later = Stream().tell(*ORDER[:2]).facts[1]
    ORDERS.apply(document, replace(later, data=later.data | {"shipments": []}))
    assert document["order"]["shipment_ids"] == [ONE, TWO], "who went away keeps the number"


def test_a_cart_calls_its_shipments_before_it_is_an_order() -> None:
    said = [entry.what for entry in entries_of([entry_of(fact, CART) for fact in DRAFTED])]
    assert any(words.startswith("Shipment 2 ships by") for words in said)
    assert any(words.endswith("in shipment 1") for words in said)


def test_label() -> None:
    assert (label(2), label(2, start=False), label(None)) == (
        "Shipment 2",
        "shipment 2",
        "Shipment …",
    )


@pytest.mark.parametrize(
    ("text", "known", "read"),
    [
        ("Shipment 2 has shipped.", {"2": 1, "1": 2}, "Shipment 1 has shipped."),
        ("from shipment 1 to 2; shipment 1", {"2": 1, "1": 2},
         "from shipment 2 to shipment 1; shipment 2"),
        ("Shipment 10 is there.", {"1": 5}, "Shipment 10 is there."),
        ("shipment s.1: 2 × A", {"s": 4, "s.1": 5}, "shipment 5: 2 × A"),
        ("shipment s.1.", {"s": 4}, "shipment s.1."),
        ("reshipment 1", {"1": 5}, "reshipment 1"),
        ("Shipment 1.", {}, "Shipment 1."),
    ],
)  # fmt: skip
def test_a_sentence_that_names_ids(text: str, known: Mapping[str, int], read: str) -> None:
    assert with_labels(text, known) == read


def test_a_translated_text_gets_the_number_as_well() -> None:
    texts = {"at-warehouse": ErrorText("Sendung {shipment} ist im Lager ({status}).", "Warten.")}
    told_in_german = said(blocker_with_labels(BLOCKERS[0], NUMBERS), texts)
    assert told_in_german == "Sendung 2 ist im Lager (Released). Warten."
