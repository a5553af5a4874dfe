"""Shipments and lines of a cart."""

from decimal import Decimal

import pytest

from services.cart.cart.commands.set_shipment import MAX_SHIPMENTS
from shared.contracts.carts import LineRemoved, ShipmentSet
from shared.contracts.checkout import MAX_LINES
from tests.unit.cart.cart.builders import (
    ADDRESS,
    CART,
    ELSEWHERE,
    a_cart,
    add_line,
    change_line,
    line_set,
    ready,
    remove_line,
    set_shipment,
    site_with,
    site_without,
)

# Shipments


def shipment_set(method, cost, address=ADDRESS):
    return ShipmentSet(
        cart_id=CART,
        shipment_id="1",
        address=address,
        shipping_method=method,
        shipping_cost=Decimal(cost),
    )


@pytest.mark.parametrize(("method", "cost"), [("standard", "4.90"), ("express", "14.90")])
def test_a_shipment_costs_the_markets_price(method, cost):
    a_cart().when(set_shipment(method=method)).says(shipment_set(method, cost))


def test_a_method_that_the_market_does_not_have_is_rejected():
    refused = a_cart().when(set_shipment(method="pigeon")).rejected("unknown-method")
    assert "standard, express" in refused.reason.blockers[0].remedy


def test_a_repeated_shipment_has_no_second_effect():
    a_cart(set_shipment()).when(set_shipment()).then()


def test_another_address_or_method_replaces_the_one_before():
    given = a_cart(set_shipment())
    given.when(set_shipment(address=ELSEWHERE)).says(shipment_set("standard", "4.90", ELSEWHERE))
    given.when(set_shipment(method="express")).says(shipment_set("express", "14.90"))


def test_the_number_of_shipments_is_limited():
    full = a_cart(*(add_line(shipment_id=str(n)) for n in range(MAX_SHIPMENTS - 1)))
    full = full.when(set_shipment("last")).after
    full.when(set_shipment("one-more")).rejected("cart-full")
    full.when(add_line(shipment_id="one-more")).rejected("cart-full")
    assert full.when(set_shipment("0")).events
    assert full.when(add_line("2", shipment_id="last")).events


# Lines


@pytest.mark.parametrize(
    ("market", "price", "quantity", "tax"),
    [
        ("US", "39.50", 2, "7.11"),
        ("US", "0.50", 1, "0.05"),  # 0.045: half is rounded up
        ("US", "0.49", 1, "0.04"),  # 0.0441
        ("US", "0.01", 1, "0.00"),
        ("JP", "1999", 1, "200"),  # 199.9
        ("JP", "5", 1, "1"),  # 0.5
        ("JP", "4", 1, "0"),
        ("SE", "99.90", 3, "74.93"),  # 74.925
        ("UK", "10.00", 7, "0.00"),
    ],
)
def test_a_line_has_the_markets_tax_rounded_half_up(market, price, quantity, tax):
    outcome = a_cart(market=market).when(add_line(price=price, quantity=quantity))
    outcome.says(line_set(price, tax, quantity=quantity))
    assert str(outcome.events[0].tax) == tax


def test_tax_may_have_three_decimals():
    site = site_with("US", currency="KWD", tax_rate=Decimal("0.0505"))
    given = a_cart().events()
    state = given.past[0].model_copy(update={"currency": "KWD"})
    outcome = type(given)(given.decider, [state]).when(add_line(price="1.010"), site=site)
    assert str(outcome.events[0].tax) == "0.051"  # 0.051005


def test_a_shipment_may_get_lines_before_it_is_set():
    given = a_cart(add_line(shipment_id="9"))
    assert given.state.line("9", "1") is not None


def test_a_repeated_line_has_no_second_effect_even_at_another_tax():
    once = a_cart(add_line())
    once.when(add_line()).then()
    once.when(add_line(), site=site_with("US", tax_rate=Decimal("0.5"))).then()


@pytest.mark.parametrize(
    "other",
    [
        add_line(price="10.01"),
        add_line(quantity=2),
        add_line(sku="SKU-2"),
        add_line(name="Skirt"),
        add_line(preorder=True),
    ],
)
def test_another_line_with_the_same_id_is_rejected(other):
    a_cart(add_line()).when(other).rejected("id-reused")


def test_a_lines_id_is_unique_within_its_shipment():
    a_cart(add_line()).when(add_line(price="5.00", shipment_id="2")).says(
        line_set("5.00", "0.45", shipment_id="2")
    )


def test_changing_a_line_keeps_other_fields_and_updates_the_tax():
    given = a_cart(add_line(price="10.00", quantity=2))
    given.when(change_line(quantity=3)).says(line_set("10.00", "2.70", quantity=3))
    given.when(change_line(price="9.00")).says(line_set("9.00", "1.62", quantity=2))
    both = given.when(change_line(quantity=1, price="1.00")).says(line_set("1.00", "0.09"))
    assert both.after.state.line("1", "1").quantity == 1


@pytest.mark.parametrize("same", [change_line(), change_line(quantity=1, price="10.00")])
def test_a_change_that_changes_nothing_has_no_effect(same):
    a_cart(add_line()).when(same).then()


def test_removing_a_line():
    removed = LineRemoved(cart_id=CART, shipment_id="1", line_id="1")
    outcome = a_cart(add_line()).when(remove_line()).says(removed)
    assert outcome.after.state.line_count == 0
    outcome.when(remove_line()).then()
    outcome.when(change_line(quantity=2)).rejected("unknown-line")
    back = outcome.when(add_line(price="2.00")).says(line_set("2.00", "0.18"))
    back.when(remove_line()).says(removed)


@pytest.mark.parametrize("command", [change_line("9"), remove_line("9")])
@pytest.mark.parametrize("given", [a_cart(), a_cart(set_shipment()), a_cart(add_line())])
def test_a_command_on_an_unknown_line_is_rejected(given, command):
    given.when(command).rejected("unknown-line")


@pytest.mark.parametrize(
    "command",
    [add_line("2", "10.0"), add_line("2", "10"), add_line("2", "10.000"), change_line(price="1.0")],
)
def test_a_price_in_other_decimals_than_the_currencys_is_malformed(command):
    a_cart(add_line()).when(command).malformed("placed_price")


def test_a_price_that_is_too_large_is_malformed():
    most = "9" * 15 + ".99"
    given = a_cart(add_line(price=most), market="UK")
    given.when(add_line("2", most, quantity=2)).malformed("placed_price")
    given.when(change_line(quantity=2)).malformed("placed_price")


def test_a_total_that_is_too_large_is_rejected():
    most = "9" * 15 + ".99"
    refused = a_cart().when(add_line(price=most)).rejected("too-much")
    assert "total" in refused.reason.message  # it is the tax that can't be written any more
    a_cart(add_line(price=most), market="UK").when(add_line("2", "0.01")).rejected("too-much")


def test_the_number_of_lines_is_limited():
    given = a_cart()
    lines = [
        line_set("1.00", "0.09", line_id=str(n), shipment_id=str(n % 7)) for n in range(MAX_LINES)
    ]
    given.events(*lines[1:]).when(add_line("new")).says(line_set("10.00", "0.90", line_id="new"))
    given.events(*lines).when(add_line("new")).rejected("cart-full")


@pytest.mark.parametrize("command", [set_shipment("2"), add_line("2"), change_line(quantity=2)])
@pytest.mark.parametrize("site", [site_without("US"), site_with("US", currency="EUR")])
def test_a_removed_market_or_another_currency_is_rejected(command, site):
    ready().when(command, site=site).rejected("unknown-market", "unknown-market")
