"""The customer of a cart is deleted."""

import pytest

from shared.contracts import carts
from shared.contracts.address import Customer
from shared.contracts.carts import ConvertRefused, Deleted, OrderPlaced, SettleConvert
from shared.contracts.customer_deletion import CartLosesCustomer, DeleteCart, NoteCart
from shared.contracts.customer_deletion import Deleted as CustomerDeleted
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Reason
from tests.unit.cart.cart.builders import CART, EMPTY, add_line, create, set_shipment
from tests.unit.cart.cart.reorder_builders import reorder
from tests.unit.given import NOW

CSR = "csr:17"
GO = DeleteCart(cart_id=CART, by=CSR, at=NOW)
GONE = Deleted(cart_id=CART, by=CSR, at=NOW)
KEPT = CartLosesCustomer(cart_id=CART, by=CSR, at=NOW)
NO = Reason.of(blocker("id-reused.draft", order="PO1"))
DRAFT = EMPTY.when(create(customer_id="cu-7")).after
CONVERTING = (
    DRAFT.when(set_shipment()).when(add_line()).when(carts.Convert(cart_id=CART), cause="c").after
)
DELETED = {"customer/cu-7": CustomerDeleted(customer_id="cu-7", by=CSR, at=NOW)}


def settle(refusal=None):
    number = None if refusal else "PO1000042"
    return SettleConvert(cart_id=CART, order_number=number, refusal=refusal)


def test_a_draft_is_noted_with_its_customer():
    note = NoteCart(customer_id="cu-7", cart_id=CART)
    EMPTY.when(create(customer_id="cu-7")).publishes(note)
    EMPTY.when(create(customer=Customer(customer_id="cu-7"))).publishes(note)
    EMPTY.when(create(customer=Customer(name="Mercy Taylor"))).publishes()
    EMPTY.when(create()).publishes()


def test_the_draft_goes_with_its_customer():
    outcome = DRAFT.when(GO).then(GONE)
    assert outcome.status == "Deleted"
    outcome.when(GO).then()


def test_a_cart_that_became_an_order_stays_with_it():
    CONVERTING.when(settle()).when(GO).then()


def test_a_cart_that_is_being_placed_stays_if_it_is():
    outcome = CONVERTING.when(GO).then(KEPT)
    outcome.when(settle()).then(OrderPlaced(cart_id=CART, order_number="PO1000042"))


def test_and_goes_if_it_is_not():
    outcome = CONVERTING.when(GO).when(settle(NO))
    outcome.then(ConvertRefused(cart_id=CART, reason=NO), GONE)


@pytest.mark.parametrize("message", [create(customer_id="cu-7"), reorder()])
def test_nothing_new_is_made_for_a_deleted_customer(message):
    outcome = EMPTY.when(message, known=DELETED)
    reason = outcome.reason or outcome.events[0].reason
    assert reason.code == "deleted"


def test_the_address_book_of_a_deleted_customer_is_gone():
    asked = carts.SetShipment(
        cart_id=CART, shipment_id="1", address_id="home", shipping_method="standard"
    )
    DRAFT.when(asked, known=DELETED).rejected("unknown-customer")
