"""A payment by a provider's method: asked for, pending, and only then made or moved."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.payment.provider_request import request_id
from services.payment.reactions.provider_result import UNSAID
from shared.contracts import orders, payments
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Reason
from shared.runtime.decider import DeferredOutcome
from shared.site import Site
from tests.unit.given import NOW, SITE, Given, Outcome
from tests.unit.payment.builders import (
    CLOSED,
    ORDER,
    PLAIN,
    add,
    an_account,
    capture,
    edited,
    moved,
    order_canceled,
    order_paid,
    recorded,
    refund,
    taken,
    void,
)

CARD: dict[str, Any] = {"method": "credit-card"}
CLOSING = payments.AccountClosing(order_id=ORDER)


def asked(
    n: int, payment_id: str, action: str, amount: str, paid: str, waiting: str | None = "test#1",
    **more: Any,
) -> payments.Requested:  # fmt: skip
    return payments.Requested.model_validate(
        {
            **PLAIN, **CARD, "payment_id": payment_id, "request_id": f"{ORDER}:{n}",
            "provider": "simulated", "action": action, "amount": amount,
            "transaction_type": "Sale", "reference": None, "provider_reference": None,
            "requested_at": NOW, "status": "Pending", "paid": paid,
            "outstanding": str(100 - Decimal(paid)), "waiting": waiting, **more,
        }
    )  # fmt: skip


def answer(n: int = 1, outcome: str = "processed", **more: Any) -> payments.Settle:
    data = {"order_id": ORDER, "request_id": f"{ORDER}:{n}", "outcome": outcome, **more}
    return payments.Settle.model_validate(data)


def no(n: int = 1, reason: str = "Insufficient funds.") -> payments.Settle:
    return answer(n, "failed", reason=reason)


def pending(amount: str | None = None, payment_id: str = "p", type_: str = "Sale") -> Outcome[Any]:
    return an_account().when(add(payment_id, type_, amount, **CARD))


def card(payment_id: str, type_: str, amount: str, market: str = "US") -> Given[Any]:
    """An account with a payment of the checkout's, by card."""
    made = taken(payment_id, type_, amount, **CARD, reference="psp_9f3")
    return an_account("100.00", made, market=market)


OF_CHECKOUT = {"reference": "psp_9f3"}


def request_failed(n: int, action: str, payment_id: str, amount: str, paid: str) -> Any:
    return payments.RequestFailed.model_validate(
        {
            **PLAIN, "request_id": f"{ORDER}:{n}", "action": action, "payment_id": payment_id,
            "amount": amount, "paid": paid, "outstanding": str(100 - Decimal(paid)),
            "reason": "Insufficient funds.",
        }
    )  # fmt: skip


def with_request(event: Any, n: int, **more: Any) -> Any:
    return event.model_copy(update={"request_id": f"{ORDER}:{n}", **more})


# Adding


def test_the_provider_is_asked_and_nothing_is_paid_until_it_answers():
    outcome = pending()
    outcome.then(asked(1, "p", "add", "100.00", "0.00")).deferred()
    assert outcome.status == "Outstanding"
    assert outcome.after.state.payments["p"].status == "Pending"
    assert outcome.after.state.outstanding == 100


def test_what_the_provider_hears_is_the_request():
    (heard,) = pending("40.00").outgoing
    assert isinstance(heard, payments.Request)
    assert (heard.request_id, heard.amount, heard.action) == ("c-1:1", Decimal("40.00"), "add")
    assert heard.key == ORDER


def test_a_yes_makes_the_payment_and_is_the_outcome():
    outcome = pending().when(answer(provider_reference="psp-1"), cause="psp#1")
    made = recorded("p", "Sale", "100.00", paid="100.00", outstanding="0.00", method="credit-card")
    outcome.then(with_request(made, 1, provider_reference="psp-1"), order_paid("100.00"))
    outcome.settles(DeferredOutcome("test#1"))
    assert outcome.status == "Paid"


