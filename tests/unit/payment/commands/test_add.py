"""Payments that customer service records, by telephone say."""

from decimal import Decimal

import pytest

from services.payment.decider import decider
from shared.contracts.money import owed
from shared.site import Site
from tests.unit.given import SITE, Given
from tests.unit.payment.builders import (
    add,
    an_account,
    authorized,
    capture,
    order_canceled,
    order_paid,
    recorded,
    sold,
    taken,
    void,
)


def test_without_an_amount_all_that_is_outstanding_is_paid():
    outcome = an_account("100.00", taken("s", "Sale", "30.00")).when(add("p", reference="call 7"))
    outcome.then(
        recorded(
            "p",
            "Sale",
            "70.00",
            paid="100.00",
            outstanding="0.00",
            method="telephone",
            reference="call 7",
        ),
        order_paid("100.00"),
    )
    assert outcome.status == "Paid"


def test_a_part_leaves_the_rest_outstanding():
    outcome = an_account().when(add("p", "Sale", "40.00"))
    outcome.then(
        recorded("p", "Sale", "40.00", paid="40.00", outstanding="60.00", method="telephone")
    )
    assert outcome.status == "Outstanding"
    outcome.when(add("q", "Sale")).after.when(add("r")).rejected("already-paid")


def test_too_much_may_be_paid_and_shows():
    outcome = an_account().when(add("p", "Sale", "120.00"))
    outcome.then(
        recorded("p", "Sale", "120.00", paid="120.00", outstanding="-20.00", method="telephone"),
        order_paid("120.00"),
    )


@pytest.mark.parametrize("method", ["bank-transfer", "telephone", "check"])
@pytest.mark.parametrize("type_", ["Authorization", "Capture", "Sale"])
def test_a_payment_by_hand_is_processed_whatever_the_method(method, type_):
    (payment, _) = an_account().when(add("p", type_, method=method)).events
    assert (payment.method, payment.status) == (method, "Processed")


@pytest.mark.shows("5.5")
def test_a_method_that_is_not_the_markets_is_refused_and_the_allowed_ones_are_named():
    refused = an_account().when(add(method="cash")).rejected("unknown-method", "unknown-method")
    for allowed in SITE.markets["US"].payment_methods:
        assert allowed in refused.reason.blockers[0].remedy


def test_a_market_that_is_gone_takes_no_payments():
    site = Site.model_validate(
        {**SITE.model_dump(), "markets": {"SE": SITE.markets["SE"].model_dump()}}
    )
    an_account().when(add(), site=site).rejected("unknown-method")


@pytest.mark.parametrize("type_", ["Authorization", "Capture", "Sale"])
def test_an_order_that_is_paid_in_full_takes_no_more(type_):
    sold().when(add("p", type_, "1.00")).rejected("already-paid", "already-paid")


@pytest.mark.parametrize("amount", ["1", "1.0", "1.000"])
def test_an_amount_in_other_decimals_than_the_currencys_is_malformed(amount):
    an_account().when(add(amount=amount)).malformed("amount")


def test_nothing_is_no_amount():
    an_account().when(add(amount="0.00")).rejected("amount-zero")


def test_more_money_than_can_be_written_is_malformed():
    owed = "9" * 15 + ".00"
    given = an_account(owed, taken("s", "Sale", "1.00"))
    given.when(add(amount=owed)).malformed("amount")


@pytest.mark.parametrize("again", [add(amount="40.00"), add()])
def test_the_same_payment_again_has_no_second_effect(again):
    once = an_account().when(add(amount="40.00"))
    once.when(again).then()


def test_the_same_payment_again_has_the_same_reference():
    once = an_account().when(add(amount="40.00", reference="call 7"))
    once.when(add(amount="40.00", reference="call 7")).then()
    once.when(add(amount="40.00")).rejected("id-reused")


@pytest.mark.parametrize(
    "other",
    [
        add(amount="41.00"),
        add(type_="Authorization", amount="40.00"),
        add(amount="40.00", method="check"),
        add(amount="40.00", reference="call 7"),
    ],
)
def test_another_payment_with_the_id_of_one_that_is_there_is_refused(other):
    an_account().when(add(amount="40.00")).when(other).rejected("id-reused")


def test_the_same_payment_again_is_known_even_when_it_paid_in_full_or_was_voided():
    paid = an_account().when(add(type_="Authorization"))
    paid.when(add(type_="Authorization")).then()
    paid.when(void("p")).when(add(type_="Authorization")).then()


def test_a_canceled_order_takes_no_payments():
    closed = an_account().when(order_canceled())
    closed.when(add()).rejected("order-canceled", "order-canceled")


def test_all_that_stands_in_the_way_is_named():
    closed = sold(market="SE").when(order_canceled("SE"))
    closed.when(add(method="shells")).rejected(
        "order-canceled", "order-canceled", "already-paid", "unknown-method"
    )


def test_an_unknown_order_takes_no_payments():
    Given(decider).when(add()).rejected("unknown-order")


@pytest.mark.parametrize(
    ("paid", "words"),
    [("100.00", "The order is paid in full."), ("103.00", "The order is overpaid by 3.00 USD.")],
)
def test_what_is_paid_already_or_too_much_is_said_in_words(paid, words):
    assert sold(paid).when(add()).rejected("already-paid").reason.message == words


def test_what_is_owed_is_said_in_the_currencys_decimals():
    assert owed(Decimal("12.40"), "USD") == "12.40 USD outstanding"
    assert owed(Decimal("-3000"), "JPY") == "overpaid by 3000 JPY"
    assert owed(Decimal("0.000"), "KWD") == "paid in full"


# Credits and voids


def test_a_credit_gives_back_what_was_overpaid():
    outcome = sold("120.00").when(add("c", "Credit"))
    outcome.then(
        recorded("c", "Credit", "20.00", paid="100.00", outstanding="0.00", method="telephone")
    )


def test_a_credit_of_an_order_that_is_not_overpaid_needs_an_amount():
    sold().when(add("c", "Credit")).rejected("amount-missing")
    outcome = sold().when(add("c", "Credit", "5.00"))
    assert outcome.events[0].outstanding == Decimal("5.00")
    assert outcome.status == "Outstanding"


def test_no_more_is_credited_than_was_taken():
    refused = sold("50.00").when(add("c", "Credit", "50.01")).rejected("too-much")
    assert "50.00 USD" in refused.reason.message
    sold("50.00").when(add("c", "Credit", "50.00")).after.when(add("d", "Credit", "0.01")).rejected(
        "nothing-taken"
    )


def test_the_least_that_was_taken_can_be_credited():
    outcome = sold("0.01").when(add("c", "Credit", "0.01"))
    assert outcome.events[0].outstanding == Decimal("100.00")


def test_money_that_is_only_set_aside_cannot_be_credited():
    authorized().when(add("c", "Credit", "1.00")).rejected("nothing-taken")
    captured = authorized().when(capture(amount="10.00"))
    captured.when(add("c", "Credit", "10.01")).rejected("too-much")


def test_a_void_is_not_added():
    authorized().when(add("v", "Void", "1.00")).rejected("not-addable", "not-addable")
