"""The fields of edit commands: ids that exist, valid amounts, complete pairs."""

import json

import pytest

from shared.contracts import Malformed, carts, orders
from tests.unit.order.builders import (
    ADDRESS,
    TWO_LINES,
    add_line,
    an_order,
    change_line,
    line,
    move_line,
    order_of,
    remove_line,
    set_discount,
    shipment,
)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (change_line("7", quantity=2), "unknown-line"),
        (set_discount("1.00", shipment_id="1", line_id="7"), "unknown-line"),
        (move_line(line_id="7"), "unknown-line"),
        (change_line(shipment_id="7", quantity=2), "unknown-shipment"),
        (remove_line(shipment_id="7"), "unknown-shipment"),
        (add_line(shipment_id="7"), "unknown-shipment"),
        (move_line(to="7", quantity=1), "unknown-shipment"),
        (move_line(to="1", quantity=1), "same-shipment"),
        (move_line(quantity=3), "too-many"),
    ],
)
def test_what_is_not_there_cannot_be_edited(command, code):
    order_of(TWO_LINES, shipment()).when(command).rejected(code)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (add_line(price="5.000"), "placed_price"),
        (add_line(discount="1"), "discount"),
        (change_line(placed_price="5"), "placed_price"),
        (set_discount("1.0"), "amount"),
    ],
)
def test_money_has_the_currencys_decimals(command, field):
    an_order().when(command).malformed(field)


def test_more_money_than_can_be_written_is_malformed():
    an_order().when(add_line(quantity=1_000_000, price="999999999999.00")).malformed("placed_price")
    dear = order_of(shipment(line(quantity=1, price="999999999999999.00")))
    dear.when(change_line(quantity=2)).malformed("placed_price")
    dear.when(add_line()).malformed("shipments")


def test_a_line_may_be_nested():
    nested = {"line_id": "9", "sku": "S", "name": "Scarf", "quantity": 2, "placed_price": "5.00"}
    for command, about in ((orders.AddLine, "order_id"), (carts.AddLine, "cart_id")):
        text = json.dumps({about: "c-1", "shipment_id": "1", "line": nested})
        assert command.model_validate_json(text).quantity == 2
        both = json.dumps({about: "c-1", "shipment_id": "1", "line": nested, "quantity": 3})
        assert command.model_validate_json(both).quantity == 3
    text = json.dumps({"order_id": "c-1", "shipment_id": "1", "line": nested})
    assert str(orders.ChangeLine.model_validate_json(text).placed_price) == "5.00"


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (change_line(), "quantity"),
        (move_line(address=ADDRESS), "shipping_method"),
        (move_line(shipping_method="express"), "address"),
        (set_discount("1.00", shipment_id="1"), "line_id"),
        (set_discount("1.00", line_id="1"), "shipment_id"),
    ],
)
def test_a_command_says_enough(command, field):
    with pytest.raises(Malformed) as wrong:
        command.check()
    assert wrong.value.field == field
