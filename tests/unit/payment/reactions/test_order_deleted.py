"""A deleted order: authorizations are voided, and what was taken is said and not touched."""

from decimal import Decimal

import pytest

from services.payment.decider import decider
from shared.contracts import orders, payments
from shared.contracts.checkout import ExchangeOf
from shared.contracts.payments import AccountDeleted, Refunded, Voided
from tests.unit.given import NOW, Given
from tests.unit.payment.builders import (
    ORDER,
    add,
    an_account,
    authorized,
    capture,
    moved,
    order_canceled,
    placed,
    refund,
    sold,
    taken,
    void,
)

DELETED = orders.Deleted(order_id=ORDER, order_number="PO1000001", by="csr:17", at=NOW)


def gone(amount: str | None, currency: str | None = "USD") -> AccountDeleted:
    return AccountDeleted(
        order_id=ORDER,
        order_number="PO1000001",
        by="csr:17",
        at=NOW,
        currency=currency,
        taken=None if amount is None else Decimal(amount),
    )


def test_only_the_tombstone_is_left():
    outcome = an_account().when(DELETED).then(gone("0.00"))
    assert outcome.status == "Deleted"
    assert outcome.after.state == gone("0.00")


def test_authorizations_are_voided_before_they_are_forgotten():
    outcome = authorized().when(DELETED)
    outcome.then(moved(Voided, "a", "100.00", paid="0.00", outstanding="100.00"), gone("0.00"))


def test_captured_money_is_named_and_what_is_left_of_its_authorization_let_go():
    partly = authorized().when(capture(amount="30.00"))
    partly.when(DELETED).then(
        moved(Voided, "a", "70.00", paid="30.00", outstanding="70.00"), gone("30.00")
    )


def test_money_that_went_back_is_not_named():
    sold().when(refund(amount="40.00")).when(DELETED).then(gone("60.00"))
    sold().when(refund()).when(DELETED).then(gone("0.00"))
    sold().when(order_canceled()).when(DELETED).then(gone("0.00"))


def test_money_stays_and_is_named_in_its_currency():
    sold(market="SE").when(DELETED).then(gone("100.00", "SEK"))


def test_unprocessed_payments_are_forgotten_as_they_are():
    given = an_account("100.00", taken("a", "Authorization", "100.00", "Pending"))
    given.when(DELETED).then(gone("0.00"))


def test_an_account_that_was_never_opened_can_not_be_opened_any_more():
    outcome = Given(decider).when(DELETED).then(gone(None, None))
    outcome.when(placed()).then()


@pytest.mark.parametrize("command", [add(), capture(), void(), refund()])
def test_no_money_moves_afterwards(command):
    authorized().when(DELETED).when(command).rejected("deleted", "deleted")


@pytest.mark.parametrize("fact", [placed(), order_canceled(), DELETED])
def test_nothing_that_comes_late_brings_it_back(fact):
    assert sold().when(DELETED).when(fact).then().status == "Deleted"


def test_the_tombstone_names_no_customer():
    told = set(AccountDeleted.model_fields) | set(payments.Voided.model_fields)
    assert not told & {"customer", "reference", "name", "email"}


def an_exchange_order() -> Given:
    """An order that a return of another order pays 30.00 of 50.00, and a sale the rest."""
    worth = taken("exchange-r-1", "Sale", "30.00", method="exchange", reference="r-1")
    return an_account("50.00", worth, taken("s", "Sale", "20.00"))


def test_an_open_exchange_order_gives_the_worth_of_the_return_back():
    of = ExchangeOf(order_id="c-0", return_id="r-1")
    outcome = an_exchange_order().when(DELETED.model_copy(update={"exchange_of": of}))
    outcome.then(
        moved(Refunded, "exchange-r-1", "30.00", paid="20.00", outstanding="30.00"), gone("20.00")
    )


def test_a_completed_exchange_order_keeps_it():
    an_exchange_order().when(DELETED).then(gone("50.00"))
