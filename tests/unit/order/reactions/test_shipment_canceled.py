"""A canceled shipment lowers what the order costs."""

from tests.unit.order.builders import (
    CANCEL_REFUSED,
    an_order,
    cancel_requested,
    cancel_too_late,
    closed,
    owed,
    shipment_canceled,
)


def test_nobody_pays_for_a_shipment_that_is_canceled():
    an_order(2).when(shipment_canceled("2")).then(
        closed("2", "Canceled"), owed("10.00", canceled="2")
    )


def test_an_order_that_is_being_canceled_tells_no_total():
    requested = an_order(2).events(cancel_requested("c#1"))
    requested.when(shipment_canceled("2")).then(closed("2", "Canceled"))


def test_the_total_is_told_when_the_cancellation_is_refused_after_all():
    requested = an_order(2).events(cancel_requested("c#1"), closed("2", "Canceled"))
    outcome = requested.when(cancel_too_late())
    refused, changed = outcome.events
    assert refused == CANCEL_REFUSED
    assert str(changed.total) == "10.00"
    assert changed.request is None
