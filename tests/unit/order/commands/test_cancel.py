"""Canceling: only what hasn't shipped, and only once its shipments are canceled."""

import pytest

from services.order.decider import decider
from shared.runtime.decider import DeferredOutcome
from tests.unit.given import Given
from tests.unit.order.builders import (
    CANCEL_REFUSED,
    COMPLETED,
    HOLD_REFUSED,
    PARTIALLY_SHIPPED,
    TOO_LATE,
    an_order,
    cancel,
    cancel_requested,
    cancel_too_late,
    canceled,
    closed,
    hold_released,
    hold_requested,
    on_hold,
    release_hold_requested,
    shipment_canceled,
    shipped,
)


def test_canceling_asks_the_shipments_and_its_outcome_waits():
    outcome = an_order().when(cancel("changed mind"), cause="csr#1")
    outcome.then(cancel_requested("csr#1", "changed mind")).deferred()
    assert outcome.status == "InProgress"


def test_the_order_is_canceled_with_the_last_of_its_shipments():
    asked = an_order(of=2).events(cancel_requested("csr#1", "changed mind"))
    first = asked.when(shipment_canceled("1")).then(closed("1", "Canceled")).settles()
    assert first.status == "InProgress"
    last = first.when(shipment_canceled("2"))
    last.then(closed("2", "Canceled"), canceled("changed mind")).settles(DeferredOutcome("csr#1"))
    assert last.status == "Canceled"


def test_everyone_who_asked_is_settled_together():
    asked = an_order().events(cancel_requested("a#1", "first"))
    both = asked.when(cancel("second"), cause="b#1").then(cancel_requested("b#1", "second"))
    outcome = both.deferred().when(shipment_canceled())
    outcome.then(closed("1", "Canceled"), canceled("first"))
    outcome.settles(DeferredOutcome("a#1"), DeferredOutcome("b#1"))
    outcome.when(cancel_too_late()).then().settles()


def test_the_shipments_refuse():
    outcome = an_order().events(cancel_requested("csr#1")).when(cancel_too_late())
    outcome.then(CANCEL_REFUSED).settles(DeferredOutcome("csr#1", TOO_LATE))
    assert outcome.status == "InProgress"
    outcome.when(cancel(), cause="csr#2").deferred()


def test_the_only_shipment_ships_before_the_cancellation_reaches_it():
    gone = an_order().events(cancel_requested("csr#1")).when(shipped())
    gone.then(closed("1", "Shipped"), COMPLETED).settles()
    refused = gone.when(cancel_too_late())
    refused.then(CANCEL_REFUSED).settles(DeferredOutcome("csr#1", TOO_LATE))
    assert refused.status == "Completed"


def test_one_of_two_shipments_ships_before_the_cancellation_reaches_them():
    gone = an_order(of=2).events(cancel_requested("csr#1")).when(shipped("2"))
    gone.then(closed("2", "Shipped"), PARTIALLY_SHIPPED)
    refused = gone.when(cancel_too_late()).settles(DeferredOutcome("csr#1", TOO_LATE))
    assert refused.status == "PartiallyShipped"


def test_canceling_a_canceled_order_has_no_second_effect():
    done = an_order().events(closed("1", "Canceled"), canceled())
    outcome = done.when(cancel()).then()
    assert not outcome.decision.deferred


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (on_hold(), ["on-hold"]),
        (on_hold().events(release_hold_requested("r#1")), ["on-hold"]),
        (an_order().events(hold_requested("h#1")), ["hold-pending"]),
        (an_order(2).events(closed("1", "Shipped"), PARTIALLY_SHIPPED), ["shipped"]),
        (
            an_order(3).events(closed("1", "Shipped"), PARTIALLY_SHIPPED, closed("3", "Shipped")),
            ["shipped", "shipped"],
        ),
        (an_order().events(closed("1", "Shipped"), COMPLETED), ["completed", "shipped"]),
    ],
)
def test_what_stands_in_the_way_is_named_in_full(given, codes):
    given.when(cancel()).rejected(codes[0], *codes)


def test_a_held_order_of_which_something_shipped_says_both():
    given = an_order(2).events(closed("1", "Shipped"), PARTIALLY_SHIPPED, hold_requested("h#1"))
    given.when(cancel()).rejected("hold-pending", "hold-pending", "shipped")


def test_canceling_is_possible_again_after_a_hold():
    on_hold().events(hold_released()).when(cancel()).deferred()
    an_order().events(hold_requested("h#1"), HOLD_REFUSED).when(cancel()).deferred()


def test_an_unknown_order_cannot_be_canceled():
    Given(decider).when(cancel()).rejected("unknown-order")


def test_a_refusal_that_nobody_waits_for_changes_nothing():
    Given(decider).when(cancel_too_late()).then().settles()
    an_order().when(cancel_too_late()).then().settles()
