"""Discounts that customer service gives, on the order or on one line."""

from decimal import Decimal

import pytest

from shared.contracts import orders
from shared.contracts.order_edits import DiscountSet
from tests.unit.order.builders import (
    ORDER,
    TWO_LINES,
    add_line,
    change_line,
    confirm_edit,
    line_of,
    lines_confirmed,
    lines_too_late,
    money,
    order_of,
    set_discount,
)


def test_an_order_has_a_discount_that_is_at_most_what_the_goods_cost():
    given = order_of(TWO_LINES)
    requested = given.when(set_discount("23.00"), cause="d#1")
    edit = DiscountSet(amount=Decimal("23.00"), beside=True)
    requested.then(orders.LinesChangeRequested(order_id=ORDER, request="d#1", edit=edit))
    given.when(set_discount("23.01")).rejected("discount-too-high")
    _, changed = confirm_edit(given, set_discount("3.00"))
    assert (str(changed.order_discount), str(changed.total)) == ("3.00", "22.07")
    assert changed.summary.startswith("The order's discount was 0.00, now 3.00.")


def test_a_discount_of_the_order_shrinks_and_grows_with_the_goods():
    after, _ = confirm_edit(order_of(TWO_LINES), set_discount("20.00"))
    after, changed = confirm_edit(after, change_line(quantity=1), "csr#2")
    assert (str(changed.order_discount), str(changed.order_discount_granted)) == ("14.00", "20.00")
    _, back = confirm_edit(after, change_line(quantity=2), "csr#3")
    assert str(back.order_discount) == "20.00"


@pytest.mark.parametrize(
    "command",
    [
        set_discount("18.01", shipment_id="1", line_id="1"),
        change_line(discount="18.01"),
        change_line(quantity=1, discount="9.01"),
        add_line(price="5.00", discount="5.01"),
    ],
)
def test_a_discount_of_a_line_is_at_most_what_the_line_costs(command):
    order_of(TWO_LINES).when(command).rejected("discount-too-high")


def test_who_takes_too_much_off_hears_what_there_is_to_take_it_from():
    given = order_of(TWO_LINES)
    goods = given.when(set_discount("23.01")).reason
    assert (
        goods.message
        == "A discount of 23.01 USD is more than 23.00 USD, the amount that it is taken from."
    )
    altered = given.when(change_line(discount="18.01")).reason
    rest = "the amount that it is taken from."
    assert altered.message == f"A discount of 18.01 USD is more than 18.00 USD, {rest}"
    added = given.when(add_line(price="5.00", discount="5.01")).reason
    assert added.message == f"A discount of 5.01 USD is more than 5.00 USD, {rest}"


def test_a_discount_that_became_too_high_while_it_waited_takes_off_what_there_is():
    given = order_of(TWO_LINES)
    requested = given.when(change_line(quantity=4), cause="a#1")
    both = requested.when(change_line(discount="35.00"), cause="b#1")
    outcome = both.when(lines_too_late("a#1")).when(lines_confirmed("b#1"))
    (changed,) = outcome.events
    assert money(line_of(changed)) == (2, "10.00", "20.00", "0.00")
