"""The address book of a customer, which orders don't read."""

import pytest

from services.cart.app import SERVICE as CART
from services.cart.customer.allowed import MAX_ADDRESSES
from services.order.app import SERVICE as ORDER
from services.payment.app import SERVICE as PAYMENT
from services.shipment.app import SERVICE as SHIPMENT
from shared.contracts.topics import CUSTOMER_COMMANDS, CUSTOMER_EVENTS
from tests.unit.cart.cart.builders import ADDRESS, ELSEWHERE
from tests.unit.cart.customer.builders import (
    CUSTOMER,
    add,
    added,
    change,
    changed,
    create,
    mercy,
    remove,
    removed,
    update,
)


def test_adding_addresses():
    outcome = mercy().when(add()).then(added())
    outcome.when(add("work", ELSEWHERE)).then(added("work", ELSEWHERE))
    assert outcome.after.state.addresses == {"home": ADDRESS}


def test_one_address_may_have_two_ids():
    mercy(added()).when(add("work")).then(added("work"))


def test_a_repeated_address_has_no_second_effect():
    mercy(added()).when(add()).then()


def test_another_address_with_the_same_id_is_rejected():
    mercy(added()).when(add(address=ELSEWHERE)).rejected("id-reused")
    mercy(added(), changed(address=ELSEWHERE)).when(add()).rejected("id-reused")


def test_changing_an_address():
    outcome = mercy(added()).when(change(address=ELSEWHERE)).then(changed(address=ELSEWHERE))
    assert outcome.after.state.addresses == {"home": ELSEWHERE}
    outcome.when(change(address=ELSEWHERE)).then()


def test_a_changed_address_is_replaced_as_a_whole():
    before = ADDRESS.model_copy(update={"line2": "Top floor"})
    outcome = mercy(added(address=before)).when(change()).then(changed())
    assert outcome.after.state.addresses["home"].line2 is None


def test_removing_an_address():
    outcome = mercy(added(), added("work")).when(remove()).then(removed())
    assert list(outcome.after.state.addresses) == ["work"]
    outcome.when(remove()).then()
    outcome.when(change()).rejected("unknown-address")


def test_a_removed_address_may_be_added_and_removed_again():
    back = mercy(added(), removed()).when(add(address=ELSEWHERE)).then(added(address=ELSEWHERE))
    back.when(remove()).then(removed())


@pytest.mark.parametrize("command", [change("work"), remove("work")])
def test_a_command_on_an_unknown_address_is_rejected(command):
    refused = mercy(added()).when(command).rejected("unknown-address")
    assert "work" in refused.reason.message


def test_the_size_of_an_address_book_is_limited():
    addresses = [added(str(n)) for n in range(MAX_ADDRESSES)]
    mercy(*addresses[1:]).when(add("new")).then(added("new"))
    full = mercy(*addresses)
    full.when(add("new")).rejected("address-book-full")
    full.when(add("7")).then()
    full.when(add("7", ELSEWHERE)).rejected("id-reused")
    full.when(change("7", ELSEWHERE)).then(changed("7", ELSEWHERE))
    full.when(remove("7")).when(add("new")).then(added("new"))


@pytest.mark.parametrize(
    "command",
    [update(name="Mercy Hayes"), add("work"), change(address=ELSEWHERE), remove()],
)
def test_only_the_event_is_published_so_no_order_changes(command):
    outcome = mercy(added()).when(command).publishes()
    assert len(outcome.events) == 1


@pytest.mark.parametrize("service", [CART, ORDER, PAYMENT, SHIPMENT], ids=lambda s: s.name)
def test_no_service_reads_customer_events(service):
    assert CUSTOMER_EVENTS not in service.topics


def test_the_cart_service_keeps_a_stream_for_each_customer():
    assert CUSTOMER_COMMANDS in CART.topics
    assert CART.stream_of(create()) == CART.stream_of(add()) == f"customer/{CUSTOMER}"
