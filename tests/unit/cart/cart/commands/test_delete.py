"""A cart is deleted, by itself or with its order: only the tombstone is left."""

import pytest

from shared.contracts.carts import Deleted, DraftCreated, Explain
from shared.contracts.orders import Deleted as OrderDeleted
from shared.runtime.decider import Rejected
from tests.unit.cart.cart.builders import (
    CART,
    CONVERT,
    DELETE,
    EMPTY,
    add_line,
    change_line,
    create,
    ready,
    remove_line,
    set_shipment,
)
from tests.unit.given import NOW

ORDER_DELETED = OrderDeleted(order_id=CART, order_number="PO1000001", by="csr:18", at=NOW)
COMMANDS = [create(), set_shipment(), add_line(), change_line(), remove_line(), CONVERT]


def deleted(by=None):
    return Deleted(cart_id=CART, by=by, at=NOW)


def test_deletion_leaves_only_the_tombstone():
    outcome = ready().when(DELETE, actor="csr:17").then(deleted("csr:17")).publishes()
    assert outcome.status == "Deleted"
    assert outcome.after.state == deleted("csr:17")


def test_a_repeated_deletion_has_no_second_effect():
    ready().when(DELETE).when(DELETE).then()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_deleted_cart_rejects_every_command(command):
    outcome = ready().when(DELETE, actor="csr:17").when(command).rejected("deleted", "deleted")
    text = "Cart c-1 was deleted on 2026-11-22 at 20:00 UTC by csr:17."
    assert outcome.reason.message == text


def test_explaining_a_deleted_cart_is_rejected():
    with pytest.raises(Rejected, match=r"Cart c-1 was deleted on 2026-11-22"):
        ready().when(DELETE).after.answer(Explain(cart_id=CART))


def test_a_converted_cart_is_deleted_with_its_order():
    outcome = ready().when(CONVERT).when(ORDER_DELETED)
    outcome.then(deleted("csr:18")).publishes()
    assert outcome.status == "Deleted"


def test_a_cart_is_deleted_with_its_order_once():
    ready().when(CONVERT).when(ORDER_DELETED).when(ORDER_DELETED).then()
    ready().when(DELETE).when(ORDER_DELETED).then()


@pytest.mark.parametrize("command", COMMANDS)
def test_no_cart_can_have_the_id_of_a_deleted_order(command):
    EMPTY.when(ORDER_DELETED).then(deleted("csr:18")).when(command).rejected("deleted")


def test_a_deletion_of_an_older_version_names_no_actor():
    was = DraftCreated(cart_id=CART, market="US", currency="USD", customer=None)
    outcome = EMPTY.events(was, Deleted(cart_id=CART)).when(add_line())
    assert outcome.rejected("deleted").reason.message == "Cart c-1 was deleted."
