"""Deleting an order: the shipments are asked, then only the tombstone is left."""

import pytest

from services.order.decider import decider
from shared.contracts.checkout import ExchangeOf
from shared.contracts.orders import AddNote, Deleted, Explain
from shared.contracts.replies import Reason
from shared.runtime.decider import Context, DeferredOutcome, Rejected
from tests.unit.given import NOW, SITE, Given, numbers
from tests.unit.order.builders import (
    CANCEL_REFUSED,
    COMPLETED,
    DELETE,
    HOLD_REFUSED,
    ORDER,
    PARTIALLY_SHIPPED,
    RELEASE_HOLD,
    TOO_LATE,
    an_order,
    cancel,
    cancel_requested,
    cancel_too_late,
    canceled,
    cart,
    closed,
    delete_refused,
    delete_requested,
    delete_too_late,
    hold,
    hold_requested,
    hold_too_late,
    on_hold,
    order_deleted,
    release_hold_requested,
    shipment_canceled,
    shipments_deleted,
    shipments_held,
    shipments_lifted,
    shipped,
)

CSR = "csr:17"
DELETED = an_order().events(delete_requested("d"), order_deleted(CSR))
ANY_STATUS = {
    "in progress": an_order(),
    "on hold": on_hold(),
    "partially shipped": an_order(2).events(closed("1", "Shipped"), PARTIALLY_SHIPPED),
    "completed": an_order().events(closed("1", "Shipped"), COMPLETED),
    "canceled": an_order().events(closed("1", "Canceled"), canceled()),
    "after a refused hold": an_order().events(hold_requested("h"), HOLD_REFUSED),
    "after a refused cancel": an_order().events(cancel_requested("c"), CANCEL_REFUSED),
}


@pytest.mark.parametrize("given", ANY_STATUS.values(), ids=ANY_STATUS)
def test_an_order_in_any_status_asks_its_shipments_whether_it_may_go(given):
    outcome = given.when(DELETE, actor=CSR, cause="d").deferred()
    outcome.then(delete_requested("d", CSR))
    assert outcome.status == given.status, "until they answer nothing has changed"


@pytest.mark.parametrize("given", ANY_STATUS.values(), ids=ANY_STATUS)
def test_once_the_shipments_are_gone_the_order_is_its_tombstone(given):
    asked = given.when(DELETE, actor=CSR, cause="d")
    outcome = asked.when(shipments_deleted(CSR))
    outcome.then(order_deleted(CSR)).settles(DeferredOutcome("d"))
    assert outcome.status == "Deleted"
    assert outcome.after.state == order_deleted(CSR), "and nothing else is remembered"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (an_order().events(hold_requested("h")), "hold-pending"),
        (on_hold().events(release_hold_requested("r")), "release-pending"),
        (an_order().events(cancel_requested("c")), "cancel-pending"),
    ],
)
def test_what_is_still_being_asked_comes_first(given, code):
    given.when(DELETE).rejected(code, code)


@pytest.mark.parametrize("command", [hold(), cancel()])
@pytest.mark.parametrize("given", [an_order(), on_hold()])
def test_while_it_is_being_deleted_nothing_else_is_asked(given, command):
    refused = given.events(delete_requested("d")).when(command)
    assert refused.reason is not None
    assert "delete-pending" in [blocker.code for blocker in refused.reason.blockers]


def test_while_it_is_being_deleted_the_hold_stays():
    on_hold().events(delete_requested("d")).when(RELEASE_HOLD).rejected("delete-pending")


def test_an_order_that_a_warehouse_is_at_stays_and_whoever_asked_hears_why():
    asked = an_order().events(delete_requested("d"))
    outcome = asked.when(delete_too_late("d"))
    outcome.then(delete_refused("d")).settles(DeferredOutcome("d", TOO_LATE))
    assert outcome.status == "InProgress"
    outcome.when(hold()).then(hold_requested("test#1"))


def test_each_of_two_who_ask_has_the_answer_to_their_own_question():
    asked = an_order().events(delete_requested("d1"), delete_requested("d2"))
    first = asked.when(delete_too_late("d1")).settles(DeferredOutcome("d1", TOO_LATE))
    first.when(shipments_deleted()).then(order_deleted()).settles(DeferredOutcome("d2"))


