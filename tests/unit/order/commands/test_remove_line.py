"""Removing a line from an order."""

from shared.runtime.decider import DeferredOutcome
from tests.unit.order.builders import (
    TWO_LINES,
    an_order,
    confirm_edit,
    lines_confirmed,
    order_of,
    remove_line,
    shipment_of,
)


def test_a_line_is_removed_and_removing_it_again_changes_nothing():
    after, changed = confirm_edit(order_of(TWO_LINES), remove_line("2"))
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
