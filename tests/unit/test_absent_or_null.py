"""Absent, null and a value differ in every update (rules: "Settled since")."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
import pytest

from ops.cli.options import build
from ops.errors import UsageError
from shared.contracts import Malformed, Message, carts, customers, orders, shipments
from shared.contracts.commands import offered
from shared.runtime.decider.identity import digest_of
from shared.runtime.envelope import Envelope
from shared.runtime.processing.decoding import Undecodable, decode
from tests.fakes import MemoryRecord
from tests.unit.order.builders import an_order, change_line

ABOUT: dict[type[Message], dict[str, Any]] = {
    customers.Update: {"customer_id": "cu-1"},
    shipments.Edit: {"order_id": "c-1", "shipment_id": "1"},
    orders.ChangeLine: {"order_id": "c-1", "shipment_id": "1", "line_id": "1"},
    carts.ChangeLine: {"cart_id": "c-1", "shipment_id": "1", "line_id": "1"},
}
# Another value each time, so that something is asked for.
VALUES: dict[str, Any] = {
    "name": "Grace",
    "email": "grace@example.com",
    "phone": "+1",
    "quantity": 3,
    "placed_price": "2.00",
    "discount": "1.00",
    "shipping_method": "express",
    "address": {"name": "Grace", "line1": "1 Elm St", "city": "Seattle", "country": "US"},
}
FIELDS = [
    (model, name)
    for model in ABOUT
    for name, field in model.model_fields.items()
    if not field.is_required() and field.default is None
]


def test_every_update_of_the_contract_is_looked_at() -> None:
    updates = {
        model
        for name, model in offered().items()
        if name.partition(".")[2] in ("update", "edit") or ".change-" in name
    }
    assert updates == {*ABOUT, customers.ChangeAddress}, "say what null means there"
    whole = customers.ChangeAddress.model_fields["address"]
    assert whole.is_required(), "an address is always given whole"


@pytest.mark.parametrize(("model", "name"), FIELDS)
def test_null_clears_or_is_refused_by_name(model: type[Message], name: str) -> None:
    other = next(field for asked, field in FIELDS if asked is model and field != name)
    null = {**ABOUT[model], other: VALUES[other], name: None}
    absent = {**ABOUT[model], other: VALUES[other]}
    if name in model.clearable:
        assert read(model, null).cleared == {name}
        assert digest_of(read(model, null)) != digest_of(read(model, absent))
    else:
        with pytest.raises(Undecodable) as refused:
            read(model, null)
        assert refused.value.error.field == name
        assert "can't be cleared" in refused.value.error.message
    assert read(model, absent).cleared == frozenset()


def read(model: type[Message], data: dict[str, Any]) -> Any:
    """The command as a service reads it."""
    headers = Envelope(id="m", source="test", type=model.type).headers()
    incoming = decode(MemoryRecord(model.topic.name, 0, 0, None, orjson.dumps(data), headers))
    assert incoming is not None
    return incoming.message


def test_a_discount_of_null_ends_it_and_an_absent_one_follows() -> None:
    given = an_order().when(change_line(discount="2.00"))
    (asked,) = given.after.when(change_line(discount=None)).events
    assert asked.edit.manual_discount == Decimal("0.00")
    (follows,) = given.after.when(change_line(quantity=3)).events
    assert follows.edit.manual_discount is None


@pytest.mark.parametrize(
    ("model", "name"), [pair for pair in FIELDS if pair[1] in pair[0].clearable]
)
def test_on_the_command_line_an_empty_value_is_null(model: type[Message], name: str) -> None:
    message = build(model, {**ABOUT[model], name: ""})
    assert message.cleared == {name}
    assert orjson.loads(message.model_dump_json(exclude_unset=True))[name] is None


def test_on_the_command_line_nothing_else_can_be_cleared() -> None:
    with pytest.raises(UsageError, match="--shipping-method"):
        build(shipments.Edit, {**ABOUT[shipments.Edit], "shipping_method": ""})


def test_an_edit_of_nothing_but_null_is_refused() -> None:
    with pytest.raises(Malformed) as refused:
        shipments.Edit.model_validate({**ABOUT[shipments.Edit], "address": None}).check()
    assert refused.value.field == "address"
