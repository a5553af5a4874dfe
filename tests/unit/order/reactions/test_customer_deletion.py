"""The customer of an order is deleted, and the order with them."""

import pytest

from services.order.decider import decider
from shared.contracts.customer_deletion import DeleteOrder, OrderAnswer, SettleOrder
from shared.contracts.replies import Reason
from shared.runtime.decider import DeferredOutcome
from tests.unit.given import Given
from tests.unit.order.builders import (
    COMPLETED,
    DELETE,
    ORDER,
    PARTIALLY_SHIPPED,
    an_order,
    canceled,
    closed,
    delete_requested,
    delete_too_late,
    on_hold,
    order_deleted,
    shipments_deleted,
)

CSR, CUSTOMER = "csr:17", "cu-7"
DONE = {
    "completed": an_order().events(closed("1", "Shipped"), COMPLETED),
    "canceled": an_order().events(closed("1", "Canceled"), canceled()),
}
OPEN = {
    "in progress": an_order(),
    "on hold": on_hold(),
    "partially shipped": an_order(2).events(closed("1", "Shipped"), PARTIALLY_SHIPPED),
}


def request(*, ask: bool) -> DeleteOrder:
    return DeleteOrder(order_id=ORDER, customer_id=CUSTOMER, by=CSR, ask=ask)


def answer(*, ask: bool, refusal: Reason | None = None) -> OrderAnswer:
    return OrderAnswer(order_id=ORDER, customer_id=CUSTOMER, ask=ask, refusal=refusal)


ASKED = delete_requested("d", CSR).model_copy(update={"for_customer": CUSTOMER})


@pytest.mark.parametrize("given", DONE.values(), ids=DONE)
def test_an_order_that_has_ended_may_go(given):
    outcome = given.when(request(ask=True))
    assert outcome.events == []
    assert outcome.aside == [answer(ask=True)]
    outcome.publishes(SettleOrder(customer_id=CUSTOMER, order_id=ORDER, ask=True, refusal=None))


@pytest.mark.parametrize("ask", [True, False])
@pytest.mark.parametrize("given", OPEN.values(), ids=OPEN)
def test_an_open_order_stays(given, ask):
    outcome = given.when(request(ask=ask))
    (told,) = outcome.aside
    assert isinstance(told, OrderAnswer)
    assert told.refusal is not None
    assert told.refusal.code == "order-open"
    assert outcome.status == given.status


def test_it_is_deleted_as_on_request_of_a_person_and_says_so():
    asked = DONE["completed"].when(request(ask=False), cause="d").deferred().then(ASKED)
    outcome = asked.publishes().when(shipments_deleted(CSR))
    outcome.then(order_deleted(CSR)).settles(DeferredOutcome("d"))
    assert outcome.aside == [answer(ask=False)]
    assert outcome.status == "Deleted"


def test_a_deletion_that_a_person_asked_for_already_does_for_both():
    pending = DONE["completed"].when(DELETE, cause="p").after
    asked = pending.when(request(ask=True))
    assert asked.aside == [answer(ask=True)]
    outcome = asked.when(request(ask=False), cause="d").when(shipments_deleted(CSR))
    outcome.settles(DeferredOutcome("p"), DeferredOutcome("d"))
    assert outcome.aside == [answer(ask=False)]


def test_a_refusal_of_the_shipments_is_passed_on():
    asked = DONE["completed"].when(request(ask=False), cause="d")
    refusal = delete_too_late("d")
    outcome = asked.when(refusal)
    assert outcome.aside == [answer(ask=False, refusal=refusal.reason)]


def test_one_that_is_gone_or_unknown_says_so_again():
    gone = DONE["completed"].events(order_deleted(CSR))
    for given in (gone, Given(decider)):
        for ask in (True, False):
            assert given.when(request(ask=ask)).aside == [answer(ask=ask)]
