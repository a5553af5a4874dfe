"""Options that are made from messages, and messages from options."""

from decimal import Decimal
from typing import Any

import pytest
import typer

from ops.cli.options import build, fields
from ops.cli.send import app
from ops.errors import UsageError
from shared.contracts import TOPICS, Part
from shared.contracts.base import models_on
from shared.contracts.carts import AddLine, SetShipment
from shared.contracts.commands import INTERNAL, offered
from shared.contracts.customers import AddAddress, Create
from shared.contracts.payments import Add
from shared.contracts.returns import ReceiveReturn
from shared.contracts.shipments import Edit

SHIPMENT: dict[str, Any] = {"cart_id": "c-1", "shipment_id": "1", "shipping_method": "standard"}
ADDRESS = {"name": "Mercy", "line1": "1 Pike Pl", "city": "Seattle", "country": "US"}


def test_every_command_of_the_contract_is_offered_but_the_stocks_own() -> None:
    names = set(offered())

    assert {"order.hold", "shipment.release", "payment.add", "stock.receive"} <= names
    assert not {"stock.allocate", "stock.deallocate", "stock.issue"} & names


@pytest.mark.parametrize("name", offered())
def test_options_of_a_command_have_names_of_their_own(name: str) -> None:
    options = [field.option for field in fields(offered()[name])]
    assert len(options) == len(set(options))


def test_parts_can_be_given_field_by_field() -> None:
    given = SHIPMENT | {f"address__{name}": value for name, value in ADDRESS.items()}

    message = build(SetShipment, given)

    assert isinstance(message, SetShipment)
    assert message.address.city == "Seattle"


def test_parts_can_be_given_as_json_and_single_fields_override_it() -> None:
    as_json = '{"name": "Mercy", "line1": "1 Pike Pl", "city": "Tacoma", "country": "US"}'

    message = build(SetShipment, SHIPMENT | {"address": as_json, "address__city": "Seattle"})

    assert isinstance(message, SetShipment)
    assert (message.address.name, message.address.city) == ("Mercy", "Seattle")


RECEIVED: dict[str, Any] = {"order_id": "c-1", "return_id": "r-1"}


def test_lists_are_given_as_json() -> None:
    lines = '[{"shipment_id": "1", "line_id": "1", "quantity": 2, "disposition": "restock"}]'
    message = build(ReceiveReturn, RECEIVED | {"lines": lines})
    assert isinstance(message, ReceiveReturn)
    assert [line.quantity for line in message.lines] == [2]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("{}", "a JSON list is expected"),
        ("[", "not JSON"),
        ('[{"shipment_id": "1"}]', "--lines.0.line-id"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(lines: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        build(ReceiveReturn, RECEIVED | {"lines": lines})


def test_part_that_may_be_left_out_can_be_given_field_by_field() -> None:
    about = {"order_id": "c-1", "shipment_id": "1"}

    moved = build(Edit, about | {f"address__{name}": value for name, value in ADDRESS.items()})
    hurried = build(Edit, about | {"shipping_method": "express"})

    assert isinstance(moved, Edit)
    assert moved.address is not None
    assert (moved.address.city, moved.shipping_method) == ("Seattle", None)
    assert isinstance(hurried, Edit)
    assert (hurried.address, hurried.shipping_method) == (None, "express")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "--address: an address or a shipping method is needed"),
        ({"address__city": "Tacoma"}, "--address.line1: is missing"),
    ],
)
def test_edit_of_nothing_or_to_half_an_address_is_refused(
    given: dict[str, str], words: str
) -> None:
    with pytest.raises(UsageError) as refused:
        build(Edit, {"order_id": "c-1", "shipment_id": "1"} | given)
    assert words in refused.value.message


def test_money_stays_exact() -> None:
    given = {"order_id": "c-1", "payment_id": "p", "method": "cash", "transaction_type": "Sale"}

    message = build(Add, given | {"amount": "19.90"})

    assert isinstance(message, Add)
    assert (message.amount, str(message.amount)) == (Decimal("19.90"), "19.90")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cart_id": "a b"}, "--cart-id: "),
        ({"address": "{"}, "--address: not JSON"),
        ({"address": "[]"}, "--address: a JSON object"),
        ({"address__name": "Mercy"}, "--address.line1: is missing"),
        ({}, "--address: give an address, or the address_id of one"),
    ],
)
def test_what_breaks_the_contract_is_named_by_its_option(
    changes: dict[str, str], words: str
) -> None:
    with pytest.raises(UsageError) as refused:
        build(SetShipment, SHIPMENT | changes)
    assert words in refused.value.message


def test_fields_that_were_not_given_are_left_out() -> None:
    given = SHIPMENT | {"line_id": "1", "sku": "A", "name": "A", "quantity": 1}
    del given["shipping_method"]
    message = build(AddLine, given | {"placed_price": "1.00", "preorder": None})
    assert "preorder" not in message.model_dump(exclude_unset=True)


def test_an_address_book_takes_its_addresses_field_by_field() -> None:
    given = {"customer_id": "cu-7", "address_id": "home"}
    address = {f"address__{name}": value for name, value in ADDRESS.items()}

    message = build(AddAddress, given | address)

    assert isinstance(message, AddAddress)
    assert (message.address_id, message.address.city) == ("home", "Seattle")


def test_a_rule_about_several_fields_is_told_by_an_option_too() -> None:
    with pytest.raises(UsageError) as refused:
        build(Create, {"customer_id": "cu-7", "phone": "+1 206 555 0100"})
    assert refused.value.message == "--name: a customer has a name or an email"


def test_every_command_of_the_contract_has_a_sub_command_with_what_it_needs_marked() -> None:
    send: Any = typer.main.get_command(app)
    named = {model for topic in TOPICS if topic.commands for model in models_on(topic)}
    assert set(offered().values()) == named - INTERNAL
    for name, model in offered().items():
        options = {opt: p for p in send.commands[name].params for opt in p.opts}
        for field in fields(model):
            option = options[field.option]
            assert option.required == (field.required and not field.is_part), (name, field.option)
            if field.type is Decimal:
                assert option.metavar == "AMOUNT", (name, field.option)
            words = getattr(option, "help", None) or ""
            if field.is_list:
                assert (option.metavar, words.endswith("A list in JSON.")) == ("JSON", True)
            if field.is_part:
                assert words.startswith("Required") == field.required, (name, field.option)
                assert option.metavar == "JSON"
            else:
                assert words.startswith("Required") == field.with_part, (name, field.option)


def test_what_no_option_can_be_made_of_is_noticed() -> None:
    class Odd(Part):
        odd: frozenset[int]

    (odd,) = fields(Odd)
    with pytest.raises(TypeError, match="no option"):
        odd.as_parameter()
