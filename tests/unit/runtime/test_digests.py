"""Digests cover the content of a message, not its form or its defaults."""

from __future__ import annotations

from shared.contracts import orders
from shared.contracts.checkout import CartConverted
from shared.contracts.commands import offered
from shared.runtime.decider.identity import digest_of
from tests.unit.order.builders import cart as converted


def test_every_request_from_outside_has_a_digest_and_no_field_left_at_its_default_counts() -> None:
    hold = orders.Hold(order_id="c-1")
    assert digest_of(hold) == digest_of(orders.Hold(order_id="c-1", reason=None))
    assert digest_of(hold) != digest_of(orders.Hold(order_id="c-1", reason="Fraud?"))
    assert digest_of(hold) != digest_of(orders.ReleaseHold(order_id="c-1"))
    for model in [*offered().values(), CartConverted]:
        assert model.topic.from_outside


def test_the_order_of_fields_does_not_count() -> None:
    one = orders.Hold.model_validate_json('{"order_id": "c-1", "reason": "x"}')
    other = orders.Hold.model_validate_json('{"reason": "x", "order_id": "c-1"}')
    assert digest_of(one) == digest_of(other) == "1.v1:" + digest_of(one).split(":")[1]


def test_what_is_written_otherwise_and_means_the_same_has_the_same_digest() -> None:
    cart = converted()
    value = cart.model_dump_json()
    local = value.replace("2026-11-22T20:00:00Z", "2026-11-22T21:00:00+01:00")
    assert local != value
    assert digest_of(CartConverted.model_validate_json(local)) == digest_of(cart)
