"""The amounts of an account that a dry run tells: as if payment providers agreed."""

from decimal import Decimal

from shared.contracts import payments
from tests.unit.given import Given
from tests.unit.payment.builders import ORDER, an_account, decider, sold, taken


def refund(amount: str) -> payments.Refund:
    return payments.Refund(order_id=ORDER, payment_id="s", amount=Decimal(amount))


def test_nothing_is_told_before_the_account_is_opened() -> None:
    assert Given(decider).amounts() is None


def test_refund_is_given_back_and_owed_again() -> None:
    told = sold().when(refund("30.00")).after.amounts()

    assert told is not None
    assert (told.paid, told.outstanding, told.refund) == (
        Decimal("70.00"),
        Decimal("30.00"),
        Decimal("30.00"),
    )


def test_refund_that_a_provider_is_asked_for_counts() -> None:
    account = an_account("100.00", taken("s", "Sale", "100.00", method="credit-card"))

    told = account.when(refund("30.00")).after.amounts()

    assert told is not None
    assert (told.paid, told.refund) == (Decimal("70.00"), Decimal("30.00"))


def test_payment_that_a_provider_is_asked_for_counts() -> None:
    add = payments.Add(
        order_id=ORDER,
        payment_id="p",
        method="credit-card",
        transaction_type="Sale",
        amount=Decimal("40.00"),
    )

    told = an_account("100.00").when(add).after.amounts()

    assert told is not None
    assert (told.paid, told.outstanding) == (Decimal("40.00"), Decimal("60.00"))
