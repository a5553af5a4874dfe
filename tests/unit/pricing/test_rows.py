"""Regressions of prices, each with the amounts at which it was found."""

from __future__ import annotations

from decimal import Decimal

from services.cart.cart.pricing import price
from services.cart.cart.state import Cart
from services.order.decider import decider
from shared.contracts import shipments
from shared.contracts.address import Address
from tests.unit.cart.cart.builders import coupon, with_coupons
from tests.unit.given import NOW, SITE, Given
from tests.unit.order.builders import (
    ADDRESS,
    ORDER,
    cart,
    change_line,
    confirm_edit,
    line,
    line_of,
    money,
    move_line,
    order_of,
    set_discount,
    shipment,
    shipment_canceled,
    shipment_of,
)
from tests.unit.pricing.worlds import World, add_line, converted, set_destination

SHIPS = Decimal("0.00")


def order_with(coupons, *lines, of=("1",), discount=None):
    """The order of a draft with these coupons; a line is (shipment, line, sku, quantity, price)."""
    world = World(with_coupons(SITE, **coupons), "USD", tuple(coupons))
    draft = Cart("c-1", "US", "USD", None)
    for which in of:
        set_destination(draft, which, "standard", SHIPS)
    for where, line_id, sku, quantity, placed_price in lines:
        add_line(draft, where, line_id, sku, quantity, Decimal(placed_price))
    draft.coupons = list(coupons)
    draft.discounts = discount or {}
    total = price(draft, world.site, NOW).totals.total
    given = Given(decider).when(converted(draft, world), cause="checkout#1", site=world.site).after
    assert given.state.content.total == total
    return given


def test_an_order_discount_above_the_value_returns_with_the_quantity():
    given = order_of(shipment(line(price="10.00"), shipping_cost="5.00"), order_discount="12.00")
    assert str(given.state.content.total) == "3.00"
    after, more = confirm_edit(given, change_line(quantity=2), "a#1")
    assert str(more.total) == "13.00"
    _, back = confirm_edit(after, change_line(quantity=1), "b#1")
    assert (str(back.total), str(back.order_discount)) == ("3.00", "12.00")


def test_an_amount_off_a_line_is_taken_once_whatever_its_quantity():
    mugs = coupon({"USD": "2.00"}, "line", skus=("MUG",))
    given = order_with({"MUGS": mugs}, ("1", "1", "MUG", 1, "9.00"))
    _, more = confirm_edit(given, change_line(quantity=3))
    assert str(line_of(more).discount) == "2.00"


def test_a_percentage_off_the_order_follows_its_value():
    given = order_with(
        {"FIFTEEN": coupon("15", "order")},
        ("1", "1", "MUG", 1, "1000.00"),
        ("2", "2", "HAT", 1, "1000.00"),
        of=("1", "2"),
    )
    (_, changed) = given.when(shipment_canceled("2")).events
    assert str(changed.order_discount) == "150.00"


def test_a_split_line_moves_back_and_removes_the_emptied_shipment():
    given = order_of(shipment(line(quantity=3, discount="1.00", tax="1.00"), shipping_cost="4.90"))
    there = {"address": ADDRESS, "shipping_method": "express"}
    after, split = confirm_edit(given, move_line(quantity=1, **there), "a#1")
    assert str(split.total) == "49.80"
    back = move_line("1", shipment_id="2", line_id="1")
    after, whole = confirm_edit(after, back, "b#1")
    assert [each.shipment_id for each in whole.shipments] == ["1"]
    assert money(line_of(whole)) == (3, "10.00", "1.00", "1.00")
    assert whole.total == given.state.content.total
    assert after.state.shipments == {"1": "Open"}
    assert "shipment 2 is empty and gone" in whole.summary


