"""A deleted order's account waits for its provider, then leaves a tombstone."""

from decimal import Decimal
from typing import Any

from shared.contracts import orders, payments
from shared.runtime.decider import DeferredOutcome
from tests.unit.given import NOW
from tests.unit.payment.builders import (
    OF_CHECKOUT,
    ORDER,
    add,
    answer,
    capture,
    card,
    decline,
    moved,
    order_canceled,
    pending,
    requested,
    with_request,
)

DELETED = orders.Deleted(order_id=ORDER, order_number="PO1000001", by="csr:17", at=NOW)
DELETION: dict[str, Any] = {
    "order_id": ORDER,
    "order_number": "PO1000001",
    "by": "csr:17",
    "at": NOW,
}
DELETING = payments.AccountDeleting(**DELETION)


def tombstone(amount: str) -> payments.AccountDeleted:
    return payments.AccountDeleted(**DELETION, currency="USD", taken=Decimal(amount))


def test_a_deleted_orders_account_waits_for_its_provider_and_then_is_gone():
    outcome = card("a", "Authorization", "100.00").when(DELETED)
    more = {"transaction_type": "Authorization", **OF_CHECKOUT}
    outcome.then(DELETING, requested(1, "a", "void", "100.00", "100.00", None, **more))
    assert outcome.status == "Deleting"
    outcome.when(DELETED).then()
    outcome.when(add("q")).rejected("order-canceled")
    voided = moved(payments.Voided, "a", "100.00", paid="0.00", outstanding="100.00")
    deleted = outcome.when(answer(), cause="psp#1")
    deleted.then(with_request(voided, 1), tombstone("0.00"))
    assert deleted.status == "Deleted"
    deleted.when(answer()).rejected("deleted")


def test_money_that_comes_after_the_deletion_is_named_in_the_tombstone():
    paid = pending().when(DELETED).then(DELETING).when(answer()).settles(DeferredOutcome("test#1"))
    assert paid.events[-1] == tombstone("100.00")
    assert pending().when(DELETED).when(decline()).events[-1] == tombstone("0.00")


def test_what_a_cancellation_has_promised_is_kept_when_the_order_is_deleted_meanwhile():
    captured = card("a", "Authorization", "100.00").when(capture("a", "30.00")).when(answer())
    deleted = captured.when(order_canceled()).when(DELETED).then(DELETING)
    refunding = deleted.when(answer(2))
    assert refunding.events[-1].action == "refund"
    assert refunding.when(answer(3)).events[-1] == tombstone("0.00")
