"""The timeline has a text for every event of an order or a cart."""

import string
from collections.abc import Iterator
from typing import get_args

import pytest

from services.portal import i18n
from services.portal.projections.facts import STREAMS, TOPICS
from services.portal.queries.event_texts import COMPUTED, names_in, what, why
from services.portal.queries.event_wordings import TEXTS
from shared.contracts import Message
from shared.contracts.base import models_on
from shared.contracts.checkout import PaymentStatus, TransactionType
from shared.contracts.commands import offered
from shared.contracts.edit_texts import EDITS, change
from tests.unit.given import SITE

assert offered(), "every module of the contract is imported"
EVENTS = [
    model
    for topic in TOPICS
    if STREAMS.get(topic.name) not in (None, "customer")
    for model in models_on(topic)
    if topic.key == ("order_id",) or topic.key == ("cart_id",) or "order_id" in model.model_fields
]


@pytest.mark.parametrize("model", EVENTS, ids=lambda model: model.type)
def test_every_event_has_a_text_with_fields_of_its_own(model: type[Message]) -> None:
    text = TEXTS[model.type.removeprefix("waybill.").removesuffix(".v1")]
    fields = {field for _, field, _, _ in string.Formatter().parse(text) if field}
    if "owed" in fields:
        fields = fields - {"owed"} | {"outstanding", "currency"}
    fields -= COMPUTED.keys()
    if fields & {"Shipment", "shipment"}:
        fields = fields - {"Shipment", "shipment"} | {"shipment_id"}
    assert fields <= set(model.model_fields)


def test_event_of_an_unknown_type_shows_its_type() -> None:
    assert what("order.set-on-fire", {}, {}) == "order: set on fire"


def test_missing_field_is_shown_as_an_ellipsis() -> None:
    assert what("order.placed", {"total": "1.00"}, {}) == "Order … was placed: 1.00 …"


PAYMENT = {
    "amount": "40.00", "currency": "USD", "method": "credit-card", "outstanding": "0.00",
    "transaction_type": "Sale",
}  # fmt: skip


@pytest.mark.parametrize("status", get_args(PaymentStatus))
@pytest.mark.parametrize("kind", get_args(TransactionType))
@pytest.mark.parametrize("language", sorted(i18n.catalogs()))
def test_every_payment_has_a_text_in_every_language(status: str, kind: str, language: str) -> None:
    chosen = i18n._language.set(language)
    try:
        event = PAYMENT | {"status": status, "transaction_type": kind}
        text = what("payment.recorded", event, {})
        asked = what(
            "payment.requested", event | {"action": "add", "provider": "psp", "payment_id": "p"}, {}
        )
    finally:
        i18n._language.reset(chosen)
    assert "40.00 USD" in text
    assert "credit-card" in asked


def test_an_assignment_says_what_the_other_warehouses_had() -> None:
    tried = [{"warehouse": "coventry", "available": 2, "wanted": 3}]
    event = {"shipment_id": "1", "warehouse": "rotterdam", "priority": 2, "tried": tried}
    names = names_in(SITE)
    text = "Inventory assigned to shipment 1 in Rotterdam"

    said = what("shipment.inventory-assigned", event, {"1": 1}, names)
    assert said == f"{text} (Coventry: 2 of 3; Rotterdam: all, second priority)"
    fifth = what("shipment.inventory-assigned", event | {"priority": 5}, {"1": 1}, names)
    assert fifth.endswith("Rotterdam: all, priority 5)")
    for one in (event | {"tried": []}, event | {"priority": None}):
        assert what("shipment.inventory-assigned", one, {"1": 1}, names) == text
    first = event | {"tried": [], "priority": 1}
    said = what("shipment.inventory-assigned", first, {"1": 1}, names)
    assert said == f"{text} (Rotterdam: all, first priority)"


SPLIT = {
    "shipment_id": "s-a",
    "warehouse": "coventry",
    "lines": [{"line_id": "1", "sku": "S", "name": "Dress", "quantity": 2}],
    "parts": [
        {
            "shipment_id": "2",
            "warehouse": "rotterdam",
            "lines": [{"line_id": "2", "sku": "T", "name": "Scarf", "quantity": 1}],
        }
    ],
    "had": [
        {"warehouse": "rotterdam", "available": 1, "wanted": 3},
        {"warehouse": "coventry", "available": 2, "wanted": 3},
    ],
}


def test_a_split_says_why_and_who_sends_what() -> None:
    said = what("shipment.split", SPLIT, {"s-a": 1, "2": 2}, names_in(SITE))
    assert said == (
        "Shipment 1 was split, as no warehouse has all of it (Rotterdam: 1 of 3; Coventry: 2 of 3):"
        " shipment 1 from Coventry (2); shipment 2 from Rotterdam (1)"
    )


