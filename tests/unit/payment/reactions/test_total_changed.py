"""An edited order owes another amount: the balance shows it, too much of it as well."""

from decimal import Decimal

import pytest

from services.payment.decider import decider
from shared.contracts import payments
from tests.unit.given import Given
from tests.unit.payment.builders import (
    CLOSED,
    PLAIN,
    add,
    an_account,
    edited,
    order_paid,
    order_unpaid,
    recorded,
    sold,
)


def changed(total: str, paid: str, outstanding: str) -> payments.TotalChanged:
    money = {"total": Decimal(total), "paid": Decimal(paid), "outstanding": Decimal(outstanding)}
    return payments.TotalChanged(**PLAIN, **money)


def test_an_order_that_costs_more_is_paid_no_more():
    outcome = sold("100.00").when(edited("130.00"))
    outcome.then(changed("130.00", "100.00", "30.00"), order_unpaid("100.00", "130.00"))
    assert outcome.status == "Outstanding"


def test_an_order_that_costs_less_shows_what_was_paid_too_much():
    outcome = sold("100.00").when(edited("80.00")).then(changed("80.00", "100.00", "-20.00"))
    assert outcome.status == "Paid"


def test_an_order_that_costs_no_more_than_was_paid_is_paid():
    outcome = sold("60.00").when(edited("60.00"))
    outcome.then(changed("60.00", "60.00", "0.00"), order_paid("60.00", "60.00"))


def test_what_is_outstanding_follows_and_can_be_paid():
    given = sold("100.00").when(edited("130.00"))
    given.when(add("p")).then(
        recorded(
            "p", "Sale", "30.00", paid="130.00", outstanding="0.00", method="telephone"
        ).model_copy(update={"recorded_at": given.when(add("p")).events[0].recorded_at}),
        order_paid("130.00", "130.00"),
    )


@pytest.mark.parametrize(
    "given", [Given(decider), an_account("100.00"), an_account("90.00").events(CLOSED)]
)
def test_a_total_that_is_no_news_changes_nothing(given):
    given.when(edited("100.00")).then()
