"""A return lowers what the order costs, and gives back what was paid for the goods."""

from decimal import Decimal

import pytest

from services.payment.decider import decider
from shared.contracts import payments, returns
from tests.unit.given import Given
from tests.unit.payment.builders import (
    CARD,
    OF_CHECKOUT,
    ORDER,
    PLAIN,
    add,
    an_account,
    answer,
    authorized,
    capture,
    decline,
    edited,
    moved,
    refund,
    sold,
    taken,
)
from tests.unit.payment.return_builders import (
    RETURN,
    asked,
    completion,
    given_back,
    result,
    total_lowered,
)

BY_CARD = {**CARD, **OF_CHECKOUT}


def two_sales() -> Given:
    """An order of 100.00 with a sale `old` of 60.00, and then one of 40.00, `new`."""
    return an_account("100.00", taken("old", "Sale", "60.00"), taken("new", "Sale", "40.00"))


def two_cards() -> Given:
    """The same, by a provider's method."""
    old = taken("old", "Sale", "60.00", **BY_CARD)
    return an_account("100.00", old, taken("new", "Sale", "40.00", **BY_CARD))


def test_a_return_lowers_the_total_and_is_refunded():
    started = payments.ReturnRefundStarted(
        **PLAIN,
        return_id=RETURN,
        request="csr#1",
        worth=Decimal("30.00"),
        refund=Decimal("30.00"),
        method=None,
        reference=None,
    )
    refunded = moved(payments.Refunded, "s", "30.00", paid="70.00", outstanding="0.00")
    sold("100.00").when(completion("30.00")).then(
        started,
        total_lowered("70.00", "30.00", paid="100.00", outstanding="-30.00"),
        refunded.model_copy(update={"return_id": RETURN}),
        returns.ReturnRefunded(
            **PLAIN,
            return_id=RETURN,
            refunded=Decimal("30.00"),
            refusal=None,
            paid=Decimal("70.00"),
            outstanding=Decimal("0.00"),
        ),
    )


def test_the_newest_payment_gives_back_first():
    assert given_back(two_sales().when(completion("30.00")).events) == {"new": "30.00"}
    assert given_back(two_sales().when(completion("55.00")).events) == {
        "new": "40.00",
        "old": "15.00",
    }


def test_a_payment_gives_back_no_more_than_it_still_has():
    given = two_sales().when(refund("new", "35.00")).after.when(add("later", "Sale")).after
    outcome = given.when(completion("50.00"))
    assert given_back(outcome.events) == {"later": "35.00", "new": "5.00", "old": "10.00"}


def test_a_repeat_of_the_request_changes_nothing():
    sold().when(completion("30.00")).when(completion("30.00")).then()


def test_several_returns_add_up_to_everything_that_was_paid():
    given = two_sales()
    for number, worth in enumerate(["33.33", "33.33", "33.34"]):
        outcome = given.when(completion(worth, return_id=f"r-{number}", request=f"csr#{number}"))
        assert result(outcome).refunded == Decimal(worth)
        given = outcome.after
    assert given.state.total == given.state.sums.paid == 0


def test_an_authorization_that_was_never_captured_covers_less():
    outcome = authorized("100.00").when(completion("30.00"))
    assert result(outcome).refunded == 0
    assert outcome.after.state.total == outcome.after.state.sums.authorized == Decimal("70.00")
    assert outcome.after.state.uncaptured == Decimal("70.00")


def test_a_provider_is_asked_to_void_an_authorization_of_which_nothing_is_owed():
    auth = taken("a", "Authorization", "30.00", **BY_CARD)
    given = an_account("100.00", taken("s", "Sale", "70.00"), auth)
    outcome = given.when(completion("100.00"))
    assert given_back(outcome.events) == {"s": "70.00"}
    assert asked(outcome.events) == [("a", "void", "30.00")]
    done = outcome.when(answer())
    assert result(done).refunded == Decimal("70.00")
    assert done.after.state.sums.paid == 0


