"""Whatever comes in whatever order, the account agrees with the provider's own books."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import payments
from tests.examples import examples
from tests.unit.payment.builders import (
    CARD,
    add,
    an_account,
    answer,
    capture,
    decline,
    edited,
    order_canceled,
    refund,
    taken,
    void,
)

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
    lambda n, yes: answer(n) if yes else decline(n), st.integers(1, 12), st.sampled_from([1, 1, 0])
)


class Provider:
    """The money that a provider has moved: once for each request, by the first result."""

    def __init__(self) -> None:
        self.requests: dict[str, payments.Requested] = {}
        self.outcomes: dict[str, str] = {}

    def receive(self, events: Any) -> None:
        for event in events:
            if isinstance(event, payments.Requested):
                assert event.request_id not in self.requests, "two requests have one id"
                self.requests[event.request_id] = event

    def settle(self, message: payments.Settle) -> None:
        if message.request_id in self.requests:
            self.outcomes.setdefault(message.request_id, message.outcome)

    @property
    def balance(self) -> Decimal:
        """The money that it has authorized or taken."""
        held = Decimal(0)
        for name, outcome in self.outcomes.items():
            request = self.requests[name]
            outgoing = request.action in ("void", "refund") or request.transaction_type == "Credit"
            if outcome == "processed" and request.action != "capture":
                held += -request.amount if outgoing else request.amount
        return held


def by_hand_in(event: Any) -> Decimal:
    """What an event adds to the money that no provider moved."""
    if isinstance(event, payments.Recorded) and not event.request_id:
        return -event.amount if event.transaction_type == "Credit" else event.amount
    if isinstance(event, payments.Voided | payments.Refunded) and not event.request_id:
        return -event.amount
    return Decimal(0)


@examples(150)
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
            provider.settle(message)
        outcome = stream.when(message, cause=f"m#{number}")
        if outcome._decision is None:
            continue
        provider.receive(outcome.events)
        if outcome.decision.deferred:
            waiting.add(f"m#{number}")
        for settlement in outcome.decision.outcomes:
            waiting.remove(settlement.cause)  # each settles once
        for event in outcome.events:
            by_hand += by_hand_in(event)
        stream = outcome.after
        account = stream.state
        assert account.sums.paid == provider.balance + by_hand
        assert account.canceled or account.paid_in_full == (account.outstanding <= 0)
        assert account.sums.authorized >= 0
        assert account.sums.taken >= 0
        assert account.free.authorized >= 0
        assert account.free.taken >= 0
    assert not waiting
    assert stream.status == "Closed"
    closing = [each for each in stream.state.requests.values() if not each.waiting]
    if all(each.outcome == "processed" for each in closing):
        assert stream.state.sums.paid == 0, "everything has gone back"
