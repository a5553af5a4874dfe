"""The totals on every event of a cart."""

from decimal import Decimal

import pytest

from shared.contracts.carts import LineSet
from shared.contracts.pricing import PricedLine
from tests.unit.cart.cart.builders import (
    CONVERT,
    DELETE,
    EMPTY,
    a_cart,
    add_line,
    apply,
    change_line,
    coupon,
    create,
    discount,
    line_set,
    ready,
    remove_coupon,
    remove_line,
    set_shipment,
    site_with,
    site_without,
    with_coupons,
)
from tests.unit.given import SITE


def totals_text(outcome):
    """The totals of the last event, without zeros."""
    totals = outcome.events[-1].totals.model_dump(exclude={"coupons", "changed"})
    return ", ".join(f"{name} {amount}" for name, amount in totals.items() if amount)


def changed(outcome):
    """The lines whose discount or tax changed."""
    lines = outcome.events[-1].totals.changed
    return {(p.shipment_id, p.line_id): (str(p.discount), str(p.tax)) for p in lines}


def test_every_event_has_the_carts_totals():
    site = with_coupons(TEN=coupon("10"), FREE=coupon("100", "shipping"))
    lines, order = "lines 79.00", "order_discount 2.50"
    reduced = f"{lines}, line_discounts 7.90, tax 6.40"
    steps = [
        (create(), ""),
        (add_line(price="39.50", quantity=2), f"{lines}, tax 7.11, total 86.11"),
        (set_shipment(), f"{lines}, tax 7.11, shipping 4.90, total 91.01"),
        (apply("TEN"), f"{reduced}, shipping 4.90, total 82.40"),
        (apply("FREE"), f"{reduced}, shipping_discount 4.90, total 77.50"),
        (discount("2.50"), f"{reduced}, shipping_discount 4.90, {order}, total 75.00"),
        (remove_coupon("FREE"), f"{reduced}, shipping 4.90, {order}, total 79.90"),
        (CONVERT, f"{reduced}, shipping 4.90, {order}, total 79.90"),
    ]
    cart = EMPTY
    for command, expected in steps:
        outcome = cart.when(command, site=site)
        assert totals_text(outcome) == expected
        cart = outcome.after


def test_an_empty_cart_costs_nothing_in_its_currency():
    totals = EMPTY.when(create("JP")).events[0].totals
    assert (str(totals.total), str(totals.shipping)) == ("0", "0")


def test_a_shipment_without_lines_costs_nothing():
    outcome = a_cart(set_shipment(), add_line()).when(remove_line())
    assert totals_text(outcome) == ""


def test_a_line_without_a_shipment_has_no_shipping_yet():
    outcome = EMPTY.when(create()).when(add_line())
    assert totals_text(outcome) == "lines 10.00, tax 0.90, total 10.90"


def test_an_event_lists_the_lines_whose_discount_or_tax_changed():
    site = with_coupons(
        TEN=coupon("10", skus=("HAT",)), MANY=coupon("50", minimum={"USD": "25.00"})
    )
    cart = a_cart(add_line("1"), add_line("hat", sku="HAT"), site=site)
    assert changed(cart.when(apply("TEN"), site=site)) == {("1", "hat"): ("1.00", "0.81")}
    assert changed(cart.when(set_shipment(), site=site)) == {}
    assert changed(cart.when(remove_line("hat"), site=site)) == {}
    assert changed(cart.when(add_line("3"), site=site)) == {("1", "3"): ("0.00", "0.90")}
    all_of_them = cart.when(add_line("3"), site=site).when(apply("MANY"), site=site)
    half = ("5.00", "0.45")
    assert changed(all_of_them) == {("1", "1"): half, ("1", "hat"): half, ("1", "3"): half}


def test_a_lines_tax_is_that_of_its_discounted_value():
    site = with_coupons(TEN=coupon("10"))
    cart = a_cart(add_line(price="10.00"), apply("TEN"), site=site)
    cart.when(change_line(quantity=2), site=site).says(line_set("10.00", "1.62", quantity=2))


def test_a_cart_of_an_older_journal_publishes_the_changed_lines_only():
    older = [event.model_copy(update={"totals": None}) for event in ready().past]
    outcome = EMPTY.events(*older).when(discount("1.00", "1"))
    assert changed(outcome) == {("1", "1"): ("1.00", "0.81")}
    assert changed(EMPTY.events(*older).when(set_shipment(method="express"))) == {}


def test_the_state_of_a_line_has_no_totals():
    line = ready().state.line("1", "1")
    assert isinstance(line, LineSet)
    assert line.totals is None


def test_a_cart_of_a_removed_market_has_no_totals_but_lines_can_be_removed():
    outcome = ready().when(remove_line(), site=site_without("US"))
    assert outcome.events[0].totals is None
    back = outcome.when(add_line()).events[0]
    assert str(back.totals.total) == "15.80"


def test_a_deleted_cart_has_no_totals():
    assert ready().when(DELETE).events[0].totals is None


# Rounding, and the sequence of discounts


