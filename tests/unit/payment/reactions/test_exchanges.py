"""The worth of a return pays for the exchange order, and comes back if that ends."""

from decimal import Decimal

import pytest

from services.payment.decider import decider
from shared.contracts import payments, returns
from tests.unit.given import SITE, Given
from tests.unit.payment.builders import (
    CARD,
    CLOSED,
    OF_CHECKOUT,
    ORDER,
    add,
    an_account,
    answer,
    authorized,
    capture,
    decline,
    moved,
    order_canceled,
    recorded,
    refund,
    sold,
    taken,
)
from tests.unit.payment.return_builders import (
    RETURN,
    asked,
    completion,
    exchange,
    exchange_refused,
    exchange_settled,
    given_back,
    result,
    total_lowered,
)

_MARKETS = {
    name: market.model_copy(update={"refund_on_cancel": False})
    for name, market in SITE.markets.items()
}
BY_HAND = SITE.model_copy(update={"markets": _MARKETS})  # no market refunds by itself
PAID_BY_EXCHANGE = {"method": "exchange", "reference": RETURN}


def an_exchange_order(*more, total: str = "30.00", market: str = "US") -> Given:
    """An order that a return of another order pays 30.00 of."""
    moved_in = taken("exchange-r-1", "Sale", "30.00", **PAID_BY_EXCHANGE)
    return an_account(total, moved_in, *more, market=market)


def test_the_transfer_leaves_as_much_outstanding_as_before():
    credit = recorded(
        "exchange-r-1",
        "Credit",
        "30.00",
        paid="70.00",
        outstanding="0.00",
        method="exchange",
        reference="x-1",
    )
    sold().when(exchange("30.00")).then(
        total_lowered("70.00", "30.00", paid="100.00", outstanding="-30.00"),
        credit.model_copy(update={"return_id": RETURN}),
    )


def test_no_provider_is_asked():
    card = taken("s", "Sale", "100.00", **CARD, **OF_CHECKOUT)
    assert asked(an_account("100.00", card).when(exchange("30.00")).events) == []


def test_the_money_that_moved_to_another_order_cannot_be_refunded_here():
    given = sold().when(exchange("30.00")).after
    given.when(refund("s", "70.01")).rejected("too-much")
    assert given_back(given.when(refund("s")).events) == {"s": "70.00"}


def test_what_was_only_authorized_can_be_captured_for_both_orders():
    given = authorized("100.00").when(exchange("30.00")).after
    assert given.state.uncaptured == Decimal("100.00")
    after = given.when(capture("a")).after
    assert after.state.sums.taken == Decimal("70.00")


def test_the_completion_refunds_what_the_exchange_order_did_not_take():
    given = sold().when(exchange("30.00")).after
    outcome = given.when(completion("50.00", transferred="30.00"))
    assert given_back(outcome.events) == {"s": "20.00"}
    assert outcome.after.state.total == outcome.after.state.sums.paid == Decimal("50.00")


def test_goods_that_turn_out_to_be_worth_less_are_owed_again():
    given = sold().when(exchange("30.00")).after
    outcome = given.when(completion("10.00", transferred="30.00"))
    assert given_back(outcome.events) == {}
    refunded = result(outcome)
    assert (refunded.refunded, refunded.outstanding) == (0, Decimal("20.00"))
    assert outcome.status == "Outstanding"
    assert [type(event) for event in outcome.events] == [
        payments.ReturnRefundStarted,
        payments.TotalChanged,
        payments.OrderUnpaid,
        returns.ReturnRefunded,
    ]


@pytest.mark.parametrize("end", [exchange_refused("30.00"), exchange_settled("Canceled")])
def test_an_exchange_order_that_ends_gives_everything_back(end):
    voided = moved(
        payments.Voided, "exchange-r-1", "30.00", paid="100.00", outstanding="-30.00"
    ).model_copy(update={"return_id": RETURN})
    back = total_lowered("100.00", "0.00", paid="100.00", outstanding="0.00")
    outcome = sold().when(exchange("30.00")).when(end).then(voided, back)
    after = outcome.when(completion("30.00"))
    assert given_back(after.events) == {"s": "30.00"}


@pytest.mark.parametrize("end", [exchange_refused("30.00"), exchange_settled("Canceled")])
def test_it_gives_back_once_and_only_what_was_transferred(end):
    sold().when(exchange("30.00")).when(end).when(end).then()
    sold().when(end).then()
    Given(decider).when(end).then()


def test_an_exchange_order_that_was_completed_keeps_its_money():
    sold().when(exchange("30.00")).when(exchange_settled("Completed")).then()


