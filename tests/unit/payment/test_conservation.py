"""Money is neither made nor lost, whatever is asked in whatever order."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payment.allowed import explain
from services.payment.decider import decider
from services.payment.state import owed
from shared.contracts import payments
from shared.contracts.money import decimals
from shared.contracts.topics import PAYMENT_COMMANDS
from shared.runtime.decider import Context, Rejected
from tests.examples import examples
from tests.unit.explained import agrees, covers
from tests.unit.given import NOW, SITE, Given, numbers
from tests.unit.payment.builders import (
    ORDER,
    add,
    an_account,
    capture,
    edited,
    order_canceled,
    placed,
    refund,
    taken,
    void,
)

OUT = {"Credit", "Void"}
TYPES = ["Authorization", "Capture", "Sale", "Credit", "Void"]


def amount(cents: int) -> str:
    return f"{Decimal(cents).scaleb(-2):f}"


amounts = st.integers(1, 15_000).map(amount)
checkout_payments = st.lists(
    st.tuples(
        st.sampled_from(["Authorization", "Capture", "Sale"]),
        amounts,
        st.sampled_from(["Processed", "Processed", "Pending", "Failed"]),
    ),
    max_size=3,
).map(lambda made: [taken(f"c{n}", *payment) for n, payment in enumerate(made)])
ids = st.sampled_from(["c0", "c0", "c1", "p1"])  # few, so that commands meet payments
maybe = st.none() | amounts
commands = st.one_of(
    st.builds(add, ids, st.sampled_from(TYPES), maybe),
    st.builds(capture, ids, maybe),
    st.builds(void, ids),
    st.builds(refund, ids, maybe),
    st.just(order_canceled()),
)


def paid_by(events) -> Decimal:
    """What events say came in, less what they say went out."""
    total = Decimal(0)
    for event in events:
        if isinstance(event, payments.Recorded) and event.status == "Processed":
            total += -event.amount if event.transaction_type in OUT else event.amount
        elif isinstance(event, payments.Voided | payments.Refunded):
            total -= event.amount
    return total


@examples(200)
@given(amounts, checkout_payments, st.lists(commands, max_size=12))
def test_paid_is_what_came_in_less_what_went_out_and_with_the_outstanding_makes_the_total(
    total, at_checkout, commands
):
    stream = an_account(total, *at_checkout)
    for command in commands:
        stream = stream.when(command).after
        account = stream.state
        assert account.sums.paid == paid_by(stream.past)
        assert account.sums.paid + account.outstanding == account.total
        assert account.sums.authorized >= 0
        assert account.sums.taken >= 0
    for position, event in enumerate(stream.past):
        if isinstance(event, payments.Balance):
            assert event.paid == paid_by(stream.past[: position + 1])
            assert event.paid + event.outstanding == Decimal(total)


@examples(200)
@given(amounts, checkout_payments, st.lists(commands, max_size=12))
def test_being_paid_in_full_is_told_whenever_it_changes(total, at_checkout, commands):
    stream = an_account(total, *at_checkout)
    for command in [*commands, None]:
        told = [
            isinstance(e, payments.OrderPaid)
            for e in stream.past
            if isinstance(e, payments.OrderPaid | payments.OrderUnpaid)
        ]
        assert told == [n % 2 == 0 for n in range(len(told))]
        account = stream.state
        if account.closed:
            break
        assert bool(told and told[-1]) == (account.outstanding <= 0) == (stream.status == "Paid")
        if command is not None:
            stream = stream.when(command).after


@examples(200)
@given(amounts, checkout_payments, st.lists(commands, max_size=12))
def test_what_is_allowed_beforehand_is_done_and_what_is_not_is_refused(
    total, at_checkout, commands
):
    stream = an_account(total, *at_checkout)
    for command in commands:
        stream = stream.when(command).after
    told = stream.answer(payments.Explain(order_id=ORDER))
    covers(stream.decider, told, PAYMENT_COMMANDS)
    money = owed(stream.state)
    assert money.paid + money.outstanding == money.total == Decimal(total)
    asked = {"payment.capture": capture, "payment.void": void, "payment.refund": refund}
    for (action, subject), said in told.items():
        if action == "payment.add":
            agrees(said, stream.when(add("new")))
        elif subject == ORDER:
            assert [blocker.code for blocker in said.blockers] == ["no-payments"]
            stream.when(asked[action]("p")).rejected("unknown-payment")
        else:
            agrees(said, stream.when(asked[action](subject)))


@examples(200)
@given(amounts, amounts, checkout_payments, st.lists(commands, max_size=12))
def test_a_default_never_takes_more_than_is_owed_and_is_what_was_told(
    total, after, at_checkout, commands
):
    stream = an_account(total, *at_checkout).when(edited(after)).after
    for command in commands:
        stream = stream.when(command).after
    account = stream.state
    told = stream.answer(payments.Explain(order_id=ORDER))
    for (action, subject), said in told.items():
        if not said.defaults:
            continue
        asked = {"payment.capture": capture, "payment.void": void, "payment.refund": refund}
        outcome = stream.when(asked[action](subject) if action in asked else add("new"))
        moved = outcome.events[0].amount
        assert said.defaults == {"amount": f"{moved:f}"}
        if action == "payment.capture":
            assert outcome.after.state.sums.taken <= max(account.total, account.sums.taken)
        if action == "payment.refund":
            assert 0 < moved <= account.sums.taken


@examples(200)
@given(amounts, checkout_payments, st.lists(commands, max_size=12))
def test_money_can_be_given_back_by_hand_while_there_is_some(total, at_checkout, commands):
    stream = an_account(total, *at_checkout)
    for command in commands:
        stream = stream.when(command).after
    account = stream.state
    context = Context("q", "q", NOW, None, SITE, numbers())
    told = explain(payments.Explain(order_id=ORDER), account, context)
    (said,) = [each for each in told if each.given == {"transaction_type": "Credit"}]
    most = f"{max(account.sums.taken, Decimal('0.01')):f}"
    agrees(said, stream.when(add("new", "Credit", most)))


def test_a_market_that_takes_no_payments_says_so_beforehand():
    markets = {"US": SITE.markets["US"].model_copy(update={"payment_methods": ()})}
    site = SITE.model_copy(update={"markets": markets})
    question = payments.Explain(order_id=ORDER)
    said = an_account("10.00").answer(question, site)["payment.add", ORDER]
    assert [blocker.message for blocker in said.blockers] == ["US offers no methods for this."]
    an_account("10.00").when(add("new"), site=site).rejected("unknown-method")


def test_nothing_is_owed_before_there_is_an_order():
    assert owed(None) is None


def test_an_account_that_nobody_knows_is_refused():
    with pytest.raises(Rejected, match="There is no order"):
        Given(decider).answer(payments.Explain(order_id=ORDER))


@examples(100)
@given(st.sampled_from(["JPY", "USD", "KWD"]), st.integers(1, 10**6), st.integers(1, 10**6))
def test_every_amount_is_written_in_the_currencys_decimals(currency, owes, pays):
    places = decimals(currency)
    total, paid = (f"{Decimal(n).scaleb(-places):f}" for n in (owes, pays))
    order = placed(total, taken("a", "Authorization", paid))
    order = order.model_copy(update={"currency": currency})
    stream = Given(decider).when(order).when(capture()).when(refund("a")).when(add("p")).after
    stream = stream.when(order_canceled()).after
    for event in stream.past:
        for name in ("amount", "paid", "outstanding", "total"):
            if (value := getattr(event, name, None)) is not None:
                assert -value.as_tuple().exponent == places


@pytest.mark.parametrize("sequence", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_sequence_of_payments_does_not_matter(sequence):
    made = [taken(f"p{n}", t, "30.00") for n, t in enumerate(["Sale", "Authorization", "Credit"])]
    stream = an_account("100.00", *(made[n] for n in sequence))
    assert stream.state.outstanding == Decimal("70.00")
    assert stream.when(placed("100.00")).events == []
