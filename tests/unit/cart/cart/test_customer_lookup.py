"""Drafts of customers with a record, and their address books (rules: Customers)."""

from typing import Any

import pytest

from services.cart.customer.allowed import MAX_ADDRESSES
from shared.contracts import Malformed, customers
from shared.contracts.address import Address, Customer
from shared.contracts.carts import DraftCreated, SetShipment, ShipmentSet
from shared.contracts.customers import AddAddress, place_for
from tests.unit.cart.cart.builders import (
    ADDRESS,
    CART,
    CONVERT,
    ELSEWHERE,
    EMPTY,
    a_cart,
    add_line,
    create,
)
from tests.unit.cart.customer.builders import added, changed, mercy, updated
from tests.unit.given import Given

MERCY = Customer(
    customer_id="cu-7", name="Mercy Taylor", email="mercy@example.com", phone="+1 206 555 0100"
)
PLACE = place_for("cu-7", ADDRESS)


def on_record(*past: Any) -> dict[str, Any]:
    """`known` with the record of the customer after these events."""
    return {"customer/cu-7": mercy(*past).state}


def draft(*past: Any, **more: Any) -> Given[Any]:
    return EMPTY.when(create(customer_id="cu-7", **more), known=on_record(*past)).after


def to(
    address: Address | None = ADDRESS, address_id: str | None = None, *, add: bool = False
) -> SetShipment:
    return SetShipment(
        cart_id=CART,
        shipment_id="1",
        address=address,
        address_id=address_id,
        shipping_method="standard",
        add_to_address_book=add,
    )


def from_book(address_id: str = "home", *, add: bool = False) -> SetShipment:
    return to(None, address_id, add=add)


# The customer of a draft


def test_a_draft_has_the_customers_name_email_and_phone_from_the_record():
    outcome = EMPTY.when(create(customer_id="cu-7"), known=on_record())
    (created,) = outcome.events
    assert isinstance(created, DraftCreated)
    assert created.customer == MERCY


def test_the_record_is_also_found_by_the_id_in_the_details():
    only_id = Customer(customer_id="cu-7")
    assert EMPTY.when(create(customer=only_id), known=on_record()).events[0].customer == MERCY


def test_given_details_take_precedence_over_the_record():
    work = Customer(email="mercy@work.example")
    outcome = EMPTY.when(create(customer_id="cu-7", customer=work), known=on_record())
    assert outcome.events[0].customer == MERCY.model_copy(update={"email": "mercy@work.example"})


def test_a_customer_without_a_record_keeps_the_id():
    outcome = EMPTY.when(create(customer_id="cu-9"), known=on_record())
    assert outcome.events[0].customer == Customer(customer_id="cu-9")


def test_a_customer_with_details_needs_no_record():
    outcome = EMPTY.when(create(customer_id="cu-9", customer=Customer(name="Taylor Hayes")))
    assert outcome.events[0].customer == Customer(customer_id="cu-9", name="Taylor Hayes")


def test_a_repeated_draft_has_no_second_effect_even_if_the_record_changed():
    later = on_record(updated(name="Mercy Hayes", email="m@example.com"))
    draft().when(create(customer_id="cu-7"), known=later).then()
    draft().when(create(customer_id="cu-7")).then()


# Addresses from the book


def test_a_shipment_goes_to_an_address_of_the_book():
    outcome = draft().when(from_book(), known=on_record(added("home", ELSEWHERE)))
    (event,) = outcome.events
    assert isinstance(event, ShipmentSet)
    assert (event.address, event.to_address_book) == (ELSEWHERE, None)
    outcome.publishes()


def test_an_unknown_address_is_rejected_with_a_message():
    refused = draft().when(from_book("work"), known=on_record(added())).rejected("unknown-address")
    assert refused.reason.message == "Customer cu-7 has no address work."


@pytest.mark.parametrize("command", [from_book(), to(add=True), from_book(add=True)])
def test_a_cart_without_a_customer_record_has_no_address_book(command):
    for cart in (a_cart(), a_cart(customer=Customer(name="Mercy Taylor"))):
        cart.when(command, known=on_record(added())).rejected("no-customer")
    stranger = a_cart(customer=Customer(customer_id="cu-9", name="Taylor Hayes"))
    stranger.when(command, known=on_record(added())).rejected("unknown-customer")


