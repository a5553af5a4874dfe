"""Edits of lines and discounts: the shipments agree, and then the order says what it costs."""

import json
from decimal import Decimal

import pytest

from services.order.decider import decider
from shared.contracts import Malformed, carts, orders
from shared.contracts.checkout import MAX_LINES, MAX_SHIPMENTS
from shared.contracts.order_edits import DiscountSet, LineAltered
from shared.runtime.decider import DeferredOutcome
from tests.unit.given import SITE, Given
from tests.unit.order.builders import (
    ADDRESS,
    CANCEL_REFUSED,
    COMPLETED,
    ORDER,
    PARTIALLY_SHIPPED,
    TOO_LATE,
    add_line,
    an_order,
    cancel,
    cancel_requested,
    cancel_too_late,
    canceled,
    cart,
    change_line,
    closed,
    hold,
    hold_requested,
    line,
    lines_confirmed,
    lines_too_late,
    move_line,
    on_hold,
    owed,
    remove_line,
    set_discount,
    shipment,
    shipment_canceled,
    shipments_held,
)

EDITS = [
    add_line(),
    change_line(quantity=2),
    remove_line(),
    move_line(),
    set_discount("1.00"),
]
TWO_LINES = shipment(
    line("SKU-1", 2, "10.00", discount="2.00", tax="1.62"), line("SKU-2", 1, "5.00", tax="0.45")
)


def order_of(*shipments, **more):
    """An order that was placed with these shipments."""
    return Given(decider).when(cart(*shipments, **more), cause="checkout#1").after


def made(given, command, cause="csr#1"):
    """What the order tells once the shipments have agreed to an edit."""
    outcome = given.when(command, cause=cause).deferred().when(lines_confirmed(cause))
    outcome.settles(DeferredOutcome(cause))
    (changed,) = outcome.events
    return outcome.after, changed


def shipment_of(changed, shipment_id="1"):
    return next(s for s in changed.shipments if s.shipment_id == shipment_id)


def line_of(changed, line_id="1", shipment_id="1"):
    (found,) = [x for x in shipment_of(changed, shipment_id).lines if x.line_id == line_id]
    return found


def money(line):
    return line.quantity, str(line.placed_price), str(line.discount), str(line.tax)


# The process


def test_an_edit_asks_the_shipments_and_its_outcome_waits():
    outcome = an_order().when(change_line(quantity=3), cause="csr#1")
    edit = LineAltered(shipment_id="1", line_id="1", quantity=3)
    asked = orders.LinesChangeRequested(order_id=ORDER, request="csr#1", edit=edit)
    outcome.then(asked).deferred()
    assert outcome.after.state.content == an_order().state.content


def test_when_the_shipments_agree_the_order_has_a_new_total():
    after, changed = made(an_order(), change_line(quantity=3))
    assert changed.request == "csr#1"
    assert str(changed.total) == "30.00"
    assert changed.summary == (
        "Dress in shipment 1: quantity 1, now 3. The total was 10.00 and is 30.00 USD."
    )
    assert after.state.content.total == changed.total


def test_when_the_shipments_refuse_the_order_stays_as_it_is():
    asked = an_order().when(change_line(quantity=3), cause="csr#1")
    refused = asked.when(lines_too_late("csr#1"))
    refused.then(orders.LinesChangeRefused(order_id=ORDER, request="csr#1", reason=TOO_LATE))
    refused.settles(DeferredOutcome("csr#1", TOO_LATE))
    assert refused.after.state.content == an_order().state.content
    assert not refused.after.state.edits


def test_several_edits_wait_and_each_answer_finds_its_own():
    first = an_order().when(change_line(quantity=3), cause="a#1")
    both = first.when(add_line(), cause="b#1").deferred()
    refused = both.when(lines_too_late("a#1")).settles(DeferredOutcome("a#1", TOO_LATE))
    made = refused.when(lines_confirmed("b#1")).settles(DeferredOutcome("b#1"))
    (changed,) = made.events
    assert str(changed.total) == "15.45"


def test_an_answer_that_nobody_waits_for_changes_nothing():
    an_order().when(lines_confirmed("x#1")).then().settles()
    an_order().when(lines_too_late("x#1")).then().settles()
    Given(decider).when(lines_confirmed("x#1")).then()
    Given(decider).when(lines_too_late("x#1")).then()
    asked = an_order().when(change_line(quantity=3), cause="csr#1")
    asked.when(lines_confirmed("csr#1")).when(lines_confirmed("csr#1")).then().settles()


