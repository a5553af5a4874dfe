"""Money that moves after it was recorded."""

import pytest

from services.payment.decider import decider
from shared.contracts.payments import Captured, Explain, Refunded, Voided
from tests.unit.given import Given
from tests.unit.payment.builders import (
    ORDER,
    add,
    an_account,
    authorized,
    capture,
    edited,
    moved,
    order_canceled,
    order_paid,
    order_unpaid,
    refund,
    sold,
    taken,
    void,
)


def amount_of(outcome, event):
    """How much moved; just one event of this class was decided."""
    (moved_,) = [one for one in outcome.events if isinstance(one, event)]
    return f"{moved_.amount:f}"


# Capture


def test_capturing_takes_all_of_an_authorization_and_pays_nothing_anew():
    outcome = authorized().when(capture())
    outcome.then(moved(Captured, "a", "100.00", paid="100.00", outstanding="0.00"))
    assert outcome.status == "Paid"


def test_capturing_in_parts():
    outcome = authorized().when(capture(amount="30.00"))
    outcome.then(moved(Captured, "a", "30.00", paid="100.00", outstanding="0.00"))
    outcome.when(capture()).then(moved(Captured, "a", "70.00", paid="100.00", outstanding="0.00"))


# A default never overshoots (rules: "Defaults never overshoot")


def test_a_capture_without_an_amount_takes_what_the_order_still_owes():
    given = authorized().when(edited("60.00"))
    outcome = given.when(capture())
    outcome.then(moved(Captured, "a", "60.00", paid="100.00", outstanding="-40.00"))
    outcome.when(capture()).then()


def test_a_capture_takes_no_more_than_is_authorized():
    given = authorized("40.00").when(capture())
    given.then(moved(Captured, "a", "40.00", paid="40.00", outstanding="60.00"))


def test_an_amount_that_is_given_may_be_more_than_the_order_owes():
    given = authorized().when(edited("60.00"))
    assert amount_of(given.when(capture(amount="100.00")), Captured) == "100.00"
    given.when(capture(amount="100.01")).rejected("too-much")


def test_several_payments_are_captured_up_to_the_total():
    paid = [taken("a", "Authorization", "70.00"), taken("b", "Authorization", "70.00")]
    first = an_account("100.00", *paid).when(capture("a"))
    second = first.when(capture("b"))
    assert amount_of(second, Captured) == "30.00"
    second.when(capture("b")).then()
    third = an_account("70.00", *paid).when(capture("a")).after
    third.when(capture("b")).rejected("nothing-owed", "nothing-owed")


def test_what_a_sale_brought_in_is_not_captured_once_more():
    paid = [taken("s", "Sale", "80.00"), taken("a", "Authorization", "100.00")]
    assert amount_of(an_account("100.00", *paid).when(capture()), Captured) == "20.00"


def test_what_went_back_is_owed_again():
    back = authorized().when(edited("60.00")).when(capture()).when(refund("a", "10.00"))
    assert amount_of(back.when(capture()), Captured) == "10.00"


def test_each_default_is_told_beforehand():
    paid = [taken("a", "Authorization", "100.00"), taken("s", "Sale", "15.00")]
    told = an_account("120.00", *paid).when(edited("60.00")).after.answer(Explain(order_id=ORDER))
    defaults = {key: said.defaults for key, said in told.items() if said.defaults}
    assert defaults == {
        ("payment.capture", "a"): {"amount": "45.00"},
        ("payment.void", "a"): {"amount": "100.00"},
        ("payment.refund", "s"): {"amount": "15.00"},
    }
    told = an_account("120.00", *paid).answer(Explain(order_id=ORDER))
    assert told["payment.add", ORDER].defaults == {"amount": "5.00"}


def test_no_more_is_captured_than_is_left():
    authorized().when(capture(amount="100.01")).rejected("too-much")
    partly = authorized().when(capture(amount="30.00"))
    refused = partly.when(capture(amount="70.01")).rejected("too-much")
    assert "70.00 USD" in refused.reason.message


def test_capturing_all_of_it_again_has_no_second_effect():
    done = authorized().when(capture())
    done.when(capture()).then()
    done.when(capture(amount="0.01")).rejected("nothing-left", "nothing-left")


def test_an_authorization_of_nothing_has_nothing_to_capture():
    given = an_account("100.00", taken("a", "Authorization", "0.00"))
    given.when(capture()).rejected("nothing-left")


def test_what_was_voided_cannot_be_captured():
    authorized().when(void()).when(capture()).rejected("nothing-left")


def test_a_canceled_order_is_not_captured():
    authorized().when(order_canceled()).when(capture()).rejected("order-canceled")


# Void


def test_voiding_lets_go_of_an_authorization():
    outcome = authorized().when(void())
    outcome.then(
        moved(Voided, "a", "100.00", paid="0.00", outstanding="100.00"), order_unpaid("0.00")
    )
    assert outcome.status == "Outstanding"


def test_voiding_what_was_not_enough_changes_nothing_about_being_paid():
    authorized("40.00").when(void()).then(
        moved(Voided, "a", "40.00", paid="0.00", outstanding="100.00")
    )


def test_voiding_again_has_no_second_effect():
    authorized().when(void()).when(void()).then()


