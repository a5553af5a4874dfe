"""Adding a line to an order."""

import pytest

from shared.contracts.checkout import MAX_LINES
from tests.unit.order.builders import (
    add_line,
    an_order,
    change_line,
    confirm_edit,
    line,
    line_of,
    money,
    order_of,
    shipment,
)


def test_a_line_is_added_at_the_markets_tax():
    after, changed = confirm_edit(an_order(), add_line("9", 2, "5.00", discount="1.00"))
    assert money(line_of(changed, "9")) == (2, "5.00", "1.00", "0.81")
    assert str(changed.total) == "19.81"
    assert changed.summary.startswith("Added to shipment 1: 2 × Scarf at 5.00.")
    again = confirm_edit(after, change_line("9", quantity=4), "csr#2")[1]
    assert money(line_of(again, "9")) == (4, "5.00", "1.00", "1.71")


def test_a_line_may_be_added_with_a_tax_of_its_own_which_follows():
    after, changed = confirm_edit(an_order(), add_line("9", 2, "5.00", tax="0.50"))
    assert money(line_of(changed, "9")) == (2, "5.00", "0.00", "0.50")
    again = confirm_edit(after, change_line("9", quantity=3), "csr#2")[1]
    assert money(line_of(again, "9")) == (3, "5.00", "0.00", "0.75")


def test_a_line_that_is_added_as_a_preorder_is_one():
    assert line_of(confirm_edit(an_order(), add_line(preorder=True))[1], "9").preorder
    assert not line_of(confirm_edit(an_order(), add_line())[1], "9").preorder


def test_the_same_line_again_changes_nothing():
    after, _ = confirm_edit(an_order(), add_line())
    outcome = after.when(add_line()).then()
    assert not outcome.decision.deferred


@pytest.mark.parametrize(
    "other", [{"price": "6.00"}, {"quantity": 2}, {"sku": "SKU-8"}, {"preorder": True}]
)
def test_another_line_with_the_id_of_one_that_is_there_is_refused(other):
    after, _ = confirm_edit(an_order(), add_line())
    after.when(add_line(**other)).rejected("id-reused", "id-reused")


def test_an_order_has_so_many_lines_at_most():
    full = order_of(shipment(*[line() for _ in range(MAX_LINES - 1)]))
    after, _ = confirm_edit(full, add_line("a"))
    after.when(add_line("b")).rejected("order-full", "order-full")