def test_a_no_records_the_failure_and_rejects_in_the_providers_words():
    outcome = pending().when(no(), cause="psp#1")
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
    declined = pending().when(no())
    again = declined.when(add("p", **CARD)).rejected("declined")
    assert again.reason.message == "Insufficient funds."
    declined.when(add("q", **CARD)).then(asked(2, "q", "add", "100.00", "0.00"))


def test_the_same_payment_again_waits_for_its_provider():
    pending().when(add("p", **CARD)).rejected("payment-pending", "payment-pending")
    pending().when(add("p", "Authorization", **CARD)).rejected("id-reused")


@pytest.mark.parametrize("method", ["credit-card", "telephone"])
def test_a_second_click_while_the_first_is_pending_is_refused(method):
    refused = pending().when(add("q", method=method)).rejected("payment-pending")
    assert refused.reason.message.startswith("A payment provider is processing 100.00 USD")
    pending("60.00").when(add("q", amount="60.00", method=method)).rejected("too-much")


def test_the_rest_may_be_paid_meanwhile_and_is_the_default():
    pending("60.00").when(add("q", **CARD)).then(asked(2, "q", "add", "40.00", "0.00"))
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


# Answers


def test_the_same_answer_again_changes_nothing():
    pending().when(answer()).when(answer()).then()
    pending().when(no()).when(no()).then()


@pytest.mark.parametrize(("first", "second"), [(answer(), no()), (no(), answer())])
def test_another_answer_is_refused(first, second):
    pending().when(first).when(second).rejected("answered-already")


def test_an_answer_that_nobody_asked_for_is_refused():
    pending().when(answer(2)).rejected("unknown-request")
    Given(an_account().decider).when(answer()).rejected("unknown-order")


def test_answers_may_come_in_any_order():
    two = pending("60.00").when(add("q", **CARD)).after
    for first, second in ((1, 2), (2, 1)):
        assert two.when(answer(first)).when(answer(second)).status == "Paid"


# Moving


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
    outcome.then(asked(1, command.payment_id, action, amount, "100.00", **more))
    outcome.when(command).rejected("payment-pending", "payment-pending")

    yes = outcome.when(answer(), cause="psp#1").settles(DeferredOutcome("test#1"))
    outstanding = f"{100 - Decimal(paid):.2f}"
    event = moved(done, command.payment_id, amount, paid=paid, outstanding=outstanding)
    assert yes.events[0] == with_request(event, 1)

    failed = outcome.when(no(), cause="psp#1")
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


# Canceling


def test_a_canceled_orders_authorization_is_let_go_by_its_provider_before_the_account_closes():
    outcome = card("a", "Authorization", "100.00").when(order_canceled())
    more = {"transaction_type": "Authorization", **OF_CHECKOUT}
    outcome.then(CLOSING, asked(1, "a", "void", "100.00", "100.00", None, **more))
    assert outcome.status == "Closing"
    outcome.when(order_canceled()).then()
    done = outcome.when(answer(), cause="psp#1").settles()
    voided = moved(payments.Voided, "a", "100.00", paid="0.00", outstanding="100.00")
    done.then(with_request(voided, 1), CLOSED)
    assert done.status == "Closed"


def test_what_is_left_and_what_was_captured_go_one_after_the_other():
    captured = card("a", "Authorization", "100.00").when(capture("a", "30.00")).when(answer())
    closing = captured.when(order_canceled())
    assert [e.action for e in closing.events[1:]] == ["void"]
    refunding = closing.when(answer(2))
    assert [type(e) for e in refunding.events] == [payments.Voided, payments.Requested]
    assert refunding.events[1].action == "refund"
    assert refunding.events[1].amount == 30
    closed = refunding.when(answer(3))
    assert closed.events[-1] == CLOSED
    assert closed.after.state.sums.paid == 0


def test_a_provider_that_refuses_leaves_the_money_where_it_shows():
    closing = card("s", "Sale", "100.00").when(order_canceled())
    refused = closing.when(no(), cause="psp#1")
    refused.then(request_failed(1, "refund", "s", "100.00", "100.00"), CLOSED)
    refused.when(refund("s")).deferred()


