"""Changing the quantity, price or discount of a line: its amounts follow."""

from tests.unit.given import SITE
from tests.unit.order.builders import (
    TWO_LINES,
    add_line,
    an_order,
    change_line,
    confirm_edit,
    line,
    line_of,
    lines_confirmed,
    money,
    order_of,
    set_discount,
    shipment,
)


def test_discount_and_tax_follow_the_quantity_and_come_back_with_it():
    given = order_of(TWO_LINES)
    after, changed = confirm_edit(given, change_line(quantity=3))
    assert money(line_of(changed)) == (3, "10.00", "3.00", "2.43")
    back = confirm_edit(after, change_line(quantity=2), "csr#2")[1]
    assert money(line_of(back)) == (2, "10.00", "2.00", "1.62")
    assert back.total == given.state.content.total


def test_discount_and_tax_follow_the_price():
    changed = confirm_edit(order_of(TWO_LINES), change_line(placed_price="5.00"))[1]
    assert money(line_of(changed)) == (2, "5.00", "1.00", "0.81")


def test_a_discount_that_is_given_stands_beside_the_checkouts():
    after, changed = confirm_edit(order_of(TWO_LINES), change_line(discount="4.00"))
    assert money(line_of(changed)) == (2, "10.00", "6.00", "1.26")
    assert str(line_of(changed).manual_discount) == "4.00"
    more = confirm_edit(after, change_line(quantity=4), "csr#2")[1]
    assert money(line_of(more)) == (4, "10.00", "8.00", "2.88")
    _, ended = confirm_edit(after, set_discount("0.00", shipment_id="1", line_id="1"), "csr#3")
    assert money(line_of(ended)) == (2, "10.00", "2.00", "1.62")


def test_a_line_that_cost_nothing_is_taxed_at_the_markets_rate_once_it_does():
    changed = confirm_edit(
        order_of(shipment(line(price="0.00"))), change_line(placed_price="10.00")
    )[1]
    assert money(line_of(changed)) == (1, "10.00", "0.00", "0.90")


def test_the_tax_of_a_line_of_a_few_cents_follows_as_any_other_does():
    given = order_of(shipment(line(price="0.01", quantity=50, tax="0.10")))
    changed = confirm_edit(given, change_line(quantity=100))[1]
    assert money(line_of(changed)) == (100, "0.01", "0.00", "0.20")
    single = order_of(shipment(line(price="0.01", tax="0.01")))
    changed = confirm_edit(single, change_line(quantity=3))[1]
    assert money(line_of(changed)) == (3, "0.01", "0.00", "0.03")


def test_taxes_stay_in_proportion_when_the_site_has_the_market_no_more():
    after, _ = confirm_edit(an_order(), add_line("9", 2, "5.00"))
    markets = {name: market for name, market in SITE.markets.items() if name != "US"}
    site = SITE.model_copy(update={"markets": markets})
    requested = after.when(change_line("9", quantity=4), cause="e#2", site=site)
    (changed,) = requested.when(lines_confirmed("e#2"), site=site).events
    assert money(line_of(changed, "9")) == (4, "5.00", "0.00", "1.80")


def test_what_is_so_already_changes_nothing():
    given = order_of(TWO_LINES)
    for command in (
        change_line(quantity=2),
        change_line(placed_price="10.00", discount="0.00"),
        set_discount("0.00"),
        set_discount("0.00", shipment_id="1", line_id="1"),
    ):
        assert not given.when(command).then().decision.deferred
    by_hand = set_discount("3.00", shipment_id="1", line_id="1")
    after, _ = confirm_edit(given, by_hand)
    assert not after.when(by_hand).then().decision.deferred
