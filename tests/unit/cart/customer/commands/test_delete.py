"""Deleting a customer: drafts go too, and orders on request."""

import pytest

from shared.contracts.customer_deletion import (
    DeleteCart,
    DeleteOrder,
    DeleteRequested,
    LateCart,
    NoteCart,
)
from tests.unit.cart.customer.builders import CUSTOMER, EMPTY, add, added, create, mercy, update
from tests.unit.cart.customer.deletion_builders import (
    CSR,
    DELETE,
    KNOWN,
    NONE,
    ORDERS,
    REQUESTED,
    WITH_ORDERS,
    gone,
    noted,
)
from tests.unit.given import NOW


def test_a_deleted_customer_is_a_tombstone():
    outcome = mercy(added()).when(DELETE, actor=CSR).then(gone()).publishes()
    assert outcome.status == "Deleted"
    assert outcome.after.state == gone(), "and nothing else is remembered"


def test_the_carts_go_too():
    outcome = mercy(noted("a"), noted("b")).when(DELETE, actor=CSR).then(gone("a", "b"))
    outcome.publishes(*(DeleteCart(cart_id=cart, by=CSR, at=NOW) for cart in "ab"))


def test_repeats_have_one_effect():
    deleted = mercy(gone())
    deleted.when(DELETE).then()
    mercy(gone(orders=2)).when(WITH_ORDERS, known=KNOWN).then()


@pytest.mark.parametrize("command", [create(), update(phone="1"), add()])
def test_a_deleted_customer_cannot_come_back(command):
    mercy(gone()).when(command).rejected("deleted")


def test_orders_that_were_to_stay_are_deleted_one_by_one():
    refused = mercy(gone()).when(WITH_ORDERS, known=KNOWN).rejected("deleted")
    assert "each of the orders" in (refused.reason.blockers[0].remedy or "")


def test_an_unknown_customer_is_rejected():
    EMPTY.when(DELETE).rejected("unknown-customer")
    EMPTY.when(WITH_ORDERS, known=NONE).rejected("unknown-customer")


def test_a_customer_who_is_not_on_record_has_carts_and_orders():
    drafts = EMPTY.events(noted())
    assert drafts.status is None
    drafts.when(update(phone="1")).rejected("unknown-customer")
    drafts.when(add()).rejected("unknown-customer")
    drafts.when(DELETE, actor=CSR).then(gone("draft-1"))
    EMPTY.when(WITH_ORDERS, known=KNOWN).deferred()


def test_one_who_is_created_later_keeps_the_carts():
    EMPTY.events(noted()).when(create()).when(DELETE, actor=CSR).then(gone("draft-1"))


def test_without_orders_there_is_nothing_to_wait_for():
    mercy().when(WITH_ORDERS, actor=CSR, known=NONE).then(gone(orders=0))


def test_with_orders_each_is_asked_first():
    outcome = mercy().when(WITH_ORDERS, actor=CSR, cause="d", known=KNOWN).deferred()
    assert outcome.aside == [REQUESTED]
    outcome.publishes(
        *(DeleteOrder(order_id=o, customer_id=CUSTOMER, by=CSR, ask=True) for o in ORDERS)
    )
    assert outcome.status == "Active", "until all have answered nothing has changed"
    outcome.when(DELETE).rejected("customer-delete-pending")


def test_orders_that_are_to_stay_are_not_looked_up():
    mercy().when(DELETE, actor=CSR, known=KNOWN).then(gone())


def test_a_draft_that_was_created_meanwhile_is_deleted():
    note = NoteCart(customer_id=CUSTOMER, cart_id="late")
    outcome = mercy(gone()).when(note)
    late = LateCart(customer_id=CUSTOMER, cart_id="late", by=CSR, at=NOW)
    assert outcome.aside == [late]
    outcome.publishes(DeleteCart(cart_id="late", by=CSR, at=NOW))


def test_a_draft_is_noted_once_and_leaves_open_forms_valid():
    note = NoteCart(customer_id=CUSTOMER, cart_id="draft-1")
    outcome = mercy().when(note)
    assert outcome.aside == [noted()]
    assert outcome.when(note).aside == []


def test_a_customer_with_many_orders_asks_each_once():
    orders = {f"c-{n}": {"order_number": f"PO{n}"} for n in range(500)}
    outcome = mercy().when(WITH_ORDERS, known={f"order-of/{CUSTOMER}": orders})
    (asked,) = outcome.aside
    assert isinstance(asked, DeleteRequested)
    assert asked.orders == tuple(sorted(orders))