def test_an_exchange_canceled_after_the_return_was_refunded_refunds_what_it_took_as_well():
    given = sold().when(exchange("30.00")).when(completion("50.00", transferred="30.00")).after
    outcome = given.when(exchange_settled("Canceled"))
    assert given_back(outcome.events) == {"s": "30.00"}
    assert result(outcome).refunded == Decimal("50.00")
    assert outcome.after.state.total == outcome.after.state.sums.paid == Decimal("50.00")
    outcome.when(completion("50.00", transferred="30.00")).then()


def test_an_exchange_canceled_while_a_provider_refunds_adds_to_that_refund():
    card = taken("s", "Sale", "100.00", **CARD, **OF_CHECKOUT)
    given = an_account("100.00", card).when(exchange("30.00")).after
    outcome = given.when(completion("50.00", transferred="30.00"))
    assert asked(outcome.events) == [("s", "refund", "20.00")]
    canceled = outcome.when(exchange_settled("Canceled"))
    assert asked(canceled.events) == []
    first = canceled.when(answer(1))
    assert asked(first.events) == [("s", "refund", "30.00")]
    assert result(first.when(answer(2))).refunded == Decimal("50.00")


def test_an_exchange_canceled_after_a_provider_declined_waits_for_another_completion():
    card = taken("s", "Sale", "100.00", **CARD, **OF_CHECKOUT)
    given = an_account("100.00", card).when(exchange("30.00")).after
    given = given.when(completion("50.00", transferred="30.00")).when(decline(1)).after
    canceled = given.when(exchange_settled("Canceled"))
    assert asked(canceled.events) == []
    again = canceled.when(completion("50.00", request="csr#2"))
    assert asked(again.events) == [("s", "refund", "50.00")]


def test_where_the_market_does_not_refund_by_itself_what_comes_back_shows_as_overpaid():
    given = sold().when(exchange("30.00")).after
    given = given.when(completion("50.00", transferred="30.00")).after
    after = given.when(exchange_settled("Canceled"), site=BY_HAND).after
    assert after.state.total == Decimal("50.00")
    assert after.state.outstanding == Decimal("-30.00")
    again = after.when(completion("50.00", request="csr#2"))
    assert given_back(again.events) == {"s": "30.00"}


def test_the_same_transfer_happens_once():
    sold().when(exchange("30.00")).when(exchange("30.00")).then()
    given = sold().when(exchange("30.00")).when(exchange_settled("Canceled")).after
    given.when(exchange("30.00")).then()


def test_a_transfer_of_nothing_and_one_without_an_account_change_nothing():
    sold().when(exchange("0.00")).then()
    Given(decider).when(exchange("30.00")).then()


def test_a_payment_that_has_the_credits_id_is_left_alone():
    given = an_account("100.00", taken("exchange-r-1", "Sale", "100.00"))
    after = given.when(exchange("30.00")).after.state
    assert after.payments["exchange-r-1"].amount == Decimal("100.00")
    assert after.payments["exchange-r-1-2"].amount == Decimal("30.00")


def test_ids_stay_short_enough():
    given = sold().when(exchange("30.00", return_id="r" * 64)).after
    assert max(map(len, given.state.payments)) == 64


# The exchange order


def test_the_worth_of_a_return_is_not_refunded_or_credited_by_hand():
    given = an_exchange_order(total="20.00")
    given.when(refund("exchange-r-1")).rejected("exchange-payment")
    given.when(add("p", "Credit", "10.00")).rejected("nothing-taken")


def test_what_was_paid_in_addition_is_refunded_as_ever():
    given = an_exchange_order(taken("s", "Sale", "20.00"), total="50.00")
    given.when(add("p", "Credit", "20.01")).rejected("too-much")
    assert given_back(given.when(refund("s")).events) == {"s": "20.00"}


@pytest.mark.parametrize("market", ["US", "SE"])
def test_a_canceled_exchange_order_gives_the_worth_back_whatever_the_market_refunds(market):
    outcome = an_exchange_order(market=market).when(order_canceled(market))
    assert given_back(outcome.events) == {"exchange-r-1": "30.00"}
    assert outcome.events[-1] == CLOSED


def test_goods_of_an_exchange_order_that_come_back_are_refunded_newest_first():
    given = an_exchange_order(taken("s", "Sale", "20.00"), total="50.00")
    outcome = given.when(completion("35.00", return_id="r-9"))
    assert given_back(outcome.events) == {"s": "20.00", "exchange-r-1": "15.00"}
    assert outcome.events[-1].order_id == ORDER
