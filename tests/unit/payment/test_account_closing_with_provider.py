"""A canceled order's money goes back by its provider before the account closes."""

from shared.contracts import payments
from shared.runtime.decider import DeferredOutcome
from shared.site import Site
from tests.unit.given import SITE
from tests.unit.payment.builders import (
    CARD,
    CLOSED,
    CLOSING,
    OF_CHECKOUT,
    add,
    an_account,
    answer,
    capture,
    card,
    decline,
    moved,
    order_canceled,
    pending,
    refund,
    request_failed,
    requested,
    taken,
    with_request,
)


def without_refunds(site: Site) -> Site:
    """The site, with markets that refund nothing when an order is canceled."""
    markets = {
        name: market.model_copy(update={"refund_on_cancel": False})
        for name, market in site.markets.items()
    }
    return site.model_copy(update={"markets": markets})


def test_a_canceled_orders_authorization_is_let_go_by_its_provider_before_the_account_closes():
    outcome = card("a", "Authorization", "100.00").when(order_canceled())
    more = {"transaction_type": "Authorization", **OF_CHECKOUT}
    outcome.then(CLOSING, requested(1, "a", "void", "100.00", "100.00", None, **more))
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
    refused = closing.when(decline(), cause="psp#1")
    refused.then(request_failed(1, "refund", "s", "100.00", "100.00"), CLOSED)
    refused.when(refund("s")).deferred()


def test_money_that_comes_after_the_cancellation_goes_back():
    canceled = pending().when(order_canceled()).then(CLOSING)
    paid = canceled.when(answer(), cause="psp#1").settles(DeferredOutcome("test#1"))
    assert [type(e) for e in paid.events] == [payments.Recorded, payments.Requested]
    assert paid.events[1].action == "refund"
    assert paid.when(answer(2)).after.state.sums.paid == 0


def test_money_that_does_not_come_after_the_cancellation_closes_the_account():
    declined = pending().when(order_canceled()).when(decline())
    assert declined.events[-1] == CLOSED


def test_a_market_that_refunds_nothing_by_itself_only_waits():
    closing = card("s", "Sale", "100.00", market="SE").when(order_canceled("SE"))
    closing.then(CLOSED)
    pending().after.when(order_canceled(), site=without_refunds(SITE)).when(
        answer(), site=without_refunds(SITE)
    ).then(*pending().when(answer()).events[:1], CLOSED)


def test_a_canceled_order_takes_no_payment_while_it_closes():
    closing = pending("60.00").when(order_canceled())
    closing.when(add("q")).rejected("order-canceled")


def test_by_hand_and_by_a_provider_are_canceled_together():
    paid = [taken("s", "Sale", "60.00"), taken("t", "Sale", "40.00", **CARD)]
    outcome = an_account("100.00", *paid).when(order_canceled())
    kinds = [type(e) for e in outcome.events]
    assert kinds == [payments.AccountClosing, payments.Refunded, payments.Requested]