def test_an_edit_and_a_hold_wait_side_by_side():
    asked = an_order().when(change_line(quantity=3), cause="e#1").when(hold(), cause="h#1")
    changed = asked.when(lines_confirmed("e#1")).settles(DeferredOutcome("e#1"))
    held = changed.when(shipments_held()).settles(DeferredOutcome("h#1"))
    assert held.status == "OnHold"


def test_an_edit_and_a_cancellation_wait_side_by_side():
    asked = an_order().when(change_line(quantity=3), cause="e#1").when(cancel(), cause="c#1")
    changed = asked.when(lines_confirmed("e#1")).settles(DeferredOutcome("e#1"))
    off = changed.when(shipment_canceled()).settles(DeferredOutcome("c#1"))
    assert off.status == "Canceled"


# When


@pytest.mark.parametrize("command", EDITS)
@pytest.mark.parametrize(
    ("given", "code"),
    [
        (on_hold(2), "on-hold"),
        (an_order(2).events(hold_requested("h#1")), "hold-pending"),
        (an_order(2).events(cancel_requested("c#1")), "cancel-pending"),
        (an_order(2).events(closed("1", "Shipped"), PARTIALLY_SHIPPED), "partially-shipped"),
        (an_order().events(closed("1", "Shipped"), COMPLETED), "completed"),
        (an_order().events(closed("1", "Canceled"), canceled()), "canceled"),
        (Given(decider), "unknown-order"),
    ],
)
def test_only_an_order_in_progress_can_be_edited(given, code, command):
    given.when(command).rejected(code)


def test_an_order_can_be_edited_after_a_cancellation_was_refused():
    an_order().events(cancel_requested("c#1"), CANCEL_REFUSED).when(add_line()).deferred()


# Lines


def test_a_line_is_added_at_the_markets_tax():
    after, changed = made(an_order(), add_line("9", 2, "5.00", discount="1.00"))
    assert money(line_of(changed, "9")) == (2, "5.00", "1.00", "0.81")
    assert str(changed.total) == "19.81"
    assert changed.summary.startswith("Added to shipment 1: 2 × Scarf at 5.00.")
    again = made(after, change_line("9", quantity=4), "csr#2")[1]
    assert money(line_of(again, "9")) == (4, "5.00", "1.00", "1.71")


def test_a_line_may_be_added_with_a_tax_of_its_own_which_follows():
    after, changed = made(an_order(), add_line("9", 2, "5.00", tax="0.50"))
    assert money(line_of(changed, "9")) == (2, "5.00", "0.00", "0.50")
    again = made(after, change_line("9", quantity=3), "csr#2")[1]
    assert money(line_of(again, "9")) == (3, "5.00", "0.00", "0.75")


def test_a_line_that_is_added_as_a_preorder_is_one():
    assert line_of(made(an_order(), add_line(preorder=True))[1], "9").preorder
    assert not line_of(made(an_order(), add_line())[1], "9").preorder


def test_the_same_line_again_changes_nothing():
    after, _ = made(an_order(), add_line())
    outcome = after.when(add_line()).then()
    assert not outcome.decision.deferred


@pytest.mark.parametrize(
    "other", [{"price": "6.00"}, {"quantity": 2}, {"sku": "SKU-8"}, {"preorder": True}]
)
def test_another_line_with_the_id_of_one_that_is_there_is_refused(other):
    after, _ = made(an_order(), add_line())
    after.when(add_line(**other)).rejected("id-reused", "id-reused")


def test_discount_and_tax_follow_the_quantity_and_come_back_with_it():
    given = order_of(TWO_LINES)
    after, changed = made(given, change_line(quantity=3))
    assert money(line_of(changed)) == (3, "10.00", "3.00", "2.43")
    back = made(after, change_line(quantity=2), "csr#2")[1]
    assert money(line_of(back)) == (2, "10.00", "2.00", "1.62")
    assert back.total == given.state.content.total


def test_discount_and_tax_follow_the_price():
    changed = made(order_of(TWO_LINES), change_line(placed_price="5.00"))[1]
    assert money(line_of(changed)) == (2, "5.00", "1.00", "0.81")


def test_a_discount_that_is_given_stands_beside_the_checkouts():
    after, changed = made(order_of(TWO_LINES), change_line(discount="4.00"))
    assert money(line_of(changed)) == (2, "10.00", "6.00", "1.26")
    assert str(line_of(changed).manual_discount) == "4.00"
    more = made(after, change_line(quantity=4), "csr#2")[1]
    assert money(line_of(more)) == (4, "10.00", "8.00", "2.88")
    _, ended = made(after, set_discount("0.00", shipment_id="1", line_id="1"), "csr#3")
    assert money(line_of(ended)) == (2, "10.00", "2.00", "1.62")


