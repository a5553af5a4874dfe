"""An edit adds the new address to the customer's address book, only on request."""

import pytest

from shared.contracts import Malformed, shipments
from shared.contracts.address import Address, Customer
from shared.contracts.customers import AddAddress, place_for
from tests.unit.given import Given
from tests.unit.shipment.fulfilment.builders import (
    ELM,
    ORDER,
    PIKE,
    after,
    allocated,
    paid,
    placed,
    release,
)


def order(customer: Customer | None = None, *, released: bool = False) -> Given:
    """An order of this customer, assigned or released."""
    fact = placed().model_copy(update={"customer": customer})
    history = (fact, paid(), allocated(), *([release()] if released else []))
    return after(*history)


MERCY = Customer(customer_id="cu-7", name="Mercy Taylor")


def to(
    address: Address | None = ELM, method: str | None = None, *, add: bool = True
) -> shipments.Edit:
    given = {"address": address, "shipping_method": method}
    given = {name: value for name, value in given.items() if value is not None}
    return shipments.Edit.model_validate(
        {"order_id": ORDER, "shipment_id": "1", **given, "add_to_address_book": add}
    )


def added_to_book(address: Address) -> AddAddress:
    place = place_for("cu-7", address)
    return AddAddress(
        customer_id="cu-7", address_id=place.address_id, address=address, unless_there=True
    )


def test_a_new_address_is_added_to_the_book_on_request():
    order(MERCY).when(to()).publishes(added_to_book(ELM))


def test_a_new_address_is_not_added_to_the_book_without_a_request():
    order(MERCY).when(to(add=False)).publishes()


def test_the_warehouse_receives_the_edit_and_not_the_address_book_entry():
    outcome = order(MERCY, released=True).when(to())
    names = [type(event).__name__ for event in outcome.events]
    assert names == ["Recalled", "Edited", "Released"]
    assert [type(m).__name__ for m in outcome.outgoing] == ["Recall", "AddAddress", "Release"]


@pytest.mark.parametrize("released", [False, True])
def test_the_current_address_may_be_added_to_the_book_without_a_new_release(released):
    outcome = order(MERCY, released=released).when(to(PIKE)).publishes(added_to_book(PIKE))
    assert [type(event).__name__ for event in outcome.events] == ["Edited"]
    assert outcome.after.state.shipments["1"].address == PIKE


def test_a_repeat_has_no_second_effect():
    once = order(MERCY).when(to())
    once.when(to()).then()
    once.when(to(add=False)).then()


def test_a_later_edit_without_the_request_adds_nothing():
    once = order(MERCY).when(to())
    once.when(to(None, "express", add=False)).publishes()
    once.when(to(PIKE, add=False)).publishes()


@pytest.mark.parametrize("customer", [None, Customer(name="Mercy Taylor")])
def test_an_order_without_a_customer_record_has_no_address_book(customer):
    refused = order(customer).when(to()).rejected("no-customer")
    assert "no address book" in refused.reason.message
    assert refused.after.state.shipments["1"].address == PIKE


def test_only_a_given_address_can_be_added():
    with pytest.raises(Malformed) as wrong:
        to(None, "express").check()
    assert wrong.value.field == "address"
    to().check()


def test_orders_of_older_versions_have_no_customer():
    created = order(MERCY).past[0]
    assert isinstance(created, shipments.AwaitingInventory)
    old = created.model_dump_json(exclude={"customer_id"})
    read = shipments.AwaitingInventory.model_validate_json(old)
    given = Given(order().decider, (read,))
    given.when(to()).rejected("no-customer")
