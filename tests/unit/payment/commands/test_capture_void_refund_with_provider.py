"""Captures, voids and refunds of a provider's payment are requested from the provider."""

from decimal import Decimal

import pytest

from shared.contracts import payments
from shared.runtime.decider import DeferredOutcome
from tests.unit.payment.builders import (
    CARD,
    OF_CHECKOUT,
    an_account,
    answer,
    capture,
    card,
    decline,
    moved,
    refund,
    request_failed,
    requested,
    taken,
    void,
    with_request,
)


@pytest.mark.parametrize(
    ("given", "command", "action", "amount", "done", "paid"),
    [
        (card("a", "Authorization", "100.00"), capture("a", "30.00"), "capture", "30.00",
         payments.Captured, "100.00"),
        (card("a", "Authorization", "100.00"), void("a"), "void", "100.00",
         payments.Voided, "0.00"),
        (card("s", "Sale", "100.00"), refund("s", "30.00"), "refund", "30.00",
         payments.Refunded, "70.00"),
    ],
)  # fmt: skip
def test_what_came_by_a_provider_moves_by_it(given, command, action, amount, done, paid):
    kind = given.state.payments[command.payment_id].transaction_type
    outcome = given.when(command).deferred()
    more = {"transaction_type": kind, **OF_CHECKOUT}
    outcome.then(requested(1, command.payment_id, action, amount, "100.00", **more))
    outcome.when(command).rejected("payment-pending", "payment-pending")

    yes = outcome.when(answer(), cause="psp#1").settles(DeferredOutcome("test#1"))
    outstanding = f"{100 - Decimal(paid):.2f}"
    event = moved(done, command.payment_id, amount, paid=paid, outstanding=outstanding)
    assert yes.events[0] == with_request(event, 1)

    failed = outcome.when(decline(), cause="psp#1")
    failed.then(request_failed(1, action, command.payment_id, amount, "100.00"))
    assert failed.decision.outcomes[0].refusal.code == "declined"
    assert failed.after.state.sums == given.state.sums
    failed.when(command).deferred()


def test_two_refunds_at_once_never_give_back_more_than_there_is():
    paid = [taken("s", "Sale", "60.00", **CARD), taken("t", "Sale", "60.00", **CARD)]
    given = an_account("100.00", *paid, taken("c", "Credit", "50.00"))
    first = given.when(refund("s")).after
    assert next(first.state.pending).amount == 60
    second = first.when(refund("t"))
    assert second.events[0].amount == 10
    assert second.after.when(answer(1)).when(answer(2)).after.state.sums.taken == 0