@pytest.mark.parametrize(
    ("market", "price", "percent", "discount_", "tax"),
    [
        ("US", "0.05", "10", "0.01", "0.00"),  # 0.005: half is rounded up
        ("US", "0.14", "10", "0.01", "0.01"),  # 0.014; 0.13 × 0.09 = 0.0117
        ("US", "99.99", "33.3333", "33.33", "6.00"),  # 33.32996667; 66.66 × 0.09 = 5.9994
        ("US", "10.00", "100", "10.00", "0.00"),
        ("JP", "15", "10", "2", "1"),  # 1.5; 13 × 0.10 = 1.3
        ("SE", "0.30", "15", "0.05", "0.06"),  # 0.045; 0.25 × 0.25 = 0.0625
    ],
)
def test_a_percentage_is_rounded_half_up_on_each_line(market, price, percent, discount_, tax):
    site = with_coupons(SHARE=coupon(percent))
    cart = a_cart(add_line("1", price), add_line("2", price), market=market, site=site)
    line = {"discount": Decimal(discount_), "tax": Decimal(tax)}
    assert cart.when(apply("SHARE"), site=site).events[0].totals.changed == tuple(
        PricedLine(shipment_id="1", line_id=line_id, **line) for line_id in "12"
    )


def after(*commands, coupons):
    """The totals of a cart with two shipments: 10.00 by standard, 20.00 by express."""
    site = with_coupons(**coupons)
    filled = [
        *(set_shipment("1"), add_line("1", "10.00")),
        *(set_shipment("2", "express"), add_line("1", "20.00", shipment_id="2")),
    ]
    cart = a_cart(*filled, *map(apply, coupons), *commands, site=site)
    return cart.past[-1].totals


def off(totals):
    return {effect.code: str(effect.takes_off) for effect in totals.coupons}


def test_an_amount_on_lines_is_taken_off_each_line_up_to_its_value():
    totals = after(coupons={"A": coupon({"USD": "12.00"})})
    assert (off(totals), str(totals.line_discounts)) == ({"A": "22.00"}, "22.00")


def test_an_amount_on_the_order_is_taken_off_once_and_does_not_reduce_tax():
    totals = after(coupons={"A": coupon({"USD": "12.00"}, "order")})
    assert (off(totals), str(totals.order_discount)) == ({"A": "12.00"}, "12.00")
    assert str(totals.tax) == "2.70"
    totals = after(coupons={"A": coupon({"USD": "99.00"}, "order")})
    assert (off(totals), str(totals.total)) == ({"A": "30.00"}, "22.50")  # shipping and tax


def test_an_amount_on_shipping_is_taken_off_the_shipments_in_turn():
    totals = after(coupons={"A": coupon({"USD": "6.00"}, "shipping")})
    assert (off(totals), str(totals.shipping)) == ({"A": "6.00"}, "13.80")
    site = with_coupons(A=coupon({"USD": "6.00"}, "shipping"))
    cart = a_cart(
        *(set_shipment("2", "express"), add_line(shipment_id="2"), set_shipment(), add_line()),
        apply("A"),
        site=site,
    )
    (published,) = cart.when(CONVERT, site=site).outgoing
    costs = {each.shipment_id: str(each.shipping_cost) for each in published.shipments}
    assert costs == {"1": "0.00", "2": "13.80"}


def test_a_percentage_on_shipping_is_taken_off_each_shipment():
    totals = after(coupons={"A": coupon("12.5", "shipping")})
    assert off(totals) == {"A": "2.47"}  # 0.6125 and 1.8625, each rounded


def test_coupons_apply_in_the_order_of_their_codes_lines_first():
    totals = after(
        coupons={
            "Z": coupon("50"),
            "B": coupon({"USD": "4.00"}),
            "A": coupon("50", "order"),
            "Y": coupon({"USD": "1.00"}, "order"),
        }
    )
    # lines: 10 − 4 = 6, half of it 3; 20 − 4 = 16, half of it 8. Order: half of 11, then 1.
    assert off(totals) == {"A": "5.50", "B": "8.00", "Y": "1.00", "Z": "11.00"}
    assert (str(totals.line_discounts), str(totals.order_discount)) == ("19.00", "6.50")


def test_a_total_that_is_too_large_is_rejected_with_its_name():
    express = SITE.markets["US"].shipping_methods["express"]
    dear = express.model_copy(update={"price": Decimal("600000000000000.00")})
    site = site_with("US", shipping_methods={"express": dear})
    lines = (add_line(), add_line(shipment_id="2"))
    one = a_cart(*lines, set_shipment(method="express"), site=site)
    refused = one.when(set_shipment("2", method="express"), site=site).rejected("too-much")
    assert refused.reason.message.startswith("The shipping has more than 15 digits")


def test_the_minimum_counts_the_lines_before_discounts():
    coupons = {"A": coupon("50"), "B": coupon("10", "order", minimum={"USD": "30.00"})}
    assert off(after(coupons=coupons)) == {"A": "15.00", "B": "1.50"}
