"""Drafts of customers on record, and their address books (rules: Customers)."""

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
    """What is known of a customer to whom this has happened."""
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


# Whose draft it is


def test_a_draft_has_its_customers_name_email_and_phone_from_the_record():
    outcome = EMPTY.when(create(customer_id="cu-7"), known=on_record())
    (created,) = outcome.events
    assert isinstance(created, DraftCreated)
    assert created.customer == MERCY


def test_the_record_is_looked_up_by_the_id_among_the_details_as_well():
    only_id = Customer(customer_id="cu-7")
    assert EMPTY.when(create(customer=only_id), known=on_record()).events[0].customer == MERCY


def test_what_is_given_of_a_customer_wins_over_the_record():
    work = Customer(email="mercy@work.example")
    outcome = EMPTY.when(create(customer_id="cu-7", customer=work), known=on_record())
    assert outcome.events[0].customer == MERCY.model_copy(update={"email": "mercy@work.example"})


def test_a_customer_whom_nobody_has_on_record_is_known_elsewhere():
    outcome = EMPTY.when(create(customer_id="cu-9"), known=on_record())
    assert outcome.events[0].customer == Customer(customer_id="cu-9")


def test_a_customer_who_is_introduced_needs_no_record():
    outcome = EMPTY.when(create(customer_id="cu-9", customer=Customer(name="Taylor Hayes")))
    assert outcome.events[0].customer == Customer(customer_id="cu-9", name="Taylor Hayes")


def test_the_same_draft_again_has_no_second_effect_whatever_the_record_says_by_then():
    later = on_record(updated(name="Mercy Hayes", email="m@example.com"))
    draft().when(create(customer_id="cu-7"), known=later).then()
    draft().when(create(customer_id="cu-7")).then()


# Addresses out of the book


def test_a_shipment_goes_to_an_address_of_the_book():
    outcome = draft().when(from_book(), known=on_record(added("home", ELSEWHERE)))
    (now_set,) = outcome.events
    assert isinstance(now_set, ShipmentSet)
    assert (now_set.address, now_set.to_address_book) == (ELSEWHERE, None)
    outcome.publishes()


def test_an_address_that_the_book_has_not_is_refused_in_words():
    refused = draft().when(from_book("work"), known=on_record(added())).rejected("unknown-address")
    assert refused.reason.message == "Customer cu-7 has no address work."


@pytest.mark.parametrize("command", [from_book(), to(add=True), from_book(add=True)])
def test_without_a_customer_on_record_there_is_no_address_book(command):
    for nobody in (a_cart(), a_cart(customer=Customer(name="Mercy Taylor"))):
        nobody.when(command, known=on_record(added())).rejected("no-customer")
    stranger = a_cart(customer=Customer(customer_id="cu-9", name="Taylor Hayes"))
    stranger.when(command, known=on_record(added())).rejected("unknown-customer")


def test_an_address_or_one_of_the_book_is_needed_and_not_both():
    for wrong, field in ((to(None), "address"), (to(ADDRESS, "home"), "address_id")):
        with pytest.raises(Malformed) as refused:
            wrong.check()
        assert refused.value.field == field
    to().check()
    from_book().check()


# Addresses into the book


def test_an_address_enters_the_book_only_when_it_is_asked_to():
    silent = draft().when(to(), known=on_record())
    assert silent.events[0].to_address_book is None
    silent.publishes()
    asked = draft().when(to(add=True), known=on_record())
    assert asked.events[0].to_address_book == PLACE
    asked.publishes(
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


def test_an_address_may_enter_the_book_when_the_shipment_has_it_already():
    there = draft().when(to(), known=on_record()).after
    asked = there.when(to(add=True), known=on_record())
    assert asked.events[0].to_address_book == PLACE
    asked.when(to(add=True), known=on_record()).then()
    asked.when(to(), known=on_record()).then()


def test_a_full_book_takes_no_address_more_and_that_is_said():
    others = (ADDRESS.model_copy(update={"line1": f"{n} Elm St"}) for n in range(MAX_ADDRESSES))
    full = [added(f"a{n}", address) for n, address in enumerate(others)]
    draft().when(to(add=True), known=on_record(*full)).rejected("address-book-full")
    draft().when(to(), known=on_record(*full)).publishes()


def test_the_same_address_has_the_same_place_and_another_has_another():
    assert place_for("cu-7", ADDRESS) == PLACE
    assert place_for("cu-7", ELSEWHERE) != PLACE
    assert len(PLACE.address_id) <= 64


# What arrives at the book


def entering(address: Address = ADDRESS, address_id: str = "a-1") -> customers.AddAddress:
    return customers.AddAddress(
        customer_id="cu-7", address_id=address_id, address=address, unless_there=True
    )


def test_an_order_s_address_enters_a_book_that_has_it_not():
    mercy().when(entering()).then(added("a-1"))
    mercy().when(entering()).when(entering()).then()


def test_an_order_s_address_that_is_there_under_any_id_is_not_added_twice():
    mercy(added("home", ADDRESS)).when(entering()).then()


def test_an_order_s_address_takes_another_id_where_its_own_is_another_address_by_now():
    past = (added("a-1", ADDRESS), changed("a-1", ELSEWHERE))
    mercy(*past).when(entering()).then(added("a-1.2", ADDRESS))
    long = "a" * 64
    taken = mercy(added(long, ELSEWHERE)).when(entering(address_id=long))
    taken.then(added("a" * 60 + ".2", ADDRESS))


def test_a_person_who_adds_an_address_gets_the_id_that_they_have_chosen():
    asked = customers.AddAddress(customer_id="cu-7", address_id="work", address=ADDRESS)
    mercy(added("home", ADDRESS)).when(asked).then(added("work", ADDRESS))


# Nothing comes back


@pytest.mark.shows("11.9")
def test_what_happens_to_the_customer_changes_no_draft():
    there = draft(added()).when(from_book(), known=on_record(added())).after
    there = there.when(add_line()).after
    later = on_record(added(), changed("home", ELSEWHERE), updated(name="Mercy Hayes"))
    assert there.state.shipments["1"].destination.address == ADDRESS
    (cart,) = there.when(CONVERT, known=later).outgoing
    assert cart.customer == MERCY
    assert cart.shipments[0].address == ADDRESS
