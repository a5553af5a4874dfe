"""Several holds on one order, each with a type, an owner and what it stops."""

from datetime import date

import pytest

from shared.contracts import orders, shipments
from shared.contracts.base import Malformed
from shared.contracts.border import read
from shared.contracts.holds import STOPS, HoldDetails
from shared.runtime.decider import DeferredOutcome
from tests.unit.order.builders import (
    NUMBER,
    ORDER,
    RELEASE_HOLD,
    add_line,
    an_order,
    cancel,
    cancel_requested,
    canceled,
    closed,
    hold,
    hold_requested,
    order_held,
    shipment_canceled,
    shipments_held,
    shipments_lifted,
)

ANNA, BEN = "csr:anna", "csr:ben"
FRAUD = HoldDetails(hold_id="fraud", hold_type="fraud", owner=ANNA, reason="odd card", stops=STOPS)
ADDRESS = HoldDetails(
    hold_id="address", hold_type="address", owner=BEN, reason=None, stops=("release", "ship")
)


def place(hold_type=None, **more):
    return orders.Hold(order_id=ORDER, hold_type=hold_type, **more)


def release(**which):
    return orders.ReleaseHold(order_id=ORDER, **which)


def placing(given, details, cause="h#1"):
    """The order after the shipments have confirmed a hold."""
    asked = orders.HoldRequested(order_id=ORDER, request=cause, reason=details.reason, hold=details)
    return given.events(asked).when(confirmed(details)).after


def confirmed(details):
    return shipments.Held(order_id=ORDER, shipments=(), hold=details)


def lifted(*ids):
    return shipments.HoldLifted(order_id=ORDER, shipments=(), holds=ids)


def with_both():
    return placing(placing(an_order(), FRAUD), ADDRESS, "h#2")


# Placing


def test_a_typed_hold_asks_the_shipments_with_what_its_type_stops():
    outcome = an_order().when(place("address"), actor=BEN, cause="h#1").deferred()
    (asked,) = outcome.events
    assert asked.hold == ADDRESS


def test_the_hold_counts_when_the_shipments_confirm_it():
    asked = an_order().when(place("fraud", reason="odd card"), actor=ANNA, cause="h#1")
    held = asked.when(confirmed(FRAUD))
    held.then(
        orders.Held(order_id=ORDER, order_number=NUMBER, reason="odd card", hold=FRAUD)
    ).settles(DeferredOutcome("h#1"))
    assert held.status == "OnHold"


def test_a_hold_says_itself_whose_it_is_when_to_look_at_it_and_what_it_stops():
    on = date(2026, 12, 1)
    command = place("fraud", owner="risk team", review_on=on, stops=("ship", "pick"), hold_id="f7")
    (asked,) = an_order().when(command, actor=ANNA).events
    assert asked.hold == HoldDetails(
        hold_id="f7",
        hold_type="fraud",
        owner="risk team",
        reason=None,
        review_on=on,
        stops=("pick", "ship"),
    )


def test_an_unknown_type_is_refused_with_the_known_ones():
    refused = an_order().when(place("mood")).rejected("unknown-hold-type", "unknown-hold-type")
    assert "mood" in refused.reason.message
    assert "fraud" in refused.reason.blockers[0].remedy


def test_a_review_date_beyond_the_bounds_is_malformed():
    with pytest.raises(Exception, match="review_on"):
        read(orders.Hold, b'{"order_id": "c-1", "review_on": "2200-01-01"}')


def test_an_action_that_is_stopped_twice_is_malformed():
    with pytest.raises(Malformed, match="stops: lists an action twice"):
        read(orders.Hold, b'{"order_id": "c-1", "stops": ["ship", "ship"]}')


def test_placing_the_same_hold_again_has_no_second_effect():
    again = placing(an_order(), FRAUD).when(place("fraud", reason="odd card"), actor=ANNA).then()
    assert not again.decision.deferred


def test_a_hold_of_the_same_id_with_other_content_is_refused():
    placing(an_order(), FRAUD).when(place("fraud", reason="another"), actor=ANNA).rejected(
        "id-reused"
    )
    pending = an_order().when(place("fraud"), actor=ANNA, cause="h#1")
    pending.when(place("fraud"), actor=BEN, cause="h#2").rejected("id-reused")


def test_an_id_that_the_sender_chose_is_never_used_twice():
    mine = FRAUD.model_copy(update={"hold_id": "f7"})
    gone = placing(an_order(), mine).when(release(hold_id="f7"), actor=ANNA).when(lifted("f7"))
    gone.when(place("fraud", hold_id="f7", reason="odd card"), actor=ANNA).rejected("id-reused")
    gone.when(place("fraud", reason="odd card"), actor=ANNA).deferred()


def test_the_only_hold_of_a_type_can_be_placed_again_after_it_was_released():
    gone = placing(an_order(), FRAUD).when(release(hold_type="fraud"), actor=ANNA, cause="r#1")
    again = gone.when(place("fraud", reason="new facts"), actor=ANNA, cause="h#2").deferred()
    (asked,) = again.events
    held = again.when(lifted("fraud")).settles(DeferredOutcome("r#1")).when(confirmed(asked.hold))
    held.settles(DeferredOutcome("h#2"))
    assert held.after.state.holds["fraud"].reason == "new facts"


def test_an_order_has_a_bounded_number_of_holds():
    given = an_order()
    for n in range(20):
        given = placing(given, FRAUD.model_copy(update={"hold_id": f"f{n}"}))
    given.when(place("address"), actor=BEN).rejected("too-many-holds")


