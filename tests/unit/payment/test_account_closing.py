"""A canceled order: authorizations are voided, captured money goes back if the market says so."""

from services.payment.decider import decider
from shared.contracts.payments import Refunded, Voided
from shared.site import Site
from tests.unit.given import SITE, Given
from tests.unit.payment.builders import (
    CLOSED,
    an_account,
    authorized,
    capture,
    moved,
    order_canceled,
    refund,
    sold,
    taken,
    void,
)


def test_an_account_without_payments_is_just_closed():
    outcome = an_account().when(order_canceled()).then(CLOSED)
    assert outcome.status == "Closed"


def test_open_authorizations_are_voided():
    outcome = authorized().when(order_canceled())
    outcome.then(moved(Voided, "a", "100.00", paid="0.00", outstanding="100.00"), CLOSED)


def test_captured_money_is_refunded_and_the_rest_of_the_authorization_let_go():
    partly = authorized().when(capture(amount="30.00"))
    partly.when(order_canceled()).then(
        moved(Voided, "a", "70.00", paid="30.00", outstanding="70.00"),
        moved(Refunded, "a", "30.00", paid="0.00", outstanding="100.00"),
        CLOSED,
    )


def test_every_payment_goes_back_with_the_balance_after_it():
    paid = [taken("a", "Authorization", "50.00"), taken("s", "Sale", "30.00")]
    given = an_account("100.00", *paid, taken("t", "Capture", "20.00"))
    given.when(order_canceled()).then(
        moved(Voided, "a", "50.00", paid="50.00", outstanding="50.00"),
        moved(Refunded, "s", "30.00", paid="20.00", outstanding="80.00"),
        moved(Refunded, "t", "20.00", paid="0.00", outstanding="100.00"),
        CLOSED,
    )


def test_what_has_gone_back_already_does_not_go_back_again():
    sold().when(refund()).when(order_canceled()).then(CLOSED)
    authorized().when(void()).when(order_canceled()).then(CLOSED)


def test_no_more_goes_back_than_all_payments_together_hold():
    paid = [
        taken("a", "Authorization", "40.00"),
        taken("v", "Void", "30.00"),
        taken("s", "Sale", "50.00"),
        taken("c", "Credit", "45.00"),
    ]
    an_account("100.00", *paid).when(order_canceled()).then(
        moved(Voided, "a", "10.00", paid="5.00", outstanding="95.00"),
        moved(Refunded, "s", "5.00", paid="0.00", outstanding="100.00"),
        CLOSED,
    )


def test_unprocessed_payments_are_left_alone():
    given = an_account("100.00", taken("a", "Authorization", "100.00", "Pending"))
    given.when(order_canceled()).then(CLOSED)


def test_a_market_that_does_not_refund_by_itself_keeps_the_money_and_shows_it():
    outcome = sold(market="SE").when(order_canceled("SE")).then(CLOSED)
    assert outcome.after.state.sums.paid == 100
    given_back = outcome.when(refund())
    given_back.then(
        moved(Refunded, "s", "100.00", paid="0.00", outstanding="100.00", currency="SEK")
    )
    assert given_back.status == "Closed"


def test_a_market_that_does_not_refund_by_itself_still_lets_go_of_authorizations():
    authorized(market="SE").when(order_canceled("SE")).then(
        moved(Voided, "a", "100.00", paid="0.00", outstanding="100.00", currency="SEK"), CLOSED
    )


def test_a_market_that_is_gone_refunds_nothing_by_itself():
    site = Site.model_validate(
        {
            **SITE.model_dump(exclude={"coupons"}),
            "markets": {"JP": SITE.markets["JP"].model_dump()},
        }
    )
    sold().when(order_canceled(), site=site).then(CLOSED)


def test_an_account_closes_once():
    sold(market="SE").when(order_canceled("SE")).when(order_canceled("SE")).then()


def test_an_unknown_orders_cancellation_changes_nothing():
    Given(decider).when(order_canceled()).then()