def test_money_that_comes_after_the_cancellation_goes_back():
    late = pending().when(order_canceled()).then(CLOSING)
    came = late.when(answer(), cause="psp#1").settles(DeferredOutcome("test#1"))
    assert [type(e) for e in came.events] == [payments.Recorded, payments.Requested]
    assert came.events[1].action == "refund"
    assert came.when(answer(2)).after.state.sums.paid == 0


def test_money_that_does_not_come_after_the_cancellation_closes_the_account():
    declined = pending().when(order_canceled()).when(no())
    assert declined.events[-1] == CLOSED


def test_a_market_that_refunds_nothing_by_itself_only_waits():
    closing = card("s", "Sale", "100.00", market="SE").when(order_canceled("SE"))
    closing.then(CLOSED)
    pending().after.when(order_canceled(), site=_keeps(SITE)).when(
        answer(), site=_keeps(SITE)
    ).then(*pending().when(answer()).events[:1], CLOSED)


def test_a_canceled_order_takes_no_payment_while_it_closes():
    closing = pending("60.00").when(order_canceled())
    closing.when(add("q")).rejected("order-canceled")


def test_by_hand_and_by_a_provider_are_canceled_together():
    paid = [taken("s", "Sale", "60.00"), taken("t", "Sale", "40.00", **CARD)]
    outcome = an_account("100.00", *paid).when(order_canceled())
    kinds = [type(e) for e in outcome.events]
    assert kinds == [payments.AccountClosing, payments.Refunded, payments.Requested]


# Deleting

DELETED = orders.Deleted(order_id=ORDER, order_number="PO1000001", by="csr:17", at=NOW)
TOLD: dict[str, Any] = {"order_id": ORDER, "order_number": "PO1000001", "by": "csr:17", "at": NOW}
DELETING = payments.AccountDeleting(**TOLD)


def tombstone(amount: str) -> payments.AccountDeleted:
    return payments.AccountDeleted(**TOLD, currency="USD", taken=Decimal(amount))


def test_a_deleted_orders_account_waits_for_its_provider_and_then_is_gone():
    outcome = card("a", "Authorization", "100.00").when(DELETED)
    more = {"transaction_type": "Authorization", **OF_CHECKOUT}
    outcome.then(DELETING, asked(1, "a", "void", "100.00", "100.00", None, **more))
    assert outcome.status == "Deleting"
    outcome.when(DELETED).then()
    outcome.when(add("q")).rejected("order-canceled")
    voided = moved(payments.Voided, "a", "100.00", paid="0.00", outstanding="100.00")
    gone = outcome.when(answer(), cause="psp#1")
    gone.then(with_request(voided, 1), tombstone("0.00"))
    assert gone.status == "Deleted"
    gone.when(answer()).rejected("deleted")


def test_money_that_comes_after_the_deletion_is_named_in_the_tombstone():
    came = pending().when(DELETED).then(DELETING).when(answer()).settles(DeferredOutcome("test#1"))
    assert came.events[-1] == tombstone("100.00")
    assert pending().when(DELETED).when(no()).events[-1] == tombstone("0.00")


def test_what_a_cancellation_has_promised_is_kept_when_the_order_is_deleted_meanwhile():
    captured = card("a", "Authorization", "100.00").when(capture("a", "30.00")).when(answer())
    deleted = captured.when(order_canceled()).when(DELETED).then(DELETING)
    refunding = deleted.when(answer(2))
    assert refunding.events[-1].action == "refund"
    assert refunding.when(answer(3)).events[-1] == tombstone("0.00")


def _keeps(site: Site) -> Site:
    markets = {
        name: market.model_copy(update={"refund_on_cancel": False})
        for name, market in site.markets.items()
    }
    return site.model_copy(update={"markets": markets})


def test_a_request_has_an_id_of_the_contract_however_long_the_orders_is():
    assert request_id("o" * 64, 12) != request_id("o" * 64, 13)
    assert all(len(request_id("o" * n, 7)) <= 64 for n in range(1, 65))
    assert request_id("c:1", 2) != request_id("c", 12)


# Edits meanwhile