def test_a_provider_is_not_asked_to_void_an_authorization_that_is_still_owed_in_part():
    auth = taken("a", "Authorization", "100.00", **BY_CARD)
    outcome = an_account("100.00", auth).when(completion("30.00"))
    assert asked(outcome.events) == []
    assert result(outcome).refusal is None


def test_a_void_that_a_provider_refuses_does_not_refuse_the_return():
    auth = taken("a", "Authorization", "100.00", **BY_CARD)
    outcome = an_account("100.00", auth).when(completion("100.00")).when(decline())
    assert result(outcome).refusal is None


def test_what_was_captured_is_refunded_and_the_rest_stays_authorized():
    outcome = authorized("100.00").when(capture("a", "80.00")).when(completion("90.00"))
    assert given_back(outcome.events) == {"a": "80.00"}
    assert outcome.after.state.sums.authorized == Decimal("10.00")


def test_a_refund_does_not_leave_the_customer_owing():
    given = sold().when(refund("s", "20.00")).after
    outcome = given.when(completion("30.00"))
    assert given_back(outcome.events) == {"s": "10.00"}
    assert result(outcome).outstanding == 0


def test_the_order_is_paid_still():
    outcome = sold().when(completion("30.00"))
    assert outcome.status == "Paid"
    assert not [e for e in outcome.events if isinstance(e, payments.OrderUnpaid)]


def test_an_edit_afterwards_keeps_what_returns_took_off():
    given = sold().when(completion("30.00")).after
    given.when(edited("110.00")).says(
        payments.TotalChanged(
            **PLAIN, total=Decimal("80.00"), paid=Decimal("70.00"), outstanding=Decimal("10.00")
        ),
        payments.OrderUnpaid(**PLAIN, total=Decimal("80.00"), paid=Decimal("70.00")),
    )


def test_an_edit_that_changes_nothing_after_a_return_changes_nothing():
    sold().when(completion("30.00")).when(edited("100.00")).then()


@pytest.mark.parametrize("fact", [completion("30.00")])
def test_an_order_without_an_account_has_nothing_to_refund(fact):
    Given(decider).when(fact).then()


# By a manual method


def test_a_manual_method_pays_the_refund_instead():
    outcome = two_cards().when(completion("50.00", method="check"))
    assert asked(outcome.events) == []
    credit = outcome.events[2]
    assert isinstance(credit, payments.Recorded)
    assert (credit.method, credit.transaction_type, credit.amount) == (
        "check",
        "Credit",
        Decimal("50.00"),
    )
    assert credit.return_id == RETURN
    assert result(outcome).refunded == Decimal("50.00")


def test_a_manual_method_pays_no_more_than_was_captured():
    given = an_account("100.00", taken("s", "Sale", "20.00"), taken("a", "Authorization", "80.00"))
    outcome = given.when(completion("50.00", method="check"))
    assert result(outcome).refunded == Decimal("20.00")


def test_the_credits_of_two_requests_have_ids_of_their_own():
    given = sold().when(completion("30.00", method="check")).after
    given = given.when(
        completion("30.00", method="check", return_id="r-1-2", request="csr#2")
    ).after
    made = [p for p in given.state.payments.values() if p.transaction_type == "Credit"]
    assert sorted(p.amount for p in made) == [Decimal("30.00"), Decimal("30.00")]


def test_a_credit_through_a_provider_waits_for_its_answer():
    outcome = sold().when(completion("30.00", method="credit-card"))
    assert asked(outcome.events) == [("return-r-1", "add", "30.00")]
    assert result(outcome.when(answer())).refunded == Decimal("30.00")
    declined = outcome.when(decline())
    assert result(declined).refusal is not None
    again = declined.when(completion("30.00", method="check", request="csr#2"))
    assert result(again).refunded == Decimal("30.00")
    assert again.after.state.sums.paid == Decimal("70.00")


# Through providers


