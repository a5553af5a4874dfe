"""Whatever is returned, exchanged and asked of providers: no cent is made, lost or paid twice."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import payments, returns
from tests.examples import examples
from tests.unit.payment.builders import (
    CARD,
    add,
    an_account,
    answer,
    capture,
    decline,
    edited,
    refund,
    taken,
    void,
)
from tests.unit.payment.return_builders import (
    completion,
    exchange,
    exchange_refused,
    exchange_settled,
    given_back,
    result,
)


def money(cents: int) -> str:
    return f"{Decimal(cents).scaleb(-2):f}"


WORTHS = {"r-1": 4_000, "r-2": 2_501, "r-3": 3_499}  # everything that the order costs
some_return = st.sampled_from(sorted(WORTHS))
cents = st.integers(1, 5_000)
numbers = st.integers(1, 10_000)


def complete(return_id: str, number: int, method: str | None) -> Any:
    worth = money(WORTHS[return_id])
    return completion(worth, return_id=return_id, request=f"csr#{number}", method=method)


messages = st.one_of(
    st.builds(complete, some_return, numbers, st.sampled_from([None, None, None, "check"])),
    st.builds(complete, some_return, numbers, st.just("credit-card")),
    st.builds(lambda of: exchange(money(WORTHS[of] // 2), of), some_return),
    st.builds(lambda of: exchange_refused(money(WORTHS[of] // 2), of), some_return),
    st.builds(lambda of: exchange_settled("Canceled", of), some_return),
    st.builds(lambda of, c: refund(of, money(c)), st.sampled_from(["c0", "c1", "s"]), cents),
    st.builds(lambda c: capture("c0", money(c)), cents),
    st.just(void("c0")),
    st.builds(lambda n, c: add(f"p{n}", "Sale", money(c)), st.integers(1, 3), cents),
    st.sampled_from(["100.00", "110.00"]).map(edited),
)
answers = st.builds(
    lambda n, yes: answer(n) if yes else decline(n), st.integers(1, 15), st.sampled_from([1, 1, 0])
)


def start() -> Any:
    return an_account(
        "100.00",
        taken("c0", "Authorization", "35.00", **CARD),
        taken("c1", "Sale", "30.00", **CARD),
        taken("s", "Sale", "35.00"),
    )


class Books:
    """What was refunded for each return, and how its refunds ended."""

    def __init__(self) -> None:
        self.asked: dict[str, payments.Requested] = {}
        self.refunded: dict[str, Decimal] = defaultdict(Decimal)
        self.wanted: dict[str, Decimal] = {}
        self.running: set[str] = set()

    def read(self, events: Any) -> None:
        for event in events:
            match event:
                case payments.Requested():
                    self.asked[event.request_id] = event
                case payments.ReturnRefundStarted():
                    self.wanted[event.return_id] = event.refund
                    self.running.add(event.return_id)
                case returns.ReturnRefunded():
                    self.running.remove(event.return_id)  # each refund has one result
                    assert event.refunded == self.refunded[event.return_id]
                    assert event.refunded <= self.wanted[event.return_id]
                case payments.Refunded() if event.return_id:
                    self.refunded[event.return_id] += event.amount
                case payments.Recorded(transaction_type="Credit", status="Processed"):
                    if event.return_id and event.method != "exchange":
                        self.refunded[event.return_id] += event.amount


@examples(200)
@given(st.lists(messages | answers, max_size=25))
def test_returns_never_give_back_more_than_was_captured_or_wanted(history: list[Any]) -> None:
    stream, books = start(), Books()
    final = [answer(n) for n in range(1, 80)]
    for number, message in enumerate([*history, *final]):
        outcome = stream.when(message, cause=f"m#{number}")
        if outcome._decision is None:
            continue
        books.read(outcome.events)
        stream = outcome.after
        account = stream.state
        for amount in (account.sums.authorized, account.free.authorized):
            assert amount >= 0
        assert account.total >= 0
        assert account.paid_in_full == (account.outstanding <= 0)
        reduced = sum(each.reduced for each in account.returns.values())
        assert account.total in (100 - reduced, 110 - reduced)
        moved = sum(each.transferred for each in account.returns.values())
        for payment in account.payments.values():
            assert payment.amount - payment.captured - payment.voided >= 0
            if payment.transaction_type != "Credit":
                assert payment.taken >= 0
        assert account.sums.taken + moved >= 0
    assert not books.running, "every refund has ended once all providers have answered"


sales = st.lists(st.tuples(st.integers(1, 5_000), st.booleans()), min_size=1, max_size=5)


@examples(150)
@given(sales, st.lists(st.integers(1, 100), min_size=1, max_size=6))
def test_returning_everything_in_parts_gives_back_every_payment_newest_first(
    made: list[tuple[int, bool]], shares: list[int]
) -> None:
    """Without providers: each return empties the newest payments first, and all of them in all."""
    total = sum(amount for amount, _ in made)
    paid = [taken(f"s{n}", "Sale", money(amount)) for n, (amount, _) in enumerate(made)]
    stream = an_account(money(total), *paid)
    left = total
    for number, share in enumerate([*shares, 0]):
        last = number == len(shares)
        worth = left if last else left * share // sum(shares)
        left -= worth
        of = {"return_id": f"r-{number}", "request": f"csr#{number}"}
        holding = {name: each.taken for name, each in stream.state.payments.items()}
        outcome = stream.when(completion(money(worth), **of))
        expected, rest = {}, Decimal(worth).scaleb(-2)
        for name in reversed(holding):
            if part := min(rest, holding[name]):
                expected[name], rest = f"{part:.2f}", rest - part
        assert given_back(outcome.events) == expected
        assert result(outcome).refunded == Decimal(worth).scaleb(-2)
        stream = outcome.after
    assert stream.state.total == stream.state.sums.paid == 0


@examples(100)
@given(sales, st.integers(1, 20_000), st.lists(st.booleans(), min_size=8, max_size=8))
def test_refunds_that_providers_decline_are_made_up_for_exactly(
    made: list[tuple[int, bool]], wanted: int, agrees: list[bool]
) -> None:
    total = sum(amount for amount, _ in made)
    paid = [
        taken(f"s{n}", "Sale", money(amount), **(CARD if by_card else {}))
        for n, (amount, by_card) in enumerate(made)
    ]
    worth = min(wanted, total)
    outcome = an_account(money(total), *paid).when(completion(money(worth)))
    answered = 0
    for retry in range(10):
        while pending := list(outcome.after.state.pending):
            number = int(pending[0].request_id.rpartition(":")[2])
            agreed = answered >= len(agrees) or agrees[answered]
            outcome = outcome.when(answer(number) if agreed else decline(number))
            answered += 1
        if result(outcome).refusal is None:
            break
        outcome = outcome.when(completion(money(worth), request=f"csr#again{retry}"))
    assert result(outcome).refunded == Decimal(worth).scaleb(-2)
    account = outcome.after.state
    assert account.total == account.sums.paid == Decimal(total - worth).scaleb(-2)