def test_what_a_provider_has_in_hand_may_be_too_much_for_an_edited_order():
    less = pending("60.00").when(edited("50.00"))
    less.when(add("q")).rejected("payment-pending")
    paid = less.when(answer(), cause="psp#1")
    assert [type(e) for e in paid.events] == [payments.Recorded, payments.OrderPaid]
    assert paid.events[0].outstanding == -10
    assert paid.status == "Paid"


def test_an_account_that_closes_owes_nothing_more_for_an_edit():
    pending().when(order_canceled()).when(edited("150.00")).then()


# Whatever comes in whatever order

amounts = st.none() | st.integers(1, 12_000).map(lambda cents: f"{Decimal(cents).scaleb(-2):f}")
ids = st.sampled_from(["c0", "c1", "p1", "p2"])
methods = st.sampled_from(["credit-card", "credit-card", "telephone"])
kinds = st.sampled_from(["Sale", "Sale", "Authorization", "Credit"])
commands = st.one_of(
    st.builds(lambda i, t, a, m: add(i, t, a, method=m), ids, kinds, amounts, methods),
    st.builds(capture, ids, amounts),
    st.builds(void, ids),
    st.builds(refund, ids, amounts),
    st.just(order_canceled()),
    st.sampled_from(["80.00", "100.00", "130.00"]).map(edited),
)
answers = st.builds(
    lambda n, yes: answer(n) if yes else no(n), st.integers(1, 12), st.sampled_from([1, 1, 0])
)


class Provider:
    """What has really moved: by the first answer to each request, never twice."""

    def __init__(self) -> None:
        self.asked: dict[str, payments.Requested] = {}
        self.said: dict[str, str] = {}

    def hears(self, events: Any) -> None:
        for event in events:
            if isinstance(event, payments.Requested):
                assert event.request_id not in self.asked, "asked twice under one name"
                self.asked[event.request_id] = event

    def says(self, message: payments.Settle) -> None:
        if message.request_id in self.asked:
            self.said.setdefault(message.request_id, message.outcome)

    @property
    def holds(self) -> Decimal:
        """Set aside or taken, as the provider's own books have it."""
        held = Decimal(0)
        for name, outcome in self.said.items():
            asked = self.asked[name]
            out = asked.action in ("void", "refund") or asked.transaction_type == "Credit"
            if outcome == "processed" and asked.action != "capture":
                held += -asked.amount if out else asked.amount
        return held


@settings(max_examples=150, deadline=None)
@given(st.lists(commands | answers | answers, max_size=25))
def test_no_penny_is_made_or_lost_and_nobody_is_charged_twice(messages):
    start = an_account(
        "100.00",
        taken("c0", "Authorization", "60.00", **CARD),
        taken("c1", "Sale", "30.00", **CARD),
    )
    stream, provider, by_hand = start, Provider(), Decimal(90)
    waiting: set[str] = set()
    final = [answer(n) for n in range(1, 40)]
    for number, message in enumerate([*messages, order_canceled(), *final]):
        if isinstance(message, payments.Settle):
            provider.says(message)
        outcome = stream.when(message, cause=f"m#{number}")
        if outcome._decision is None:
            continue
        provider.hears(outcome.events)
        if outcome.decision.deferred:
            waiting.add(f"m#{number}")
        for settlement in outcome.decision.outcomes:
            waiting.remove(settlement.cause)  # each is told once
        for event in outcome.events:
            if isinstance(event, payments.Recorded) and not event.request_id:
                by_hand += -event.amount if event.transaction_type == "Credit" else event.amount
            elif isinstance(event, payments.Voided | payments.Refunded) and not event.request_id:
                by_hand -= event.amount
        stream = outcome.after
        account = stream.state
        assert account.sums.paid == provider.holds + by_hand
        assert account.canceled or account.paid_in_full == (account.outstanding <= 0)
        assert account.sums.authorized >= 0
        assert account.sums.taken >= 0
        assert account.free.authorized >= 0
        assert account.free.taken >= 0
    assert not waiting
    assert stream.status == "Closed"
    closing = [ask for ask in stream.state.requests.values() if not ask.waiting]
    if all(ask.outcome == "processed" for ask in closing):
        assert stream.state.sums.paid == 0, "everything has gone back"
