"""The timeline has a text for every event of an order or a cart."""

import string

import pytest

from services.portal.projections.facts import STREAMS, TOPICS
from services.portal.queries.event_texts import COMPUTED, TEXTS, what, why
from shared.contracts import Message
from shared.contracts.base import models_on
from shared.contracts.commands import offered

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