def test_the_return_is_refunded_once_every_provider_has_answered():
    outcome = two_cards().when(completion("50.00"))
    assert asked(outcome.events) == [("new", "refund", "40.00"), ("old", "refund", "10.00")]
    first = outcome.when(answer(2))
    assert not [event for event in first.events if isinstance(event, returns.ReturnRefunded)]
    assert result(first.when(answer(1))).refunded == Decimal("50.00")


def test_the_command_of_nobody_waits_for_the_provider():
    outcome = two_cards().when(completion("50.00"))
    assert not outcome.decision.deferred
    outcome.when(answer(1)).settles()


def test_a_provider_that_declines_refuses_with_its_reason():
    outcome = two_cards().when(completion("50.00")).when(decline(1, "The card has expired."))
    outcome = outcome.when(answer(2))
    refused = result(outcome)
    assert refused.refunded == Decimal("10.00")
    assert refused.refusal is not None
    assert refused.refusal.code == "declined"
    assert refused.refusal.message == "The card has expired."


def test_another_request_refunds_only_what_is_missing_and_lowers_the_total_once():
    given = two_cards().when(completion("50.00")).when(decline(1)).when(answer(2)).after
    outcome = given.when(completion("50.00", request="csr#2"))
    assert asked(outcome.events) == [("new", "refund", "40.00")]
    assert not [event for event in outcome.events if isinstance(event, payments.TotalChanged)]
    done = outcome.when(answer(3))
    assert result(done).refunded == Decimal("50.00")
    assert done.after.state.total == done.after.state.sums.paid == Decimal("50.00")


def test_another_request_may_be_worth_something_else():
    given = two_cards().when(completion("50.00")).when(decline(1)).when(answer(2)).after
    outcome = given.when(completion("35.00", request="csr#2"))
    assert asked(outcome.events) == [("new", "refund", "25.00")]
    assert outcome.after.state.total == Decimal("65.00")


def test_a_payment_with_a_pending_request_is_passed_over():
    given = two_cards().when(refund("new", "40.00")).after
    outcome = given.when(completion("50.00"))
    # 40.00 leave already, so 10.00 more is what the customer has paid too much
    assert asked(outcome.events) == [("old", "refund", "10.00")]


def test_pending_refunds_that_fail_are_made_up_for():
    given = two_cards().when(refund("new", "40.00")).after
    outcome = given.when(completion("50.00")).when(decline(1))
    assert asked(outcome.events) == []
    rest = outcome.when(answer(2))
    assert asked(rest.events) == [("new", "refund", "40.00")]
    assert result(rest.when(answer(3))).refunded == Decimal("50.00")


def test_money_whose_capture_is_pending_is_waited_for():
    auth = taken("a", "Authorization", "100.00", **BY_CARD)
    given = an_account("100.00", auth).when(capture("a", "100.00")).after
    outcome = given.when(completion("30.00"))
    assert asked(outcome.events) == []
    assert not [event for event in outcome.events if isinstance(event, returns.ReturnRefunded)]
    captured = outcome.when(answer(1))
    assert asked(captured.events) == [("a", "refund", "30.00")]
    assert result(captured.when(answer(2))).refunded == Decimal("30.00")


def test_a_capture_that_fails_leaves_nothing_to_refund():
    auth = taken("a", "Authorization", "100.00", **BY_CARD)
    given = an_account("100.00", auth).when(capture("a", "100.00")).after
    outcome = given.when(completion("30.00")).when(decline(1))
    assert result(outcome).refunded == 0


def test_the_answer_of_a_provider_that_comes_twice_counts_once():
    outcome = two_cards().when(completion("30.00")).when(answer(1))
    outcome.when(answer(1)).then()


def test_providers_are_told_nothing_but_the_request():
    outcome = two_cards().when(completion("30.00"))
    (request,) = outcome.outgoing
    assert isinstance(request, payments.Request)
    assert (request.order_id, request.payment_id, request.action) == (ORDER, "new", "refund")