def test_the_orders_part_of_a_split_names_shipments_by_their_numbers() -> None:
    moved = change("split-off", quantity="1", name="Scarf", to="2")
    changes = [change("split", moved, shipment="s-a").model_dump()]
    event = {"summary": "Something.", "changes": changes}
    said = what("order.lines-changed", event, {"s-a": 1, "2": 2})
    assert said == "Shipment 1 was split over several warehouses: 1 × Scarf in shipment 2."


def test_warehouses_and_methods_have_the_names_of_the_site() -> None:
    names = names_in(SITE)
    stock = {"shipment_id": "1", "warehouse": "seattle"}

    allocated = what("stock.allocated", stock, {"1": 1}, names)
    paid = what("payment.recorded", PAYMENT | {"status": "Processed"}, {}, names)

    assert allocated == "Stock allocated to shipment 1 in Seattle"
    assert paid == "Paid 40.00 USD by Credit card (Sale); paid in full"


def test_method_that_markets_call_differently_keeps_its_id() -> None:
    edited = {"shipment_id": "1", "shipping_method": "standard", "address": {"name": "Mercy"}}

    text = what("shipment.edited", edited, {"1": 1}, names_in(SITE))

    assert text == "Shipment 1 now ships by standard to Mercy"


MOVED = {
    "summary": "Moved 3 × Scarf from shipment s-15 to s-16. The total stays 40.00 USD.",
    "changes": [
        {
            "text": "moved-to-new",
            "facts": {
                "quantity": "3", "name": "{name} Scarf", "shipment": "s-15", "to": "s-16",
                "method": "express", "cost": "4.90",
            },
        },
        {"text": "total-same", "facts": {"now": "40.00", "currency": "USD"}},
    ],
}  # fmt: skip
NUMBERS = {"s-15": 1, "s-16": 2}
METHODS = {"shipping_method": {"express": "Express"}}


@pytest.fixture
def german() -> Iterator[None]:
    chosen = i18n._language.set("de")
    yield
    i18n._language.reset(chosen)


def test_an_edit_is_told_with_the_numbers_of_shipments_and_the_names_of_methods() -> None:
    assert what("order.lines-changed", MOVED, NUMBERS, METHODS) == (
        "Moved 3 × {name} Scarf from shipment 1 to 2, a new one by Express for 4.90. "
        "The total stays 40.00 USD."
    )


@pytest.mark.usefixtures("german")
def test_an_edit_is_told_in_the_language_of_the_reader() -> None:
    assert what("order.lines-changed", MOVED, NUMBERS, METHODS) == (
        "3 × {name} Scarf von Sendung 1 in die neue Sendung 2 verschoben, per Express für 4.90. "
        "Die Summe bleibt 40.00 USD."
    )
    line = {
        "text": "line-changed",
        "facts": {"name": "Dress", "shipment": "s-15"},
        "details": [
            {"text": "quantity", "facts": {"was": "1", "now": "3"}},
            {"text": "price", "facts": {"was": "5.00", "now": "4.00"}},
        ],
    }
    text = what("order.lines-changed", {"summary": "-", "changes": [line]}, NUMBERS)
    assert text == "Dress in Sendung 1: Menge 1, jetzt 3; Preis 5.00, jetzt 4.00."


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    "changes", [None, [{"text": "set-on-fire"}], [{"text": "moved", "facts": {}}], [7], 7]
)
def test_an_edit_without_changes_that_are_known_keeps_its_sentence(changes: object) -> None:
    event = {"summary": "Removed from shipment s-15: 1 × Dress.", "changes": changes}
    text = what("order.lines-changed", event, NUMBERS)
    assert text == "Removed from Sendung 1: 1 × Dress."


def test_every_text_of_an_edit_is_translated_with_the_same_facts() -> None:
    german = i18n.catalogs()["de"]
    for text in EDITS.values():
        told = german.gettext(text)
        assert told != text
        fields = [
            {f for _, f, _, _ in string.Formatter().parse(each) if f} for each in (text, told)
        ]
        assert fields[0] == fields[1]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({}, None),
        ({"reason": None}, None),
        ({"reason": "ask first"}, "ask first"),
        (
            {"reason": {"code": "not-paid", "message": "12.40 USD is outstanding."}},
            "12.40 USD is outstanding.",
        ),
    ],
)
def test_why(data: dict[str, object], text: str | None) -> None:
    assert why(data, {}) == text


def test_a_correction_of_tracking_says_what_was_and_what_is() -> None:
    corrected = {
        "shipment_id": "1", "tracking_number": "1Z 2", "former_tracking_number": "1Z 1",
        "carrier": None, "former_carrier": "UPS",
    }  # fmt: skip
    assert what("shipment.tracking-corrected", corrected, {"1": 1}) == (
        "Tracking of shipment 1 corrected: number 1Z 2, before 1Z 1; carrier none, before UPS"
    )