def test_either_an_address_or_the_id_of_one_is_required():
    for wrong, field in ((to(None), "address"), (to(ADDRESS, "home"), "address_id")):
        with pytest.raises(Malformed) as refused:
            wrong.check()
        assert refused.value.field == field
    to().check()
    from_book().check()


# Addresses into the book


def test_an_address_is_added_to_the_book_only_on_request():
    without = draft().when(to(), known=on_record())
    assert without.events[0].to_address_book is None
    without.publishes()
    requested = draft().when(to(add=True), known=on_record())
    assert requested.events[0].to_address_book == PLACE
    requested.publishes(
        AddAddress(
            customer_id="cu-7", address_id=PLACE.address_id, address=ADDRESS, unless_there=True
        )
    )


def test_an_address_that_the_book_has_already_is_not_added_again():
    given = draft().when(to(add=True), known=on_record(added("home", ADDRESS)))
    assert given.events[0].to_address_book is None
    given.publishes()
    chosen = draft().when(from_book(add=True), known=on_record(added("home", ADDRESS)))
    chosen.publishes()


def test_the_shipments_current_address_may_be_added_to_the_book():
    cart = draft().when(to(), known=on_record()).after
    requested = cart.when(to(add=True), known=on_record())
    assert requested.events[0].to_address_book == PLACE
    requested.when(to(add=True), known=on_record()).then()
    requested.when(to(), known=on_record()).then()


def test_a_full_address_book_rejects_another_address():
    others = (ADDRESS.model_copy(update={"line1": f"{n} Elm St"}) for n in range(MAX_ADDRESSES))
    full = [added(f"a{n}", address) for n, address in enumerate(others)]
    draft().when(to(add=True), known=on_record(*full)).rejected("address-book-full")
    draft().when(to(), known=on_record(*full)).publishes()


def test_equal_addresses_have_the_same_id_in_the_book():
    assert place_for("cu-7", ADDRESS) == PLACE
    assert place_for("cu-7", ELSEWHERE) != PLACE
    assert len(PLACE.address_id) <= 64


# Addresses that the book receives


def entering(address: Address = ADDRESS, address_id: str = "a-1") -> customers.AddAddress:
    return customers.AddAddress(
        customer_id="cu-7", address_id=address_id, address=address, unless_there=True
    )


def test_an_orders_address_is_added_to_the_book():
    mercy().when(entering()).then(added("a-1"))
    mercy().when(entering()).when(entering()).then()


def test_an_orders_address_that_the_book_has_under_another_id_is_not_added():
    mercy(added("home", ADDRESS)).when(entering()).then()


def test_an_orders_address_gets_another_id_if_its_id_is_in_use():
    past = (added("a-1", ADDRESS), changed("a-1", ELSEWHERE))
    mercy(*past).when(entering()).then(added("a-1.2", ADDRESS))
    long_id = "a" * 64
    added_under_another_id = mercy(added(long_id, ELSEWHERE)).when(entering(address_id=long_id))
    added_under_another_id.then(added("a" * 60 + ".2", ADDRESS))


def test_an_address_that_a_person_adds_keeps_the_chosen_id():
    command = customers.AddAddress(customer_id="cu-7", address_id="work", address=ADDRESS)
    mercy(added("home", ADDRESS)).when(command).then(added("work", ADDRESS))


# Changes of the customer


@pytest.mark.shows("11.9")
def test_changes_of_the_customer_do_not_change_drafts():
    cart = draft(added()).when(from_book(), known=on_record(added())).after
    cart = cart.when(add_line()).after
    later = on_record(added(), changed("home", ELSEWHERE), updated(name="Mercy Hayes"))
    assert cart.state.shipments["1"].destination.address == ADDRESS
    (converted,) = cart.when(CONVERT, known=later).outgoing
    assert converted.customer == MERCY
    assert converted.shipments[0].address == ADDRESS
