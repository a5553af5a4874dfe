"""An order once more: the cart service is asked for a draft, and its answer is the outcome."""

from decimal import Decimal

import pytest

from shared.contracts import shipments
from shared.contracts.address import Address
from shared.contracts.orders import ShipmentEdited
from shared.contracts.reorders import (
    CreateReorder,
    OrderReordered,
    OrderReorderRefused,
    Reorder,
    ReorderRequested,
    SettleReorder,
)
from shared.contracts.replies import Reason
from shared.runtime.decider import DeferredOutcome
from tests.unit.cart.cart.builders import site_without
from tests.unit.given import Given
from tests.unit.order.builders import (
    ADDRESS,
    COMPLETED,
    DELETE,
    NUMBER,
    ORDER,
    PARTIALLY_SHIPPED,
    an_order,
    canceled,
    cart,
    closed,
    decider,
    line,
    on_hold,
    shipment,
)

DRAFT = "c-2"
REORDER = Reorder(order_id=ORDER, cart_id=DRAFT)
MADE = SettleReorder(order_id=ORDER, cart_id=DRAFT, refusal=None)
TAKEN = Reason(code="id-reused", message="A cart with this id exists already. Use a new id.")
NOT_MADE = SettleReorder(order_id=ORDER, cart_id=DRAFT, refusal=TAKEN)


def test_the_cart_service_hears_all_that_a_draft_is_made_of():
    order = Given(decider).when(
        cart(
            shipment(line("A", 2, "39.50", discount="7.90", tax="6.40")),
            shipment(line("B", preorder=True), shipping_method="express"),
            customer={"customer_id": "cu-7", "name": "Mercy Taylor"},
            coupons=["SPRING10"],
            order_discount="5.00",
        )
    )
    outcome = order.when(REORDER, cause="csr#1").deferred()
    (asked,) = outcome.events
    assert isinstance(asked, ReorderRequested)
    assert (asked.request, asked.cart_id, asked.order_number) == ("csr#1", DRAFT, NUMBER)
    (create,) = outcome.outgoing
    assert isinstance(create, CreateReorder)
    create = CreateReorder.model_validate_json(create.model_dump_json())
    assert (create.key, create.order_id, create.order_number) == (DRAFT, ORDER, NUMBER)
    assert (create.market, create.currency, create.warehouse) == ("US", "USD", "seattle")
    assert create.customer is not None
    assert create.customer.customer_id == "cu-7"
    assert create.coupons == ("SPRING10",)
    first, second = create.shipments
    assert (first.shipment_id, first.address.city, second.shipping_method) == (
        *("1", "Seattle"),
        "express",
    )
    (dress,) = first.lines
    assert (dress.sku, dress.quantity, dress.placed_price) == ("A", 2, Decimal("39.50"))
    assert [each.preorder for s in create.shipments for each in s.lines] == [False, True]


@pytest.mark.parametrize(
    "order",
    [
        an_order(),
        on_hold(),
        an_order(2).events(closed("1", "Shipped"), PARTIALLY_SHIPPED),
        an_order().events(closed("1", "Shipped"), COMPLETED),
        an_order().events(closed("1", "Canceled"), canceled()),
    ],
)
def test_an_order_in_any_status_can_be_reordered(order):
    before = order.status
    outcome = order.when(REORDER).deferred()
    assert outcome.when(MADE).status == before


def test_who_asked_is_told_when_the_draft_is_there():
    outcome = an_order().when(REORDER, cause="csr#1").when(MADE)
    outcome.then(OrderReordered(order_id=ORDER, order_number=NUMBER, cart_id=DRAFT))
    outcome.settles(DeferredOutcome("csr#1"))


def test_who_asked_is_told_why_there_is_none():
    outcome = an_order().when(REORDER, cause="csr#1").when(NOT_MADE)
    refused = OrderReorderRefused(order_id=ORDER, order_number=NUMBER, cart_id=DRAFT, reason=TAKEN)
    outcome.then(refused).settles(DeferredOutcome("csr#1", TAKEN))
    again = outcome.when(REORDER, cause="csr#2").deferred()
    again.when(MADE).settles(DeferredOutcome("csr#2"))


def test_the_same_reorder_again_makes_no_second_draft():
    done = an_order().when(REORDER, cause="csr#1").when(MADE)
    assert not done.when(REORDER, cause="csr#2").then().decision.deferred
    done.when(MADE).then().settles()


def test_a_reorder_that_is_being_made_is_not_asked_for_twice():
    an_order().when(REORDER, cause="csr#1").when(REORDER, cause="csr#2").rejected("reorder-pending")


def test_each_draft_is_a_reorder_of_its_own():
    other = Reorder(order_id=ORDER, cart_id="c-3")
    both = an_order().when(REORDER, cause="csr#1").when(other, cause="csr#2").deferred()
    third = SettleReorder(order_id=ORDER, cart_id="c-3", refusal=None)
    both.when(third).settles(DeferredOutcome("csr#2"))
    both.when(third).when(MADE).settles(DeferredOutcome("csr#1"))


def test_an_answer_that_nobody_waits_for_changes_nothing():
    an_order().when(MADE).then().settles()


def test_an_unknown_order_is_refused():
    Given(decider).when(REORDER).rejected("unknown-order")


def test_the_draft_goes_where_the_order_goes_now():
    there = ADDRESS | {"city": "Tacoma"}
    edited = shipments.Edited(
        order_id=ORDER,
        shipment_id="2",
        status="AwaitingInventory",
        warehouse="seattle",
        shipping_method="express",
        address=Address(**there),
    )
    order = an_order(2).when(edited)
    (told,) = order.events
    assert isinstance(told, ShipmentEdited)
    (asked,) = order.when(REORDER).events
    ways = [(each.address.city, each.shipping_method) for each in asked.shipments]
    assert ways == [("Seattle", "standard"), ("Tacoma", "express")]


def test_a_shipment_that_the_order_does_not_know_is_edited_without_it():
    edited = shipments.Edited(
        order_id=ORDER,
        shipment_id="9",
        status="AwaitingInventory",
        warehouse="seattle",
        shipping_method="express",
        address=Address(**ADDRESS),
    )
    an_order().when(edited).then()


@pytest.mark.parametrize("command", [REORDER, DELETE])
def test_a_reorder_and_a_deletion_wait_for_each_other(command):
    pending = an_order().when(DELETE if command is REORDER else REORDER)
    code = "delete-pending" if command is REORDER else "reorder-pending"
    pending.when(command).rejected(code, code)


def test_a_market_that_is_gone_has_no_warehouse_to_look_into():
    (asked,) = an_order().when(REORDER, site=site_without("US")).events
    assert asked.warehouse is None
