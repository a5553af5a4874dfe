"""While a hold stops captures, no money is captured; other money moves."""

from decimal import Decimal

from shared.contracts import orders, payments
from shared.contracts.holds import STOPS, HoldDetails, Stop
from shared.contracts.payments import Explain
from tests.unit.payment.builders import ORDER, an_account, authorized, sold

CAPTURE = payments.Capture(order_id=ORDER, payment_id="a")


def details(hold_id: str = "fraud", stops: tuple[Stop, ...] = STOPS) -> HoldDetails:
    return HoldDetails(
        hold_id=hold_id, hold_type="fraud", owner="csr:anna", reason="odd card", stops=stops
    )


def held(hold: HoldDetails | None) -> orders.Held:
    return orders.Held(order_id=ORDER, order_number="PO1000001", reason=None, hold=hold)


def released(*ids: str) -> orders.HoldReleased:
    return orders.HoldReleased(
        order_id=ORDER, order_number="PO1000001", status="InProgress", holds=ids or None
    )


def test_a_hold_that_stops_captures_refuses_them_and_is_named():
    stopped = authorized().when(held(details()))
    stopped.then(payments.CaptureStopped(order_id=ORDER, hold=details()))
    refused = stopped.when(CAPTURE).rejected("on-hold", "on-hold")
    assert refused.reason.message == "The order is on hold: Fraud check (odd card, csr:anna)."
    told = stopped.after.answer(Explain(order_id=ORDER))["payment.capture", "a"]
    assert told.blockers == refused.reason.blockers


def test_a_hold_that_lets_captures_go_on_changes_nothing():
    for hold in (None, details(stops=("ship",))):
        given = authorized().when(held(hold)).then()
        given.when(CAPTURE).says(payments.Captured(**{**_of(given), "amount": Decimal("100.00")}))


def _of(_given):
    return {
        "order_id": ORDER,
        "payment_id": "a",
        "currency": "USD",
        "paid": Decimal("100.00"),
        "outstanding": Decimal("0.00"),
    }


def test_captures_go_on_when_the_last_such_hold_is_released():
    both = authorized().when(held(details())).when(held(details("second")))
    one = both.when(released("fraud"))
    one.then(payments.CaptureResumed(order_id=ORDER, holds=("fraud",)))
    one.when(CAPTURE).rejected("on-hold")
    none = one.when(released("second"))
    assert none.when(CAPTURE).reason is None


def test_releasing_the_holds_without_a_type_leaves_the_others():
    authorized().when(held(details())).when(released()).then().when(CAPTURE).rejected("on-hold")


def test_a_completed_order_has_no_holds():
    completed = orders.Completed(order_id=ORDER, order_number="PO1000001")
    outcome = authorized().when(held(details())).when(completed)
    ended = payments.ShippingEnded(order_id=ORDER)
    outcome.then(payments.CaptureResumed(order_id=ORDER, holds=("fraud",)), ended)
    assert outcome.when(CAPTURE).reason is None


def test_money_is_recorded_refunded_and_voided_while_captures_are_stopped():
    add = payments.Add(
        order_id=ORDER, payment_id="b", method="check", transaction_type="Sale",
        amount=Decimal("10.00"),
    )  # fmt: skip
    assert an_account().when(held(details())).when(add).reason is None
    void = payments.Void(order_id=ORDER, payment_id="a")
    assert authorized().when(held(details())).when(void).reason is None
    refund = payments.Refund(order_id=ORDER, payment_id="s")
    assert sold().when(held(details())).when(refund).reason is None


def test_the_same_hold_again_changes_nothing():
    authorized().when(held(details())).when(held(details())).then()
