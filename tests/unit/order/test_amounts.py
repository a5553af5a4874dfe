"""The amounts of an order that a dry run tells: as if everything that is pending succeeded."""

from decimal import Decimal

from shared.contracts import orders
from tests.unit.given import Given
from tests.unit.order.builders import (
    ORDER,
    TWO_LINES,
    cancel,
    cart,
    decider,
    order_deleted,
    order_of,
    shipment,
)


def test_nothing_is_told_before_the_order_exists_and_after_it_is_deleted() -> None:
    assert Given(decider).amounts() is None
    assert Given(decider).when(cart()).after.events(order_deleted()).amounts() is None


def test_amounts_are_those_of_the_content() -> None:
    told = order_of(TWO_LINES, order_discount="3.00").amounts()

    assert told is not None
    assert (told.total, told.discount, told.tax) == (
        Decimal("22.07"),
        Decimal("5.00"),
        Decimal("2.07"),
    )
    assert told.outstanding is None, "the order service knows of no payments"


def test_requested_edit_counts() -> None:
    remove = orders.RemoveLine(order_id=ORDER, shipment_id="1", line_id="2")

    after = order_of(TWO_LINES).when(remove).after

    told = after.amounts()
    assert told is not None
    assert (told.total, told.tax) == (Decimal("19.62"), Decimal("1.62"))


def test_requested_cancellation_leaves_nothing_to_pay() -> None:
    told = order_of(shipment(), shipment()).when(cancel()).after.amounts()

    assert told is not None
    assert told.total == 0
