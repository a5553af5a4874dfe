"""An authorization whose time is over expires, or is renewed once, and pays nothing meanwhile."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.payment.decider import decider
from shared.contracts import orders, payments
from shared.contracts.checkout import EXCHANGE
from shared.runtime.decider import DeferredOutcome
from tests.unit.given import NOW, SITE, Given
from tests.unit.payment.builders import (
    CARD,
    ORDER,
    add,
    an_account,
    answer,
    capture,
    decline,
    moved,
    order_canceled,
    order_unpaid,
    placed,
    taken,
    void,
)
from tests.unit.payment.expiry_builders import (
    END,
    EXPIRES,
    RENEWS,
    expire,
    expired,
    held,
    renewal,
)

LATER = END + timedelta(hours=1)
DELETED = orders.Deleted(order_id=ORDER, order_number="PO1000001", by="csr:17", at=NOW)


def expiry_of(given: Given[Any], payment_id: str = "a") -> Any:
    return given.state.payments[payment_id].expires_at


# When it expires


def test_it_expires_so_many_days_after_the_checkout_authorized_it():
    old = placed("100.00", taken("a", "Authorization", "100.00"))
    old = old.model_copy(update={"converted_at": NOW - timedelta(days=3)})
    recorded = Given(decider).when(old, site=EXPIRES).events[1]
    assert recorded.expires_at == END - timedelta(days=3)
    assert recorded.recorded_at == NOW


def test_a_checkout_whose_clock_is_fast_gives_no_more_days():
    early = placed("100.00", taken("a", "Authorization", "100.00"))
    early = early.model_copy(update={"converted_at": NOW + timedelta(days=300)})
    assert expiry_of(Given(decider).when(early, site=EXPIRES).after) == END


def test_one_by_a_provider_expires_so_many_days_after_its_answer():
    asked = an_account().when(add("a", "Authorization", **CARD), site=EXPIRES).after
    answered = NOW + timedelta(hours=5)
    recorded = asked.when(answer(), site=EXPIRES, now=answered).events[0]
    assert recorded.expires_at == END + timedelta(hours=5)


def test_one_added_by_hand_expires_so_many_days_after_that():
    given = an_account().when(add("a", "Authorization", method="check"), site=EXPIRES).after
    assert expiry_of(given) == END


@pytest.mark.parametrize(
    ("type_", "status", "method"),
    [
        ("Sale", "Processed", "check"),
        ("Authorization", "Failed", "check"),
        ("Authorization", "Processed", "bank-transfer"),
        ("Authorization", "Processed", EXCHANGE),
        ("Void", "Processed", "check"),
    ],
)
def test_other_payments_never_expire(type_, status, method):
    paid = taken("a", type_, "100.00", status, method=method)
    assert expiry_of(an_account("100.00", paid, site=EXPIRES)) is None


def test_a_declined_authorization_never_expires():
    asked = an_account().when(add("a", "Authorization", **CARD), site=EXPIRES)
    assert expiry_of(asked.when(decline(), site=EXPIRES).after) is None


# It expires


def test_what_is_left_expires_and_the_order_owes_it_again():
    held().when(expire(), site=EXPIRES).then(
        expired("100.00", paid="0.00"), order_unpaid("0.00")
    ).after.when(expire(), site=EXPIRES).then()


def test_captured_money_stays():
    given = held().when(capture(amount="60.00"), site=EXPIRES).after
    after = given.when(expire(), site=EXPIRES).then(
        expired("40.00", paid="60.00"), order_unpaid("60.00")
    )
    assert after.after.state.sums.taken == Decimal("60.00")


@pytest.mark.parametrize("done", [capture(), void()])
def test_nothing_expires_of_what_was_captured_or_voided(done):
    held().when(done, site=EXPIRES).when(expire(), site=EXPIRES).then()


def test_another_time_than_its_own_ends_nothing():
    held().when(expire(at=END - timedelta(seconds=1)), site=EXPIRES).then()
    held(site=SITE).when(expire(), site=EXPIRES).then()


def test_a_void_of_the_checkout_counts_once():
    paid = [taken("a", "Authorization", "100.00"), taken("v", "Void", "40.00")]
    given = an_account("100.00", *paid, site=EXPIRES)
    given.when(expire(), site=EXPIRES).says(expired("60.00", paid="0.00"))
    assert given.when(expire(), site=EXPIRES).after.state.sums.authorized == 0


def test_of_an_account_or_payment_that_nobody_knows_nothing_ends():
    Given(decider).when(expire()).rejected("unknown-order")
    held().when(expire("b")).rejected("unknown-payment")


def test_a_deleted_order_has_no_authorization_that_could_end():
    held().when(DELETED, site=EXPIRES).when(expire(), site=EXPIRES).then()


def test_of_a_canceled_order_nothing_is_renewed():
    canceled = held(site=RENEWS, method="credit-card").when(order_canceled(), site=RENEWS).after
    waits = canceled.when(expire(), site=RENEWS)
    assert [type(event) for event in waits.events] == [payments.ExpiryDelayed]
    after = waits.when(decline(), site=RENEWS)
    assert isinstance(after.events[1], payments.AuthorizationExpired)
    assert (after.status, after.after.state.sums.paid) == ("Closed", 0)


# It pays nothing


def test_an_expired_authorization_cannot_be_captured():
    gone = held().when(expire(), site=EXPIRES).after
    told = gone.when(capture(), site=EXPIRES).rejected("authorization-expired")
    gone.when(capture(amount="1.00"), site=EXPIRES).rejected("authorization-expired")
    assert told.reason is not None
    assert told.reason.message == (
        "Payment a expired on 2026-11-29 at 20:00 UTC, before 100.00 USD of it were captured."
    )
    said = gone.answer(payments.Explain(order_id=ORDER), EXPIRES)["payment.capture", "a"]
    assert said.blockers == told.reason.blockers
    gone.when(void(), site=EXPIRES).rejected("authorization-expired")


def test_it_cannot_be_captured_from_that_time_on_even_if_nobody_said_so_yet():
    given = held()
    given.when(capture(), site=EXPIRES, now=END).rejected("authorization-expired")
    before = END - timedelta(milliseconds=1)
    assert given.when(capture(), site=EXPIRES, now=before).after.state.sums.taken == 100


def test_one_that_was_captured_in_time_is_done_not_expired():
    captured = held().when(capture(), site=EXPIRES).when(expire(), site=EXPIRES).after
    captured.when(capture(), site=EXPIRES, now=LATER).then()
    captured.when(capture(amount="1.00"), site=EXPIRES, now=LATER).rejected("nothing-left")


def test_after_it_expired_another_payment_pays():
    gone = held().when(expire(), site=EXPIRES).after
    assert gone.when(add("p"), site=EXPIRES).after.state.paid_in_full


# It is renewed


def test_its_provider_is_asked_for_what_is_still_to_be_captured():
    given = held("120.00", RENEWS, "credit-card").when(capture(amount="30.00"), site=RENEWS).after
    given = given.when(answer(1), site=RENEWS).after
    outcome = given.when(expire(), site=RENEWS).says(renewal(2, "70.00", paid="120.00"))
    (request,) = outcome.outgoing
    assert isinstance(request, payments.Request)
    assert (request.renews, request.reference) == ("a", "psp_9f3")
    assert outcome.after.state.paid_in_full


def test_the_old_one_expires_once_there_is_a_new_one():
    asked = held(site=RENEWS, method="credit-card").when(expire(), site=RENEWS)
    done = asked.when(answer(1, provider_reference="psp-2"), site=RENEWS, now=LATER)
    gone, new = done.events
    assert gone == expired("100.00", paid="0.00", renewed_by="a-renewed")
    assert (new.payment_id, new.renews, new.status) == ("a-renewed", "a", "Processed")
    assert (new.paid, new.outstanding) == (100, 0)
    assert new.expires_at == LATER + timedelta(days=7)
    done.when(capture("a"), site=RENEWS).rejected("authorization-expired")
    captured = done.when(capture("a-renewed"), site=RENEWS, now=LATER).deferred()
    assert captured.when(answer(2), site=RENEWS).after.state.sums.taken == 100


def test_it_is_renewed_once_for_each_expiry():
    asked = held(site=RENEWS, method="credit-card").when(expire(), site=RENEWS)
    asked.when(expire(), site=RENEWS, cause="test#again").then()
    done = asked.when(answer(1), site=RENEWS, now=LATER).after
    done.when(expire(), site=RENEWS, cause="test#again").then()
    ends = expiry_of(done, "a-renewed")
    (again,) = done.when(expire("a-renewed", ends), site=RENEWS, now=ends).events
    wanted = renewal(2, "100.00", new="a-renewed-2", of="a-renewed")
    assert again == wanted.model_copy(update={"requested_at": ends})


def test_a_declined_renewal_is_told_and_the_order_owes_again():
    asked = held(site=RENEWS, method="credit-card").when(expire(), site=RENEWS)
    done = asked.when(decline(1), site=RENEWS, now=LATER)
    gone, failed, unpaid = done.events
    assert (gone, unpaid) == (expired("100.00", paid="0.00"), order_unpaid("0.00"))
    assert (failed.status, failed.reason, failed.renews) == ("Failed", "Insufficient funds.", "a")
    assert failed.expires_at is None
    done.when(decline(1), site=RENEWS).then()
    done.when(expire(), site=RENEWS).then()


def test_while_it_is_being_renewed_it_is_neither_captured_nor_voided():
    asked = held(site=RENEWS, method="credit-card").when(expire(), site=RENEWS)
    for command in (capture(), capture(amount="1.00"), void()):
        asked.when(command, site=RENEWS).rejected("payment-pending")
    asked.when(add("p"), site=RENEWS).rejected("already-paid")


def test_a_renewal_in_progress_blocks_no_payment_of_what_is_owed_besides():
    asked = held("60.00", RENEWS, "credit-card").when(expire(), site=RENEWS)
    paid = asked.when(add("p", method="check"), site=RENEWS)
    assert paid.after.state.sums.paid == 100
    assert paid.after.amounts(RENEWS).paid == 100
    assert paid.when(answer(1), site=RENEWS).after.state.sums.paid == 100


def test_nothing_is_renewed_that_nobody_owes():
    sold = an_account(
        "100.00", taken("a", "Authorization", "50.00", **CARD), taken("s", "Sale", "100.00"),
        site=RENEWS,
    )  # fmt: skip
    sold.when(expire(), site=RENEWS).says(expired("50.00", paid="100.00"))


def test_a_cancellation_meanwhile_voids_the_new_one():
    asked = held(site=RENEWS, method="credit-card").when(expire(), site=RENEWS)
    canceled = asked.when(order_canceled(), site=RENEWS).then(
        payments.AccountClosing(order_id=ORDER)
    )
    done = canceled.when(answer(1), site=RENEWS, now=LATER)
    assert done.events[-1].action == "void"
    assert done.events[-1].payment_id == "a-renewed"
    assert done.when(answer(2), site=RENEWS).status == "Closed"


# A provider is busy with it


def busy(site: Any) -> Any:
    """A capture of 30 is pending when the time is over."""
    given = held(site=site, method="credit-card")
    asked = given.when(capture(amount="30.00"), site=site, cause="test#capture")
    return asked.when(expire(), site=site)


def test_a_capture_that_was_asked_in_time_is_waited_for():
    delayed = payments.ExpiryDelayed(order_id=ORDER, payment_id="a", expires_at=END)
    waits = busy(EXPIRES).then(delayed)
    waits.when(expire(), site=EXPIRES, cause="test#again").then()
    done = waits.when(answer(1), site=EXPIRES, now=LATER)
    done.settles(DeferredOutcome("test#capture"))
    captured, gone, unpaid = done.events
    assert captured.request_id == f"{ORDER}:1"
    assert captured.amount == 30
    assert (gone, unpaid) == (expired("70.00", paid="30.00"), order_unpaid("30.00"))


def test_the_rest_is_renewed_after_the_answer():
    done = busy(RENEWS).when(answer(1), site=RENEWS, now=LATER)
    assert done.events[-1].renews == "a"
    assert done.events[-1].amount == 70
    after = done.when(answer(2), site=RENEWS, now=LATER)
    assert [type(event) for event in after.events] == [
        payments.AuthorizationExpired, payments.Recorded,
    ]  # fmt: skip
    assert after.after.state.paid_in_full


def test_all_of_it_expires_if_the_capture_is_declined():
    done = busy(EXPIRES).when(decline(1), site=EXPIRES, now=LATER)
    assert done.events[1] == expired("100.00", paid="0.00")


def test_nothing_is_left_to_expire_after_a_void():
    given = held(site=RENEWS, method="credit-card").when(void(), site=RENEWS)
    done = given.when(expire(), site=RENEWS).when(answer(1), site=RENEWS, now=LATER)
    assert done.events == [
        moved(payments.Voided, "a", "100.00", paid="0.00", outstanding="100.00").model_copy(
            update={"request_id": f"{ORDER}:1"}
        ),
        order_unpaid("0.00"),
    ]
