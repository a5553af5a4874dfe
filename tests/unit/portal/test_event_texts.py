"""The timeline has words for everything that the contract lets happen to an order or a cart."""

import string

import pytest

from services.portal.projections.facts import STREAMS, TOPICS
from services.portal.queries.event_texts import WORDS, what, why
from shared.contracts import Message
from shared.contracts.base import models_on
from shared.contracts.commands import offered

assert offered(), "every module of the contract is imported"
TOLD = [
    model
    for topic in TOPICS
    if STREAMS.get(topic.name) not in (None, "customer")
    for model in models_on(topic)
    if topic.key == ("order_id",) or topic.key == ("cart_id",) or "order_id" in model.model_fields
]


@pytest.mark.parametrize("model", TOLD, ids=lambda model: model.type)
def test_every_fact_has_words_of_its_own_fields(model: type[Message]) -> None:
    words = WORDS[model.type.removeprefix("waybill.").removesuffix(".v1")]
    named = {field for _, field, _, _ in string.Formatter().parse(words) if field}
    if "owed" in named:
        named = named - {"owed"} | {"outstanding", "currency"}
    if named & {"Shipment", "shipment"}:
        named = named - {"Shipment", "shipment"} | {"shipment_id"}
    assert named <= set(model.model_fields)


def test_fact_of_a_type_to_come_says_its_type() -> None:
    assert what("order.set-on-fire", {}, {}) == "order: set on fire"


def test_fact_without_a_field_says_so_rather_than_fail() -> None:
    assert what("order.placed", {"total": "1.00"}, {}) == "Order … was placed: 1.00 …"


@pytest.mark.parametrize(
    ("data", "said"),
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
def test_why(data: dict[str, object], said: str | None) -> None:
    assert why(data, {}) == said
