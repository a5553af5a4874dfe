"""Held means held: the order is on hold once the shipments have confirmed it."""

import pytest

from services.order.decider import decider
from shared.runtime.decider import DeferredOutcome
from tests.unit.given import Given
from tests.unit.order.builders import (
    CANCEL_REFUSED,
    COMPLETED,
    HOLD_REFUSED,
    ORDER,
    PARTIALLY_SHIPPED,
    RELEASE_HOLD,
    TOO_LATE,
    an_order,
    cancel_requested,
    canceled,
    closed,
    hold,
    hold_released,
    hold_requested,
    hold_too_late,
    on_hold,
    order_held,
    release_hold_requested,
    shipment_canceled,
    shipments_held,
    shipments_lifted,
    shipped,
)


def partially_shipped():
    return an_order(of=2).events(closed("1", "Shipped"), PARTIALLY_SHIPPED)


# Hold


@pytest.mark.parametrize("given", [an_order(), partially_shipped()])
def test_a_hold_asks_the_shipments_and_its_outcome_waits(given):
    outcome = given.when(hold("odd address"), cause="csr#1")
    outcome.then(hold_requested("csr#1", "odd address")).deferred()
    assert outcome.status == given.status


def test_the_order_is_on_hold_when_the_shipments_confirm():
    asked = an_order().events(hold_requested("csr#1", "odd address"))
    outcome = asked.when(shipments_held())
    outcome.then(order_held("odd address")).settles(DeferredOutcome("csr#1"))
    assert outcome.status == "OnHold"


def test_the_order_goes_on_when_the_shipments_refuse():
    outcome = an_order().events(hold_requested("csr#1")).when(hold_too_late())
    outcome.then(HOLD_REFUSED).settles(DeferredOutcome("csr#1", TOO_LATE))
    assert outcome.status == "InProgress"


def test_one_confirmation_settles_everyone_who_waits_for_it():
    asked = an_order().events(hold_requested("a#1", "first")).when(hold(), cause="b#1").deferred()
    held = asked.when(shipments_held())
    held.then(order_held("first")).settles(DeferredOutcome("a#1"), DeferredOutcome("b#1"))
    held.when(shipments_held()).then().settles()


def test_one_refusal_settles_everyone_who_waits_for_it():
    asked = an_order().events(hold_requested("a#1"), hold_requested("b#1"))
    refused = asked.when(hold_too_late())
    refused.settles(DeferredOutcome("a#1", TOO_LATE), DeferredOutcome("b#1", TOO_LATE))
    refused.when(hold_too_late()).then().settles()


def test_holding_a_held_order_has_no_second_effect():
    outcome = on_hold().when(hold()).then()
    assert not outcome.decision.deferred


def test_a_hold_after_a_release_that_is_under_way_holds_again():
    lifted = (
        on_hold()
        .events(release_hold_requested("r#1"))
        .when(hold("again"), cause="h#2")
        .then(hold_requested("h#2", "again"))
        .deferred()
        .when(shipments_lifted())
    )
    lifted.then(hold_released()).settles(DeferredOutcome("r#1"))
    held = lifted.when(shipments_held())
    held.then(order_held("again")).settles(DeferredOutcome("h#2"))
    assert held.status == "OnHold"


def test_a_confirmation_of_an_earlier_hold_does_not_settle_one_that_follows_a_release():
    twice = an_order().events(hold_requested("a#1"), hold_requested("b#1"), order_held())
    later = twice.events(release_hold_requested("r#1"), hold_requested("c#1"))
    outcome = later.when(shipments_held()).then().settles()
    outcome.when(shipments_lifted()).settles(DeferredOutcome("r#1")).when(shipments_held()).settles(
        DeferredOutcome("c#1")
    )


def test_a_hold_is_refused_while_the_order_is_being_canceled():
    an_order().events(cancel_requested("c#1")).when(hold()).rejected(
        "cancel-pending", "cancel-pending"
    )


def test_a_hold_is_possible_after_a_cancellation_was_refused():
    an_order().events(cancel_requested("c#1"), CANCEL_REFUSED).when(hold()).deferred()


def test_a_completed_order_cannot_be_held():
    done = an_order().events(closed("1", "Shipped"), COMPLETED)
    done.when(hold()).rejected("completed", "completed")


def test_a_canceled_order_cannot_be_held():
    done = an_order().events(closed("1", "Canceled"), canceled())
    done.when(hold()).rejected("canceled", "canceled")