def test_each_answer_of_the_shipments_confirms_its_own_hold():
    asked = an_order().when(place("fraud", reason="odd card"), actor=ANNA, cause="h#1")
    both = asked.when(place("address"), actor=BEN, cause="h#2")
    both.when(confirmed(ADDRESS)).then().settles()  # the first one comes first
    first = both.when(confirmed(FRAUD)).settles(DeferredOutcome("h#1"))
    second = first.when(confirmed(ADDRESS)).settles(DeferredOutcome("h#2"))
    assert list(second.after.state.holds) == ["fraud", "address"]


def test_a_late_second_answer_to_a_hold_does_not_confirm_the_next_one():
    twice = an_order().events(hold_requested("a#1"), hold_requested("a#2"))
    asked = twice.when(place("fraud", reason="odd card"), actor=ANNA, cause="h#3")
    first = asked.when(shipments_held())
    first.settles(DeferredOutcome("a#1"), DeferredOutcome("a#2"))
    first.when(shipments_held()).then().settles().when(confirmed(FRAUD)).settles(
        DeferredOutcome("h#3")
    )


# Releasing


def test_the_order_stays_on_hold_until_the_last_hold_is_released():
    asked = with_both().when(release(hold_id="fraud"), actor=ANNA, cause="r#1").deferred()
    one = asked.when(lifted("fraud")).settles(DeferredOutcome("r#1"))
    (released,) = one.events
    assert (released.status, released.holds, one.status) == ("OnHold", ("fraud",), "OnHold")
    both = one.when(release(hold_type="address"), actor=BEN).when(lifted("address"))
    (released,) = both.events
    assert (released.status, both.status) == ("InProgress", "InProgress")


def test_a_hold_that_stops_nothing_leaves_the_status():
    watch = ADDRESS.model_copy(update={"stops": ()})
    given = placing(an_order(), watch)
    assert (given.status, list(given.state.holds)) == ("InProgress", ["address"])
    given.when(add_line(), cause="e#1").deferred()


def test_a_plain_release_lifts_the_holds_without_a_type_and_no_other():
    mixed = placing(an_order().events(hold_requested("p#1")).when(shipments_held()).after, FRAUD)
    asked = mixed.when(RELEASE_HOLD, cause="r#1").deferred()
    assert asked.events[0].holds is None
    gone = asked.when(shipments_lifted()).settles(DeferredOutcome("r#1"))
    assert (list(gone.after.state.holds), gone.status) == (["fraud"], "OnHold")
    gone.when(RELEASE_HOLD).rejected("not-on-hold", "not-on-hold")


def test_releasing_by_type_releases_every_hold_of_the_type():
    second = FRAUD.model_copy(update={"hold_id": "f7"})
    given = placing(with_both(), second)
    (asked,) = given.when(release(hold_type="fraud"), actor=ANNA).events
    assert set(asked.holds) == {"fraud", "f7"}


def test_the_hold_that_is_released_has_to_be_of_the_named_type():
    given = with_both()
    refused = given.when(release(hold_id="fraud", hold_type="address"), actor=ANNA)
    refused.rejected("not-on-hold")
    given.when(release(hold_id="fraud", hold_type="fraud"), actor=ANNA).deferred()
    given.when(release(hold_id="nothing"), actor=ANNA).rejected("not-on-hold")


@pytest.mark.parametrize("actor", [ANNA, BEN, "cli:root", "operator:7"])
def test_people_may_release_what_a_program_holds(actor):
    given = placing(an_order(), FRAUD.model_copy(update={"owner": "fraud-check:1"}))
    given.when(release(hold_type="fraud"), actor=actor).deferred()


def test_a_program_releases_its_own_holds_only():
    given = placing(an_order(), FRAUD.model_copy(update={"owner": "fraud-check:1"}))
    given.when(release(hold_type="fraud"), actor="fraud-check:2").deferred()
    for other in ("address-check:1", "fraud-check2:1", None):
        refused = given.when(release(hold_type="fraud"), actor=other)
        refused.rejected("not-your-hold", "not-your-hold")
        assert "fraud-check:1" in refused.reason.message
        assert "supervisor" in refused.reason.blockers[0].remedy


# What it stops


def test_a_hold_that_lets_cancel_go_on_lets_the_order_be_canceled():
    given = placing(an_order(), ADDRESS)
    asked = given.when(cancel("changed my mind"), cause="c#1").then(
        cancel_requested("c#1", "changed my mind")
    )
    done = asked.when(shipment_canceled()).then(
        closed("1", "Canceled"), canceled("changed my mind")
    )
    done.settles(DeferredOutcome("c#1"))
    assert (done.status, done.after.state.holds) == ("Canceled", {})


def test_a_hold_that_stops_canceling_is_named_with_reason_owner_and_who_may_release_it():
    refused = with_both().when(cancel()).rejected("on-hold", "on-hold")
    text = refused.reason.blockers[0]
    assert text.message == "The order is on hold: Fraud check (odd card, csr:anna)."
    assert text.remedy == "Release the hold. Who may do so: Fraud check: supervisor."


def test_editing_names_every_hold():
    refused = with_both().when(add_line()).rejected("on-hold", "on-hold")
    assert "Fraud check" in refused.reason.message
    assert "Address check (csr:ben)" in refused.reason.message


def test_another_hold_can_be_placed_on_a_held_order():
    placing(an_order(), FRAUD).when(hold("ask first")).deferred()
    plain = an_order().events(hold_requested("p#1"), order_held())
    plain.when(place("fraud"), actor=ANNA).deferred()
