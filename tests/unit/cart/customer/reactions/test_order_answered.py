"""The orders' answers to the deletion of their customer."""

from itertools import permutations

import pytest

from shared.contracts.customer_deletion import DeleteOrder, DeleteRefused
from shared.runtime.decider import DeferredOutcome
from tests.unit.cart.customer.builders import CUSTOMER, mercy
from tests.unit.cart.customer.deletion_builders import (
    AGREED,
    CSR,
    OPEN,
    ORDERS,
    REQUESTED,
    WITH_ORDERS,
    answer,
    answered,
    gone,
    noted,
)

ASKED = mercy(REQUESTED)
DELETING = mercy(REQUESTED, answered("c-1"), answered("c-2"), AGREED)
REFUSED = DeleteRefused(customer_id=CUSTOMER, request="d", reason=OPEN)


def test_orders_are_deleted_once_all_agree():
    first = ASKED.when(answer("c-1")).publishes()
    assert first.aside == [answered("c-1")]
    last = first.when(answer("c-2"))
    assert last.aside == [answered("c-2"), AGREED]
    last.settles().publishes(
        *(DeleteOrder(order_id=o, customer_id=CUSTOMER, by=CSR, ask=False) for o in ORDERS)
    )


@pytest.mark.parametrize("order", list(permutations(ORDERS)))
def test_nothing_is_deleted_if_one_order_stays(order):
    outcome = ASKED.when(answer(order[0], refusal=OPEN)).settles().when(answer(order[1]))
    assert outcome.aside == [answered(order[1]), REFUSED]
    outcome.publishes().settles(DeferredOutcome("d", OPEN))
    assert outcome.status == "Active"
    known = {f"order-of/{CUSTOMER}": {"c-1": {}}}
    outcome.when(WITH_ORDERS, known=known).deferred()  # and may be tried again


def test_the_customer_goes_last():
    outcome = DELETING.when(answer("c-2", ask=False)).when(answer("c-1", ask=False))
    outcome.then(gone(orders=2)).settles(DeferredOutcome("d"))


def test_an_order_that_changes_its_mind_stops_the_deletion():
    outcome = DELETING.when(answer("c-1", ask=False, refusal=OPEN)).when(answer("c-2", ask=False))
    assert outcome.aside == [answered("c-2", ask=False), REFUSED]


def test_a_draft_from_during_the_deletion_goes_too():
    outcome = DELETING.events(noted()).when(answer("c-1", ask=False))
    outcome.when(answer("c-2", ask=False)).then(gone("draft-1", orders=2))


def test_answers_that_nobody_waits_for_change_nothing():
    for given in (mercy(), DELETING, mercy(gone())):
        assert given.when(answer("c-1")).aside == []
    assert ASKED.when(answer("c-9")).aside == []
    assert ASKED.when(answer("c-1")).when(answer("c-1")).aside == []


def test_a_refusal_names_some_of_many_orders():
    orders = tuple(f"c-{n}" for n in range(30))
    given = mercy(REQUESTED.model_copy(update={"orders": orders}))
    for order in orders:
        outcome = given.when(answer(order, refusal=OPEN))
        given = outcome.after
    (settled,) = outcome.decision.outcomes
    assert settled.refusal is not None
    assert len(settled.refusal.blockers) == 20
