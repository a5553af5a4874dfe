"""A payment by a provider is pending until the provider confirms it."""

from decimal import Decimal

import pytest

from services.payment.provider_request import request_id
from services.payment.reactions.provider_result import UNSAID
from shared.contracts import payments
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Reason
from shared.runtime.decider import DeferredOutcome
from tests.unit.given import SITE
from tests.unit.payment.builders import (
    CARD,
    ORDER,
    add,
    an_account,
    answer,
    card,
    decline,
    order_paid,
    pending,
    recorded,
    refund,
    requested,
    with_request,
)


def test_the_provider_is_asked_and_nothing_is_paid_until_it_answers():
    outcome = pending()
    outcome.then(requested(1, "p", "add", "100.00", "0.00")).deferred()
    assert outcome.status == "Outstanding"
    assert outcome.after.state.payments["p"].status == "Pending"
    assert outcome.after.state.outstanding == 100


def test_what_the_provider_hears_is_the_request():
    (sent,) = pending("40.00").outgoing
    assert isinstance(sent, payments.Request)
    assert (sent.request_id, sent.amount, sent.action) == ("c-1:1", Decimal("40.00"), "add")
    assert sent.key == ORDER


def test_a_yes_makes_the_payment_and_is_the_outcome():
    outcome = pending().when(answer(provider_reference="psp-1"), cause="psp#1")
    expected = recorded(
        "p", "Sale", "100.00", paid="100.00", outstanding="0.00", method="credit-card"
    )
    outcome.then(with_request(expected, 1, provider_reference="psp-1"), order_paid("100.00"))
    outcome.settles(DeferredOutcome("test#1"))
    assert outcome.status == "Paid"


def test_a_no_records_the_failure_and_rejects_in_the_providers_words():
    outcome = pending().when(decline(), cause="psp#1")
    failed = recorded(
        "p", "Sale", "100.00", paid="0.00", outstanding="100.00", status="Failed",
        method="credit-card",
    )  # fmt: skip
    outcome.then(with_request(failed, 1, reason="Insufficient funds."))
    declined = blocker("declined", reason="Insufficient funds.")
    outcome.settles(DeferredOutcome("test#1", Reason.of(declined)))
    assert outcome.status == "Outstanding"


def test_a_no_without_a_reason_says_so():
    (failed,) = pending().when(answer(outcome="failed")).events
    assert failed.reason == UNSAID


def test_a_declined_payment_stays_declined_and_another_one_may_follow():
    declined = pending().when(decline())
    again = declined.when(add("p", **CARD)).rejected("declined")
    assert again.reason.message == "Insufficient funds."
    declined.when(add("q", **CARD)).then(requested(2, "q", "add", "100.00", "0.00"))


def test_the_same_payment_again_waits_for_its_provider():
    pending().when(add("p", **CARD)).rejected("payment-pending", "payment-pending")
    pending().when(add("p", "Authorization", **CARD)).rejected("id-reused")


@pytest.mark.parametrize("method", ["credit-card", "telephone"])
def test_a_second_click_while_the_first_is_pending_is_refused(method):
    refused = pending().when(add("q", method=method)).rejected("payment-pending")
    assert refused.reason.message.startswith("A payment provider is processing 100.00 USD")
    pending("60.00").when(add("q", amount="60.00", method=method)).rejected("too-much")


def test_the_rest_may_be_paid_meanwhile_and_is_the_default():
    pending("60.00").when(add("q", **CARD)).then(requested(2, "q", "add", "40.00", "0.00"))
    paid = pending("60.00").when(add("q"))
    assert paid.events[0].amount == 40


def test_without_a_provider_it_is_recorded_at_once():
    methods = {
        name: way.model_copy(update={"provider": None})
        for name, way in SITE.payment_methods.items()
    }
    site = SITE.model_copy(update={"payment_methods": methods})
    outcome = an_account().when(add(**CARD), site=site)
    assert outcome.events[0].status == "Processed"


def test_a_credit_is_asked_for_and_counts_as_gone_meanwhile():
    given = card("s", "Sale", "120.00")
    credit = given.when(add("c", "Credit", **CARD))
    assert credit.events[0].amount == 20
    credit.when(add("d", "Credit", **CARD)).rejected("amount-missing")
    credit.when(add("d", "Credit", "100.01")).rejected("too-much")
    credit.when(refund("s", "100.01")).rejected("too-much")


def test_a_request_has_an_id_of_the_contract_however_long_the_orders_is():
    assert request_id("o" * 64, 12) != request_id("o" * 64, 13)
    assert all(len(request_id("o" * n, 7)) <= 64 for n in range(1, 65))
    assert request_id("c:1", 2) != request_id("c", 12)