def test_a_line_that_cost_nothing_is_taxed_at_the_markets_rate_once_it_does():
    changed = made(order_of(shipment(line(price="0.00"))), change_line(placed_price="10.00"))[1]
    assert money(line_of(changed)) == (1, "10.00", "0.00", "0.90")


def test_the_tax_of_a_line_of_a_few_cents_follows_as_any_other_does():
    given = order_of(shipment(line(price="0.01", quantity=50, tax="0.10")))
    changed = made(given, change_line(quantity=100))[1]
    assert money(line_of(changed)) == (100, "0.01", "0.00", "0.20")
    single = order_of(shipment(line(price="0.01", tax="0.01")))
    changed = made(single, change_line(quantity=3))[1]
    assert money(line_of(changed)) == (3, "0.01", "0.00", "0.03")


def test_taxes_stay_in_proportion_when_the_site_has_the_market_no_more():
    after, _ = made(an_order(), add_line("9", 2, "5.00"))
    left = {name: market for name, market in SITE.markets.items() if name != "US"}
    gone = SITE.model_copy(update={"markets": left})
    asked = after.when(change_line("9", quantity=4), cause="e#2", site=gone)
    (changed,) = asked.when(lines_confirmed("e#2"), site=gone).events
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
    after, _ = made(given, by_hand)
    assert not after.when(by_hand).then().decision.deferred


def test_what_may_be_so_already_is_asked_while_another_edit_waits():
    asked = order_of(TWO_LINES).when(change_line(quantity=5), cause="a#1")
    asked.when(change_line(quantity=5), cause="b#1").deferred()


def test_a_line_is_removed_and_removing_it_again_changes_nothing():
    after, changed = made(order_of(TWO_LINES), remove_line("2"))
    assert [each.line_id for each in shipment_of(changed).lines] == ["1"]
    assert str(changed.total) == "19.62"
    assert changed.summary.startswith("Removed from shipment 1: 1 × Dress.")
    after.when(remove_line("2")).then()


def test_a_line_that_two_remove_at_once_is_removed_once():
    both = (
        order_of(TWO_LINES).when(remove_line("2"), cause="a#1").when(remove_line("2"), cause="b#1")
    )
    again = (
        both.when(lines_confirmed("a#1"))
        .when(lines_confirmed("b#1"))
        .settles(DeferredOutcome("b#1"))
    )
    (unchanged,) = again.events
    assert unchanged.summary == "Nothing changed. The total stays 19.62 USD."


def test_a_shipment_keeps_a_line_or_is_canceled():
    outcome = an_order(2).when(remove_line()).rejected("last-line")
    assert "Cancel the shipment instead" in outcome.reason.blockers[0].remedy


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


def test_an_order_has_so_many_lines_at_most():
    full = order_of(shipment(*[line() for _ in range(MAX_LINES - 1)]))
    after, _ = made(full, add_line("a"))
    after.when(add_line("b")).rejected("order-full", "order-full")


# Moving


def test_pieces_move_to_another_shipment_and_nothing_is_lost():
    given = order_of(shipment(line(quantity=3, discount="1.00", tax="1.00")), shipment())
    _, changed = made(given, move_line(quantity=1, to_line_id="9"))
    assert money(line_of(changed)) == (2, "10.00", "0.67", "0.67")
    assert money(line_of(changed, "9", "2")) == (1, "10.00", "0.33", "0.33")
    assert changed.total == given.state.content.total
    assert changed.summary == ("Moved 1 × Dress from shipment 1 to 2. The total stays 40.00 USD.")


def test_a_whole_line_moves_as_it_is():
    after, changed = made(order_of(TWO_LINES, shipment()), move_line(to_line_id="9"))
    assert [each.line_id for each in shipment_of(changed).lines] == ["2"]
    assert money(line_of(changed, "9", "2")) == (2, "10.00", "2.00", "1.62")
    after.when(move_line(to_line_id="9")).then()


