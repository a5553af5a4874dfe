"""An edit waits until the shipments confirm or refuse it."""

import pytest

from services.order.decider import decider
from shared.contracts import orders
from shared.contracts.order_edits import LineAltered
from shared.runtime.decider import DeferredOutcome
from tests.unit.given import Given
from tests.unit.order.builders import (
    CANCEL_REFUSED,
    COMPLETED,
    ORDER,
    PARTIALLY_SHIPPED,
    TOO_LATE,
    TWO_LINES,
    add_line,
    an_order,
    cancel,
    cancel_requested,
    canceled,
    change_line,
    closed,
    confirm_edit,
    hold,
    hold_requested,
    lines_confirmed,
    lines_too_late,
    move_line,
    on_hold,
    order_of,
    remove_line,
    set_discount,
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


def test_an_edit_asks_the_shipments_and_its_outcome_waits():
    outcome = an_order().when(change_line(quantity=3), cause="csr#1")
    edit = LineAltered(shipment_id="1", line_id="1", quantity=3)
    requested = orders.LinesChangeRequested(order_id=ORDER, request="csr#1", edit=edit)
    outcome.then(requested).deferred()
    assert outcome.after.state.content == an_order().state.content


def test_when_the_shipments_agree_the_order_has_a_new_total():
    after, changed = confirm_edit(an_order(), change_line(quantity=3))
    assert changed.request == "csr#1"
    assert str(changed.total) == "30.00"
    assert changed.summary == (
        "Dress in shipment 1: quantity 1, now 3. The total was 10.00 and is 30.00 USD."
    )
    assert after.state.content.total == changed.total


def test_when_the_shipments_refuse_the_order_stays_as_it_is():
    requested = an_order().when(change_line(quantity=3), cause="csr#1")
    refused = requested.when(lines_too_late("csr#1"))
    refused.then(orders.LinesChangeRefused(order_id=ORDER, request="csr#1", reason=TOO_LATE))
    refused.settles(DeferredOutcome("csr#1", TOO_LATE))
    assert refused.after.state.content == an_order().state.content
    assert not refused.after.state.edits


def test_several_edits_wait_and_each_answer_finds_its_own():
    first = an_order().when(change_line(quantity=3), cause="a#1")
    both = first.when(add_line(), cause="b#1").deferred()
    refused = both.when(lines_too_late("a#1")).settles(DeferredOutcome("a#1", TOO_LATE))
    confirmed = refused.when(lines_confirmed("b#1")).settles(DeferredOutcome("b#1"))
    (changed,) = confirmed.events
    assert str(changed.total) == "15.45"


def test_an_answer_that_nobody_waits_for_changes_nothing():
    an_order().when(lines_confirmed("x#1")).then().settles()
    an_order().when(lines_too_late("x#1")).then().settles()
    Given(decider).when(lines_confirmed("x#1")).then()
    Given(decider).when(lines_too_late("x#1")).then()
    requested = an_order().when(change_line(quantity=3), cause="csr#1")
    requested.when(lines_confirmed("csr#1")).when(lines_confirmed("csr#1")).then().settles()


def test_an_edit_and_a_hold_wait_side_by_side():
    requested = an_order().when(change_line(quantity=3), cause="e#1").when(hold(), cause="h#1")
    changed = requested.when(lines_confirmed("e#1")).settles(DeferredOutcome("e#1"))
    held = changed.when(shipments_held()).settles(DeferredOutcome("h#1"))
    assert held.status == "OnHold"


def test_an_edit_and_a_cancellation_wait_side_by_side():
    requested = an_order().when(change_line(quantity=3), cause="e#1").when(cancel(), cause="c#1")
    changed = requested.when(lines_confirmed("e#1")).settles(DeferredOutcome("e#1"))
    canceled = changed.when(shipment_canceled()).settles(DeferredOutcome("c#1"))
    assert canceled.status == "Canceled"


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


def test_what_may_be_so_already_is_asked_while_another_edit_waits():
    requested = order_of(TWO_LINES).when(change_line(quantity=5), cause="a#1")
    requested.when(change_line(quantity=5), cause="b#1").deferred()
