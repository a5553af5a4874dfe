"""A provider's result is taken once, whenever it comes."""

import pytest

from shared.contracts import payments
from tests.unit.given import Given
from tests.unit.payment.builders import (
    CARD,
    add,
    an_account,
    answer,
    decline,
    edited,
    order_canceled,
    pending,
)


def test_the_same_answer_again_changes_nothing():
    pending().when(answer()).when(answer()).then()
    pending().when(decline()).when(decline()).then()


@pytest.mark.parametrize(("first", "second"), [(answer(), decline()), (decline(), answer())])
def test_another_answer_is_refused(first, second):
    pending().when(first).when(second).rejected("answered-already")


def test_an_answer_that_nobody_asked_for_is_refused():
    pending().when(answer(2)).rejected("unknown-request")
    Given(an_account().decider).when(answer()).rejected("unknown-order")


def test_answers_may_come_in_any_order():
    two = pending("60.00").when(add("q", **CARD)).after
    for first, second in ((1, 2), (2, 1)):
        assert two.when(answer(first)).when(answer(second)).status == "Paid"


def test_what_a_provider_has_in_hand_may_be_too_much_for_an_edited_order():
    less = pending("60.00").when(edited("50.00"))
    less.when(add("q")).rejected("payment-pending")
    paid = less.when(answer(), cause="psp#1")
    assert [type(e) for e in paid.events] == [payments.Recorded, payments.OrderPaid]
    assert paid.events[0].outstanding == -10
    assert paid.status == "Paid"


def test_an_account_that_closes_owes_nothing_more_for_an_edit():
    pending().when(order_canceled()).when(edited("150.00")).then()
