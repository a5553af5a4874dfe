"""An order opens its account with what the checkout has taken."""

import pytest

from services.payment.decider import decider
from shared.contracts import payments
from shared.contracts.payments import AccountOpened
from tests.unit.given import Given
from tests.unit.payment.builders import ORDER, an_account, order_paid, placed, recorded, taken

EMPTY = Given(decider)


def opened(total):
    return AccountOpened(
        order_id=ORDER, order_number="PO1000001", market="US", currency="USD", total=total
    )


def test_an_order_without_payments_owes_its_total():
    outcome = EMPTY.when(placed("100.00")).then(opened("100.00"))
    assert outcome.status == "Outstanding"


def test_before_its_order_is_placed_there_is_no_account():
    assert EMPTY.status is None


def test_each_payment_of_the_checkout_is_recorded_with_the_balance_after_it():
    card = taken("p-1", "Authorization", "60.00", reference="psp_9f3")
    gift = taken("p-2", "Sale", "40.00")
    outcome = EMPTY.when(placed("100.00", card, gift))
    outcome.then(
        opened("100.00"),
        recorded(
            "p-1", "Authorization", "60.00", paid="60.00", outstanding="40.00", reference="psp_9f3"
        ),
        recorded("p-2", "Sale", "40.00", paid="100.00", outstanding="0.00"),
        order_paid("100.00"),
    )
    assert outcome.status == "Paid"


def test_part_of_the_total_is_not_paid_in_full():
    outcome = EMPTY.when(placed("100.00", taken("p-1", "Sale", "99.99")))
    assert not any(isinstance(event, payments.OrderPaid) for event in outcome.events)
    assert outcome.status == "Outstanding"


def test_an_order_that_costs_nothing_is_paid():
    outcome = EMPTY.when(placed("0.00")).then(opened("0.00"), order_paid("0.00", "0.00"))
    assert outcome.status == "Paid"


@pytest.mark.parametrize("status", ["Pending", "Failed", "Voided"])
def test_a_payment_that_is_not_processed_is_recorded_and_counts_nothing(status):
    outcome = EMPTY.when(placed("100.00", taken("p-1", "Sale", "100.00", status)))
    not_counted = recorded(
        "p-1", "Sale", "100.00", paid="0.00", outstanding="100.00", status=status
    )
    outcome.then(opened("100.00"), not_counted)


@pytest.mark.parametrize(
    ("type_", "outstanding"),
    [
        ("Authorization", "70.00"),
        ("Capture", "70.00"),
        ("Sale", "70.00"),
        ("Credit", "130.00"),
        ("Void", "130.00"),
    ],
)
def test_each_type_of_transaction_counts_in_or_out(type_, outstanding):
    outcome = EMPTY.when(placed("100.00", taken("p-1", type_, "30.00")))
    assert str(outcome.events[-1].outstanding) == outstanding


def test_an_order_opens_its_account_once():
    an_account().when(placed("55.00", taken("p-1", "Sale", "55.00"))).then()