def test_an_edited_line_keeps_its_basis_when_split_and_merged():
    given = order_of(shipment(line(quantity=3, discount="1.00", tax="0.50")), shipment())
    after, _ = confirm_edit(given, change_line(quantity=5), "a#1")
    after, _ = confirm_edit(after, move_line(quantity=2, to_line_id="9"), "b#1")
    after, _ = confirm_edit(
        after, move_line("1", shipment_id="2", line_id="9", to_line_id="1"), "c#1"
    )
    _, back = confirm_edit(after, change_line(quantity=3), "d#1")
    assert money(line_of(back)) == (3, "10.00", "1.00", "0.50")


def test_a_manual_discount_does_not_replace_coupons():
    """An order of a draft, and one of a checkout that gives amounts without rules."""
    tenth = {"TENTH": coupon("10", "line")}
    ours = order_with(tenth, ("1", "1", "MUG", 1, "79.00"))
    theirs = order_of(shipment(line(price="79.00", discount="7.90")), coupons=["TENTH"])
    for given in (ours, theirs):
        for command in (
            set_discount("5.00", shipment_id="1", line_id="1"),
            change_line(discount="5.00"),
        ):
            after, changed = confirm_edit(given, command, "a#1")
            assert str(line_of(changed).discount) == "12.90"
            assert changed.total < given.state.content.total
            _, ended = confirm_edit(
                after, set_discount("0.00", shipment_id="1", line_id="1"), "b#1"
            )
            assert ended.total == given.state.content.total


def edited(method, cost=None, request="m#1", shipment_id="1"):
    """The shipment gets another method."""
    return shipments.Edited(
        order_id=ORDER,
        shipment_id=shipment_id,
        warehouse="seattle",
        status="AwaitingInventory",
        shipping_method=method,
        address=Address(**ADDRESS),
        request=request,
        shipping_cost=cost and Decimal(cost),
    )


def test_another_method_costs_the_markets_price_and_changing_back_restores_it():
    given = order_of(shipment(shipping_cost="5.00", shipping_tax="0.45"))
    outcome = given.when(edited("express"))
    _, dearer = outcome.events
    assert (str(shipment_of(dearer).shipping_cost), str(dearer.total)) == ("14.90", "26.24")
    assert str(shipment_of(dearer).shipping_tax) == "1.34"
    assert dearer.request == "m#1"
    assert "shipping was 5.00, now 14.90" in dearer.summary
    _, back = outcome.after.when(edited("standard", request="m#2")).events
    assert (str(shipment_of(back).shipping_cost), str(back.total)) == ("5.00", "15.45")


def test_another_method_may_have_an_entered_cost():
    given = order_of(shipment(shipping_cost="5.00"))
    _, changed = given.when(edited("express", "7.00")).events
    assert (str(shipment_of(changed).shipping_cost), str(changed.total)) == ("7.00", "17.00")


def test_free_shipping_stays_free_with_another_method():
    world = {"FREE": coupon("100", "shipping")}
    given = order_with(world, ("1", "1", "MUG", 1, "79.00"))
    _, changed = given.when(edited("express")).events
    assert str(shipment_of(changed).shipping_cost) == "0.00"
    assert str(shipment_of(changed).shipping_price) == "14.90"
    assert changed.total == given.state.content.total


def test_an_edit_event_of_version_0_1_changes_no_cost():
    given = order_of(shipment(shipping_cost="5.00"))
    (only,) = given.when(edited("express", request=None)).events
    assert only.type == "waybill.order.shipment-edited.v1"


def test_rules_that_contradict_the_amounts_are_ignored():
    rule = {"code": "TEN", "kind": "percentage", "percent": "10", "scope": "order"}
    pricing = {"tax_rate": "0", "discounts": [rule]}
    agreed = cart(shipment(line(price="50.00")), order_discount="5.00", pricing=pricing)
    other = cart(shipment(line(price="50.00")), order_discount="6.00", pricing=pricing)
    (kept,) = Given(decider).when(agreed).events
    (dropped,) = Given(decider).when(other).events
    assert (kept.pricing is None, str(kept.total)) == (False, "45.00")
    assert (dropped.pricing, str(dropped.total)) == (None, "44.00")