def test_two_who_ask_are_both_told_when_it_is_gone():
    asked = an_order().events(delete_requested("d1"), delete_requested("d2"))
    asked.when(shipments_deleted()).settles(DeferredOutcome("d1"), DeferredOutcome("d2"))


def test_nobody_is_left_waiting_when_the_order_goes():
    waiting = an_order().events(hold_requested("h"), delete_requested("d"))
    outcome = waiting.when(shipments_deleted(CSR))
    accepted, refused = outcome.decision.outcomes
    assert (accepted, refused.cause) == (DeferredOutcome("d"), "h")
    assert refused.refusal.code == "deleted"


def test_a_refusal_that_nobody_waits_for_changes_nothing():
    an_order().when(delete_too_late("d")).then().settles()


def test_an_order_that_shipped_meanwhile_may_go_all_the_same():
    asked = an_order().events(delete_requested("d"))
    asked.when(shipped()).when(shipments_deleted()).then(order_deleted())


def test_deleting_again_is_accepted_and_nothing_more():
    outcome = DELETED.when(DELETE).then().settles()
    assert not outcome.decision.deferred


@pytest.mark.parametrize(
    "command", [hold(), RELEASE_HOLD, cancel(), AddNote(order_id=ORDER, text="Hm.")]
)
def test_every_other_command_hears_who_deleted_it_and_when(command):
    outcome = DELETED.when(command).rejected("deleted", "deleted")
    words = "Order PO1000001 was deleted on 2026-11-22 at 20:00 UTC by csr:17."
    assert outcome.reason.message == words


def test_a_question_hears_the_same():
    with pytest.raises(Rejected, match=r"was deleted on 2026-11-22 at 20:00 UTC by csr:17\."):
        DELETED.answer(Explain(order_id=ORDER))


def test_a_cart_under_its_id_hears_the_same():
    outcome = DELETED.when(cart()).rejected("deleted", "deleted")
    assert outcome.status == "Deleted"


LATE = [
    shipments_held(),
    hold_too_late(),
    shipments_lifted(),
    shipped(),
    shipment_canceled(),
    cancel_too_late(),
    shipments_deleted(),
    delete_too_late("d"),
]


@pytest.mark.parametrize("message", LATE, ids=lambda message: message.type)
def test_nothing_that_comes_late_brings_it_back(message):
    outcome = DELETED.when(message).then().settles()
    assert outcome.status == "Deleted"


FACTS = [model for model in decider.handlers if not model.topic.from_outside]


@pytest.mark.parametrize("fact", FACTS, ids=lambda model: model.type)
def test_no_fact_at_all_is_heard_any_more(fact):
    context = Context("late#1", "late#1", NOW, CSR, SITE, numbers())
    assert decider.decide(fact.model_construct(), DELETED.state, context).events == []


def test_the_tombstone_names_nobody_but_who_deleted_it():
    ids = {"order_id", "order_number", "exchange_of"}
    assert set(Deleted.model_fields) == {*ids, "by", "at"}
    assert set(ExchangeOf.model_fields) == {"order_id", "return_id"}


def test_an_unknown_order_can_not_be_deleted():
    Given(decider).when(DELETE).rejected("unknown-order")
    Given(decider).when(shipments_deleted()).then()


def test_who_is_unknown_is_left_out_of_the_words():
    outcome = an_order().events(order_deleted()).when(hold())
    assert outcome.reason == Reason(
        code="deleted",
        message=f"Order PO1000001 was deleted on {NOW:%Y-%m-%d} at 20:00 UTC.",
        blockers=outcome.reason.blockers,
    )


def test_a_draft_that_was_converted_before_its_id_was_deleted_is_no_dead_letter():
    """The cart service hears of the deletion by itself, and tells whoever converted the draft."""
    DELETED.when(cart(draft=True), cause="waybill/cart#cart:order-1:5:1").then()
    DELETED.when(cart(draft=True)).rejected("deleted", "deleted")
