"""A refunded shipping cost lowers what the order costs, like a return without goods."""

from decimal import Decimal

from shared.contracts import payments
from tests.unit.payment.builders import CARD, OF_CHECKOUT, an_account, answer, decline, sold, taken
from tests.unit.payment.return_builders import (
    asked,
    completion,
    given_back,
    result,
    shipping_refund,
)

BY_CARD = {**CARD, **OF_CHECKOUT}


def lowered(events) -> list[tuple[str, str, str]]:
    """Each new total, what was returned of it, and how much of that was shipping."""
    changes = [event for event in events if isinstance(event, payments.TotalChanged)]
    return [(f"{e.total}", f"{e.returned}", f"{e.shipping_returned}") for e in changes]


def test_it_lowers_the_total_and_is_refunded():
    outcome = sold("100.00").when(shipping_refund("4.36"))
    assert lowered(outcome.events) == [("95.64", "4.36", "4.36")]
    assert given_back(outcome.events) == {"s": "4.36"}
    done = result(outcome)
    assert (done.shipping, f"{done.refunded}", done.refusal) == (True, "4.36", None)
    assert outcome.after.state.outstanding == 0
    assert outcome.after.state.paid_in_full
    outcome.when(shipping_refund("4.36")).then()


def test_it_counts_beside_returns():
    outcome = sold("100.00").when(completion("30.00")).when(shipping_refund("4.00"))
    assert lowered(outcome.events) == [("66.00", "34.00", "4.00")]
    again = outcome.when(shipping_refund("1.00", "f-2"))
    assert lowered(again.events) == [("65.00", "35.00", "5.00")]


def test_what_is_owed_still_is_not_refunded():
    outcome = an_account("100.00", taken("s", "Sale", "97.00")).when(shipping_refund("5.00"))
    assert given_back(outcome.events) == {"s": "2.00"}
    assert f"{result(outcome).refunded}" == "2.00"
    assert outcome.after.state.outstanding == 0


def test_it_is_refunded_by_the_provider_or_told_why_not():
    pending = an_account("100.00", taken("s", "Sale", "100.00", **BY_CARD)).when(
        shipping_refund("4.00")
    )
    assert asked(pending.events) == [("s", "refund", "4.00")]
    done = pending.when(answer())
    assert f"{result(done).refunded}" == "4.00"
    declined = pending.when(decline())
    assert result(declined).refusal is not None
    assert declined.after.state.outstanding == Decimal("-4.00")


def test_a_manual_method_may_pay_it():
    outcome = sold("100.00").when(shipping_refund("4.00", method="check"))
    given = [e for e in outcome.events if isinstance(e, payments.Recorded)]
    assert [(e.method, e.transaction_type, f"{e.amount}") for e in given] == [
        ("check", "Credit", "4.00")
    ]
