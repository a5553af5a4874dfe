"""Goods of one shipment come back while another waits, which stays paid."""

from decimal import Decimal

import pytest

from services.shipment.fulfilment.decider import decider
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import payments, shipments
from tests.unit.given import Given
from tests.unit.shipment.fulfilment.builders import (
    ORDER,
    add,
    after,
    allocated,
    complete,
    lines_edit,
    paid,
    placed,
    recorded,
    release,
)
from tests.unit.shipment.fulfilment.line_edit_builders import CHEAPER, priced

SHIPPED = (
    placed("1", "2"),
    paid(),
    allocated("1"),
    allocated("2"),
    release("1"),
    add("1"),
    complete("1"),
)


def returned(total: str, off: str | None, paid: str = "100.00") -> payments.TotalChanged:
    """The payment service says what returns have taken off the total."""
    return payments.TotalChanged(
        order_id=ORDER,
        currency="USD",
        total=Decimal(total),
        paid=Decimal(paid),
        outstanding=Decimal(total) - Decimal(paid),
        return_id="ret-1",
        returned=None if off is None else Decimal(off),
    )


def refunded(paid: str, outstanding: str = "0.00") -> payments.Refunded:
    return payments.Refunded(
        order_id=ORDER,
        payment_id="p-1",
        amount=Decimal("1.00"),
        currency="USD",
        paid=Decimal(paid),
        outstanding=Decimal(outstanding),
        return_id="ret-1",
    )


def test_what_a_return_takes_off_the_total_is_noted() -> None:
    after(*SHIPPED).when(returned("60.00", "40.00")).then(
        shipments.TotalNoted(
            order_id=ORDER,
            request=None,
            in_full=True,
            currency="USD",
            total=Decimal("60.00"),
            outstanding=Decimal("-40.00"),
            returned=Decimal("40.00"),
        )
    )


def test_a_refunded_return_leaves_the_waiting_shipment_paid() -> None:
    given = after(*SHIPPED, returned("60.00", "40.00"))
    assert given.state.paid_in_full
    refund = given.when(refunded("60.00"))
    assert refund.after.state.paid_in_full
    (released,) = refund.when(release("2")).events
    assert isinstance(released, shipments.Released)


def test_a_refund_that_no_return_explains_still_leaves_it_unpaid() -> None:
    after(*SHIPPED, refunded("60.00", "40.00")).when(release("2")).rejected("not-paid")


def test_the_same_again_changes_nothing() -> None:
    after(*SHIPPED, returned("60.00", "40.00")).when(returned("60.00", "40.00")).then()


def test_what_is_given_back_to_the_total_is_owed_again() -> None:
    given = after(*SHIPPED, returned("60.00", "40.00"), refunded("60.00"))
    given.when(returned("80.00", "20.00", paid="60.00")).when(release("2")).rejected("not-paid")


def test_a_total_after_an_edit_keeps_what_returns_took_off() -> None:
    given = after(*SHIPPED, returned("60.00", "40.00"), refunded("60.00"))
    again = given.when(priced("110.00", None))
    assert again.after.state.total == Decimal("70.00")
    assert not again.after.state.paid_in_full
    given.when(priced("100.00", None)).then()


@pytest.mark.parametrize("late", [True, False])
def test_an_edit_and_a_return_have_one_effect_in_any_order(late: bool) -> None:
    facts = [priced("110.00", None), returned("60.00", "40.00")]
    given = after(*SHIPPED, *(reversed(facts) if late else facts))
    assert given.state.total == Decimal("70.00")
    assert given.state.outstanding == Decimal("-30.00")


def test_the_payment_services_total_after_an_edit_is_left_to_the_order_service() -> None:
    after(*SHIPPED).when(returned("130.00", None)).then()


@pytest.mark.parametrize("given", [Given(decider), Given(decider).when(recorded("0.00")).after])
def test_an_order_that_has_not_arrived_has_nothing_returned(given: Given[Fulfilment]) -> None:
    given.when(returned("60.00", "40.00")).then()


def test_once_nothing_is_open_money_changes_nothing_in_fulfilment() -> None:
    given = after(placed(), paid(), allocated(), release(), add(), complete())
    given.when(returned("60.00", "40.00")).then()


def test_stock_is_requested_once_a_return_makes_the_order_paid() -> None:
    given = after(placed("1", "2"), recorded("40.00"))
    outcome = given.when(returned("60.00", "40.00", paid="60.00"))
    kinds = [type(event) for event in outcome.events]
    assert kinds == [shipments.TotalNoted, *2 * [shipments.InventoryRequested]]


def test_a_return_leaves_the_total_of_an_edit_awaited() -> None:
    given = after(*SHIPPED[:4], lines_edit(CHEAPER), returned("60.00", "40.00"))
    given.when(release("2")).rejected("total-pending")
