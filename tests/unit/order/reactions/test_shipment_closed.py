"""The order's status follows its shipments."""

from itertools import permutations, product

import pytest

from services.order.decider import decider
from shared.contracts import orders
from tests.unit.given import Given
from tests.unit.order.builders import (
    COMPLETED,
    PARTIALLY_SHIPPED,
    RELEASE_HOLD,
    an_order,
    canceled,
    closed,
    hold_released,
    on_hold,
    owed,
    shipment_canceled,
    shipments_lifted,
    shipped,
)


def test_all_shipped_is_completed():
    outcome = an_order().when(shipped()).then(closed("1", "Shipped"), COMPLETED)
    assert outcome.status == "Completed"


def test_some_shipped_and_some_open_is_partially_shipped_and_told_once():
    first = an_order(of=3).when(shipped("2"))
    first.then(closed("2", "Shipped"), PARTIALLY_SHIPPED)
    assert first.status == "PartiallyShipped"
    second = first.when(shipped("1")).then(closed("1", "Shipped"))
    assert second.status == "PartiallyShipped"
    second.when(shipped("3")).then(closed("3", "Shipped"), COMPLETED)


def test_shipped_and_the_rest_canceled_is_completed():
    first = an_order(of=2).when(shipment_canceled("1")).then(closed("1", "Canceled"), owed("10.00"))
    assert first.status == "InProgress"
    outcome = first.when(shipped("2")).then(closed("2", "Shipped"), COMPLETED)
    assert outcome.status == "Completed"
    shipped_first = an_order(of=2).events(closed("1", "Shipped"), PARTIALLY_SHIPPED)
    last = shipped_first.when(shipment_canceled("2"))
    last.then(closed("2", "Canceled"), owed("10.00", canceled="2"), COMPLETED)


def test_all_canceled_is_canceled_even_if_nobody_asked_to_cancel_the_order():
    first = an_order(of=2).when(shipment_canceled("2"))
    first.then(closed("2", "Canceled"), owed("10.00", canceled="2"))
    outcome = first.when(shipment_canceled("1")).then(closed("1", "Canceled"), canceled())
    assert outcome.status == "Canceled"


@pytest.mark.parametrize("again", [shipped, shipment_canceled])
@pytest.mark.parametrize("end", ["Shipped", "Canceled"])
def test_a_shipment_closes_once(again, end):
    an_order(of=2).events(closed("1", end)).when(again("1")).then().settles()


@pytest.mark.parametrize("fact", [shipped, shipment_canceled])
def test_facts_about_unknown_orders_and_shipments_change_nothing(fact):
    Given(decider).when(fact()).then()
    an_order().when(fact("9")).then()


def test_a_held_order_stays_on_hold_until_all_its_shipments_are_closed():
    first = on_hold(of=2).when(shipment_canceled("1")).then(closed("1", "Canceled"), owed("10.00"))
    assert first.status == "OnHold"
    outcome = first.when(shipment_canceled("2")).then(closed("2", "Canceled"), canceled())
    assert outcome.status == "Canceled"
    outcome.when(RELEASE_HOLD).rejected("not-on-hold")


def test_a_hold_hides_that_some_have_shipped_until_it_is_released():
    first = on_hold(of=2).when(shipped("1")).then(closed("1", "Shipped"))
    assert first.status == "OnHold"
    lifted = first.when(RELEASE_HOLD).when(shipments_lifted())
    lifted.then(hold_released("PartiallyShipped"))


def test_whatever_the_order_of_the_facts_the_status_is_the_same_and_told():
    for ends in product([shipped, shipment_canceled], repeat=3):
        facts = [end(str(n)) for n, end in enumerate(ends, 1)]
        expected = "Completed" if shipped in ends else "Canceled"
        for sequence in permutations(facts):
            stream = an_order(of=3)
            told = []
            for fact in sequence:
                outcome = stream.when(fact)
                told += outcome.events
                stream = outcome.after
            assert stream.status == expected
            last_word = orders.Completed if expected == "Completed" else orders.Canceled
            assert isinstance(told[-1], last_word)
            assert sum(isinstance(e, orders.PartiallyShipped) for e in told) <= 1
