"""Creation of drafts."""

import pytest

from shared.contracts import carts
from shared.contracts.address import Customer
from shared.contracts.carts import DraftCreated
from tests.unit.cart.cart.builders import (
    CART,
    CONVERT,
    DELETE,
    EMPTY,
    a_cart,
    add_line,
    change_line,
    create,
    ready,
    remove_line,
    set_shipment,
)

MERCY = Customer(name="Mercy Taylor")
MERCY_7 = Customer(customer_id="cu-7", name="Mercy Taylor")


def created(market="US", currency="USD", customer=None):
    return DraftCreated(cart_id=CART, market=market, currency=currency, customer=customer)


@pytest.mark.parametrize(("market", "currency"), [("US", "USD"), ("JP", "JPY")])
def test_a_draft_has_its_markets_currency(market, currency):
    outcome = EMPTY.when(create(market)).says(created(market, currency))
    assert outcome.status == "Open"


def test_a_stream_without_events_has_no_cart():
    assert EMPTY.status is None


def test_a_market_that_the_site_does_not_have_is_malformed():
    EMPTY.when(create("XX")).malformed("market")


@pytest.mark.parametrize(
    ("given", "customer"),
    [
        ({}, None),
        ({"customer": MERCY}, MERCY),
        ({"customer_id": "cu-7", "customer": MERCY}, MERCY_7),
        ({"customer_id": "cu-7", "customer": MERCY_7}, MERCY_7),
    ],
)
def test_a_draft_has_the_customer_of_the_command(given, customer):
    EMPTY.when(create(**given)).says(created(customer=customer))


def test_two_ids_for_one_customer_are_malformed():
    EMPTY.when(create(customer_id="cu-8", customer=MERCY_7)).malformed("customer_id")


def test_a_repeated_draft_has_no_second_effect():
    given = a_cart(add_line(), customer=MERCY_7)
    given.when(create(customer_id="cu-7")).then()
    given.when(create(customer=MERCY_7)).then()
    a_cart().when(create()).then()


@pytest.mark.parametrize(
    "other",
    [
        create("JP", customer=MERCY_7),
        create(customer_id="cu-8"),
        create(customer=MERCY_7.model_copy(update={"name": "Taylor Hayes"})),
        create(),
    ],
)
def test_another_draft_with_the_same_id_is_rejected(other):
    a_cart(customer=MERCY_7).when(other).rejected("id-reused")


def test_a_repeated_conversion_has_no_second_effect():
    placed = carts.SettleConvert(cart_id=CART, order_number="PO1000001", refusal=None)
    ready().when(CONVERT).when(placed).when(CONVERT).then()


def test_an_orders_id_cannot_be_used_for_a_draft():
    known = {f"order/{CART}": {"order_number": "PO1000001"}}
    refused = EMPTY.when(create(), known=known).rejected("id-reused", "id-reused")
    assert refused.reason.message == "This id belongs to order PO1000001."
    assert EMPTY.when(create(), known={"order/c-9": {"order_number": "PO1"}}).events


CHANGES = [create(), set_shipment(), add_line(), change_line(), remove_line()]


@pytest.mark.parametrize("command", [*CHANGES, DELETE])
def test_a_converted_cart_rejects_every_change(command):
    refused = ready().when(CONVERT).when(command).rejected("checked-out", "checked-out")
    assert CART in refused.reason.message


@pytest.mark.parametrize("command", [*CHANGES[1:], CONVERT, DELETE])
def test_a_command_on_an_unknown_cart_is_rejected(command):
    EMPTY.when(command).rejected("unknown-cart")
