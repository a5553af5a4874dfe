"""Shipping costs are refunded without a return, and never twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from shared.contracts import orders, returns
from shared.runtime.decider import Context, DeferredOutcome
from tests.unit.given import NOW, SITE, Given, numbers
from tests.unit.order.builders import DELETE, NUMBER, ORDER, line, order_of, shipment, shipped
from tests.unit.order.return_builders import (
    DECLINED,
    complete,
    create,
    receive,
    refunded,
    returned,
    shipped_order,
)

PARCEL = shipment(line(quantity=2), shipping_cost="4.00", shipping_tax="0.36")
ABOUT = {
    "order_id": ORDER, "order_number": NUMBER, "refund_id": "f-1", "shipment_id": "1",
    "currency": "USD",
}  # fmt: skip


def refund(
    amount: str | None = None, refund_id: str = "f-1", shipment_id: str = "1", **more: Any
) -> orders.RefundShipping:
    return orders.RefundShipping(
        order_id=ORDER,
        refund_id=refund_id,
        shipment_id=shipment_id,
        amount=None if amount is None else Decimal(amount),
        **more,
    )


def settled(amount: str, refund_id: str = "f-1", refusal: Any = None) -> returns.ReturnRefunded:
    done = refunded(amount, refund_id, refusal)
    return done.model_copy(update={"shipping": True})


def amount_of(given: Given[Any], *args: Any, **more: Any) -> str:
    (event,) = given.when(refund(*args, **more)).events
    assert isinstance(event, orders.ShippingRefundRequested)
    return f"{event.amount}"


def test_without_an_amount_the_whole_cost_is_refunded_with_its_tax() -> None:
    outcome = shipped_order(PARCEL).when(refund(reason="late"), cause="csr#1")
    requested = orders.ShippingRefundRequested(
        **ABOUT, request="csr#1", amount=Decimal("4.36"), reason="late", method=None,
        reference=None,
    )  # fmt: skip
    outcome.then(requested)
    assert outcome.decision.deferred
    done = outcome.when(settled("4.36"))
    done.then(orders.ShippingRefunded(**ABOUT, refunded=Decimal("4.36")))
    assert done.decision.outcomes == [DeferredOutcome("csr#1", None)]


def test_a_refusal_of_the_provider_is_the_outcome() -> None:
    done = (
        shipped_order(PARCEL).when(refund(), cause="csr#1").when(settled("0.00", "f-1", DECLINED))
    )
    done.then(orders.ShippingRefundRefused(**ABOUT, refunded=Decimal("0.00"), reason=DECLINED))
    assert done.decision.outcomes == [DeferredOutcome("csr#1", DECLINED)]
    done.when(refund(refund_id="f-2")).rejected("nothing-left")


def test_only_what_is_left_is_refunded() -> None:
    given = shipped_order(PARCEL).when(refund("4.00")).when(settled("4.00")).after
    assert amount_of(given, refund_id="f-2") == "0.36"
    given.when(refund("0.37", "f-2")).rejected("too-much")
    rest = given.when(refund(refund_id="f-2")).after
    rest.when(refund(refund_id="f-3")).rejected("nothing-left")
    given.when(refund("0.00", "f-2")).rejected("amount-zero")
    given.when(refund("0.001", "f-2")).malformed("amount")


def test_a_return_gives_back_only_the_rest_of_the_shipping() -> None:
    given = shipped_order(PARCEL).when(refund("1.00")).when(settled("1.00")).after
    given = given.when(create(returned(2))).when(receive(2)).after
    (event,) = given.when(complete(shipping=True)).events
    assert isinstance(event, returns.ReturnCompletionRequested)
    assert (f"{event.worth.shipping}", f"{event.worth.total}") == ("3.36", "23.36")
    after = given.when(complete(shipping=True)).when(refunded("23.36")).after
    after.when(refund(refund_id="f-2")).rejected("nothing-left")


def test_what_has_not_shipped_is_edited_instead() -> None:
    order_of(PARCEL).when(refund()).rejected("not-shipped")
    two = order_of(PARCEL, PARCEL).when(shipped("1")).after
    two.when(refund(shipment_id="2")).rejected("not-shipped")
    assert amount_of(two) == "4.36"
    two.when(refund(shipment_id="7")).rejected("unknown-shipment")


def test_a_method_has_to_be_a_manual_one_of_the_market() -> None:
    given = shipped_order(PARCEL)
    given.when(refund(method="credit-card")).rejected("unknown-method")
    assert amount_of(given, method="check") == "4.36"


def test_the_same_refund_again_changes_nothing_and_another_is_refused() -> None:
    given = shipped_order(PARCEL).when(refund("1.00")).after
    repeat = Context("csr#2", "2", NOW, None, SITE, numbers(), same=True)
    assert given.decider.decide(refund("1.00"), given.state, repeat).events == ()
    given.when(refund("2.00")).rejected("id-reused")
    back = given.when(create(returned(1), return_id="r-1")).after
    back.when(refund(refund_id="r-1")).rejected("id-reused")
    given.when(create(returned(1), return_id="f-1")).rejected("id-reused")


def test_an_order_is_not_deleted_while_shipping_is_refunded() -> None:
    pending = shipped_order(PARCEL).when(refund())
    pending.when(DELETE).rejected("refund-pending")
    assert pending.when(settled("4.36")).when(DELETE).events


@pytest.mark.parametrize("answer", [settled("1.00", "f-9"), settled("1.00", "f-1")])
def test_an_answer_that_nobody_waits_for_changes_nothing(answer: Any) -> None:
    shipped_order(PARCEL).when(answer).then()