def test_the_only_shipment_ships_before_the_hold_reaches_it():
    asked = an_order().events(hold_requested("csr#1"))
    gone = asked.when(shipped()).then(closed("1", "Shipped"), COMPLETED).settles()
    refused = gone.when(hold_too_late()).then(HOLD_REFUSED)
    refused.settles(DeferredOutcome("csr#1", TOO_LATE))
    assert refused.status == "Completed"


def test_one_of_two_shipments_ships_before_the_hold_reaches_them():
    asked = an_order(of=2).events(hold_requested("csr#1"))
    gone = asked.when(shipped("1")).then(closed("1", "Shipped"), PARTIALLY_SHIPPED)
    held = gone.when(shipments_held()).then(order_held())
    assert held.status == "OnHold"
    lifted = held.when(RELEASE_HOLD).when(shipments_lifted())
    lifted.then(hold_released("PartiallyShipped"))
    assert lifted.status == "PartiallyShipped"


# Release hold


def test_releasing_a_hold_asks_the_shipments_and_its_outcome_waits():
    outcome = on_hold().when(RELEASE_HOLD, cause="csr#2")
    outcome.then(release_hold_requested("csr#2")).deferred()
    assert outcome.status == "OnHold"


def test_the_order_goes_on_when_the_shipments_have():
    outcome = on_hold().events(release_hold_requested("csr#2")).when(shipments_lifted())
    outcome.then(hold_released("InProgress")).settles(DeferredOutcome("csr#2"))
    assert outcome.status == "InProgress"


def test_everyone_who_waits_for_the_release_is_settled_together():
    asked = on_hold().when(RELEASE_HOLD, cause="a#1").when(RELEASE_HOLD, cause="b#1").deferred()
    lifted = asked.when(shipments_lifted()).settles(DeferredOutcome("a#1"), DeferredOutcome("b#1"))
    lifted.when(shipments_lifted()).then().settles()


def test_an_order_that_is_not_on_hold_has_none_to_release():
    an_order().when(RELEASE_HOLD).rejected("not-on-hold", "not-on-hold")
    on_hold().events(hold_released()).when(RELEASE_HOLD).rejected("not-on-hold")


def test_a_hold_that_is_still_pending_can_be_released():
    asked = an_order().events(hold_requested("h#1"))
    both = asked.when(RELEASE_HOLD, cause="r#1").then(release_hold_requested("r#1")).deferred()
    held = both.when(shipments_held()).then(order_held()).settles(DeferredOutcome("h#1"))
    held.when(shipments_lifted()).then(hold_released()).settles(DeferredOutcome("r#1"))


def test_releasing_a_hold_that_is_then_refused_is_refused_too():
    both = an_order().events(hold_requested("h#1"), release_hold_requested("r#1"))
    outcome = both.when(hold_too_late()).then(HOLD_REFUSED)
    hold_outcome, release_outcome = outcome.decision.outcomes
    assert hold_outcome == DeferredOutcome("h#1", TOO_LATE)
    assert (release_outcome.cause, release_outcome.refusal.code) == ("r#1", "not-on-hold")
    outcome.when(shipments_lifted()).then().settles()


def test_a_refused_hold_does_not_refuse_the_release_of_another():
    given = on_hold().events(release_hold_requested("r#1"), hold_requested("h#2"))
    lifted = given.when(shipments_lifted()).settles(DeferredOutcome("r#1"))
    lifted.when(hold_too_late()).settles(DeferredOutcome("h#2", TOO_LATE))


def test_the_last_shipment_is_canceled_while_a_release_is_under_way():
    given = on_hold().events(release_hold_requested("r#1"))
    outcome = given.when(shipment_canceled())
    outcome.then(closed("1", "Canceled"), canceled()).settles(DeferredOutcome("r#1"))
    assert outcome.status == "Canceled"
    outcome.when(shipments_lifted()).then().settles()


# Orders that aren't there


def test_commands_about_an_unknown_order_are_refused():
    for command in (hold(), RELEASE_HOLD):
        refused = Given(decider).when(command).rejected("unknown-order")
        assert ORDER in refused.reason.message


@pytest.mark.parametrize("fact", [shipments_held(), shipments_lifted(), hold_too_late()])
def test_facts_about_an_unknown_order_or_unasked_for_change_nothing(fact):
    Given(decider).when(fact).then().settles()
    an_order().when(fact).then().settles()