def test_what_was_captured_cannot_be_voided():
    authorized().when(capture()).when(void()).rejected("captured", "captured")


def test_voiding_lets_go_of_what_a_capture_has_left():
    partly = authorized().when(edited("60.00")).when(capture())
    outcome = partly.when(void())
    outcome.then(moved(Voided, "a", "40.00", paid="60.00", outstanding="0.00"))
    outcome.when(void()).then()
    assert amount_of(outcome.when(refund("a")), Refunded) == "60.00"


def test_a_void_that_the_checkout_reported_leaves_nothing_to_void_or_capture():
    paid = [taken("a", "Authorization", "100.00"), taken("v", "Void", "100.00")]
    given = an_account("100.00", *paid)
    assert given.status == "Outstanding"
    given.when(void()).rejected("nothing-left")
    given.when(capture()).rejected("nothing-left")


# Refund


def test_refunding_gives_back_a_sale():
    outcome = sold().when(refund())
    outcome.then(
        moved(Refunded, "s", "100.00", paid="0.00", outstanding="100.00"), order_unpaid("0.00")
    )


def test_refunding_gives_back_what_was_captured_and_no_more():
    partly = authorized().when(capture(amount="30.00"))
    partly.when(refund("a", "30.01")).rejected("too-much")
    partly.when(refund("a")).then(
        moved(Refunded, "a", "30.00", paid="70.00", outstanding="30.00"), order_unpaid("70.00")
    )


def test_money_that_went_back_is_not_captured_or_refunded_once_more():
    back = authorized().when(capture(amount="30.00")).when(refund("a"))
    assert back.status == "Outstanding"
    assert back.after.state.sums.paid == 70
    back.when(refund("a")).then()
    back.when(refund("a", "0.01")).rejected("nothing-taken")
    back.when(capture(amount="70.01")).rejected("too-much")
    back.when(capture()).then(moved(Captured, "a", "70.00", paid="70.00", outstanding="30.00"))


def test_refunding_in_parts():
    once = sold("120.00").when(refund(amount="20.00"))
    once.then(moved(Refunded, "s", "20.00", paid="100.00", outstanding="0.00"))
    twice = once.when(refund(amount="0.01"))
    twice.then(
        moved(Refunded, "s", "0.01", paid="99.99", outstanding="0.01"), order_unpaid("99.99")
    )
    twice.when(refund(amount="100.00")).rejected("too-much")
    paid_again = twice.when(add("p"))
    assert paid_again.events[-1] == order_paid("100.00")


def test_refunding_all_of_it_again_has_no_second_effect():
    done = sold().when(refund())
    done.when(refund()).then()
    done.when(refund(amount="0.01")).rejected("nothing-taken", "nothing-taken")


def test_money_that_is_only_set_aside_cannot_be_refunded():
    authorized().when(refund("a")).rejected("nothing-taken")


def test_what_a_credit_has_given_back_cannot_be_refunded_too():
    given = an_account("100.00", taken("s", "Sale", "100.00"), taken("c", "Credit", "60.00"))
    given.when(refund(amount="40.01")).rejected("too-much")
    given.when(refund()).then(moved(Refunded, "s", "40.00", paid="0.00", outstanding="100.00"))


def test_a_recorded_capture_can_be_refunded():
    given = an_account("100.00", taken("s", "Capture", "100.00"))
    given.when(refund(amount="100.00")).then(
        moved(Refunded, "s", "100.00", paid="0.00", outstanding="100.00"), order_unpaid("0.00")
    )


# What all of them need


@pytest.mark.parametrize("command", [capture("x"), void("x"), refund("x")])
def test_an_unknown_order_or_payment_is_refused(command):
    Given(decider).when(command).rejected("unknown-order")
    an_account().when(command).rejected("unknown-payment")


@pytest.mark.parametrize("command", [capture("a"), void("a"), refund("a")])
@pytest.mark.parametrize("status", ["Pending", "Failed", "Voided"])
def test_only_processed_money_moves(command, status):
    given = an_account("100.00", taken("a", "Authorization", "100.00", status))
    given.when(command).rejected("not-processed", "not-processed")


@pytest.mark.parametrize("command", [capture("s"), void("s")])
@pytest.mark.parametrize("type_", ["Sale", "Capture", "Credit", "Void"])
def test_only_an_authorization_is_captured_or_voided(command, type_):
    given = an_account("100.00", taken("s", type_, "100.00"))
    given.when(command).rejected("not-an-authorization", "not-an-authorization")


@pytest.mark.parametrize("type_", ["Credit", "Void"])
def test_what_went_back_already_cannot_be_refunded(type_):
    given = an_account("100.00", taken("s", type_, "100.00"), taken("t", "Sale", "100.00"))
    given.when(refund("s")).rejected("nothing-taken")


@pytest.mark.parametrize(
    ("given", "command"),
    [(authorized(), capture), (sold(), refund)],
    ids=["capture", "refund"],
)
def test_an_amount_is_exact_and_more_than_nothing(given, command):
    payment_id = "a" if command is capture else "s"
    given.when(command(payment_id, "1.0")).malformed("amount")
    given.when(command(payment_id, "0.00")).rejected("amount-zero")