def test_a_move_to_a_shipment_that_is_not_there_makes_it_at_the_markets_price():
    there = {"address": ADDRESS, "shipping_method": "express"}
    after, changed = made(order_of(TWO_LINES), move_line(quantity=1, **there))
    born = shipment_of(changed, "2")
    assert (str(born.shipping_cost), str(born.shipping_tax)) == ("14.90", "0.00")
    assert born.address.city == ADDRESS["city"]
    assert str(changed.total) == "39.97"
    assert "a new one by express for 14.90" in changed.summary
    assert after.state.shipments == {"1": "Open", "2": "Open"}
    back = move_line("1", line_id="1", shipment_id="2")
    after, changed = made(after, back, "csr#2")
    assert str(changed.total) == str(order_of(TWO_LINES).state.content.total)
    assert sorted(map(money, shipment_of(changed).lines)) == sorted(
        map(money, order_of(TWO_LINES).state.content.shipments[0].lines)
    )
    assert after.state.shipments == {"1": "Open"}


def test_a_move_does_not_send_a_shipment_elsewhere():
    given = order_of(TWO_LINES, shipment())
    elsewhere = {"address": {**ADDRESS, "city": "Tacoma"}, "shipping_method": "standard"}
    given.when(move_line(quantity=1, to_line_id="9", **elsewhere)).rejected("id-reused")
    express = {"address": ADDRESS, "shipping_method": "express"}
    given.when(move_line(quantity=1, to_line_id="9", **express)).rejected("id-reused")
    same = {"address": ADDRESS, "shipping_method": "standard"}
    given.when(move_line(quantity=1, to_line_id="9", **same)).deferred()


def test_a_new_shipment_goes_by_a_method_of_the_market():
    drone = {"address": ADDRESS, "shipping_method": "drone"}
    outcome = order_of(TWO_LINES).when(move_line(quantity=1, **drone)).rejected("unknown-method")
    assert outcome.reason.message == "US does not offer drone."


def test_pieces_that_move_to_a_line_id_that_is_taken_are_refused():
    given = order_of(TWO_LINES, shipment(line("SKU-9")))
    outcome = given.when(move_line(quantity=1)).rejected("id-reused", "id-reused")
    dearer = order_of(TWO_LINES, shipment(line(price="11.00")))
    dearer.when(move_line(quantity=1)).rejected("id-reused", "id-reused")
    assert "to_line_id" in outcome.reason.blockers[-1].remedy


def test_an_order_has_so_many_shipments_at_most():
    full = order_of(TWO_LINES, *[shipment() for _ in range(MAX_SHIPMENTS - 1)])
    there = {"address": ADDRESS, "shipping_method": "express"}
    full.when(move_line("new", 1, **there)).rejected("order-full", "order-full")


# Discounts


def test_an_order_has_a_discount_that_is_at_most_what_the_goods_cost():
    given = order_of(TWO_LINES)
    asked = given.when(set_discount("23.00"), cause="d#1")
    edit = DiscountSet(amount=Decimal("23.00"), beside=True)
    asked.then(orders.LinesChangeRequested(order_id=ORDER, request="d#1", edit=edit))
    given.when(set_discount("23.01")).rejected("discount-too-high")
    _, changed = made(given, set_discount("3.00"))
    assert (str(changed.order_discount), str(changed.total)) == ("3.00", "22.07")
    assert changed.summary.startswith("The order's discount was 0.00, now 3.00.")


def test_a_discount_of_the_order_shrinks_and_grows_with_the_goods():
    after, _ = made(order_of(TWO_LINES), set_discount("20.00"))
    after, changed = made(after, change_line(quantity=1), "csr#2")
    assert (str(changed.order_discount), str(changed.order_discount_granted)) == ("14.00", "20.00")
    _, back = made(after, change_line(quantity=2), "csr#3")
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
    asked = given.when(change_line(quantity=4), cause="a#1")
    both = asked.when(change_line(discount="35.00"), cause="b#1")
    late = both.when(lines_too_late("a#1")).when(lines_confirmed("b#1"))
    (changed,) = late.events
    assert money(line_of(changed)) == (2, "10.00", "20.00", "0.00")


# Shipments that are canceled


def test_nobody_pays_for_a_shipment_that_is_canceled():
    an_order(2).when(shipment_canceled("2")).then(
        closed("2", "Canceled"), owed("10.00", canceled="2")
    )


def test_an_order_that_is_being_canceled_tells_no_total():
    asked = an_order(2).events(cancel_requested("c#1"))
    asked.when(shipment_canceled("2")).then(closed("2", "Canceled"))


def test_the_total_is_told_when_the_cancellation_is_refused_after_all():
    asked = an_order(2).events(cancel_requested("c#1"), closed("2", "Canceled"))
    outcome = asked.when(cancel_too_late())
    refused, changed = outcome.events
    assert refused == CANCEL_REFUSED
    assert str(changed.total) == "10.00"
    assert changed.request is None


# The commands


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
