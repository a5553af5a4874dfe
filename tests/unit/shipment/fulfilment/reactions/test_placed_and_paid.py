"""Creation of an order's shipments, and the stock requests once these are due."""

import pytest

from services.shipment.fulfilment.decider import decider
from shared.contracts import Message, shipments, stock
from shared.contracts.stock import ItemQuantity
from tests.unit.given import Given
from tests.unit.shipment.fulfilment.builders import (
    CANCEL_ORDER,
    HOLD,
    LIFT,
    LINES,
    NUMBER,
    ORDER,
    PIKE,
    SHORT,
    WAITING,
    after,
    allocated,
    cancel,
    noted,
    paid,
    placed,
    recorded,
    release,
    short,
    unpaid,
)

NEW = Given(decider)


def created(shipment_id: str = "1", preorder: bool = False) -> shipments.AwaitingInventory:
    order = placed()
    return shipments.AwaitingInventory(
        order_id=ORDER,
        shipment_id=shipment_id,
        status="AwaitingInventory",
        order_number=NUMBER,
        market="US",
        warehouse="seattle",
        shipping_method="standard",
        address=PIKE,
        lines=LINES,
        preorder=preorder,
        preorder_lines=("2",) if preorder else (),
        currency="USD",
        order_total=order.total,
    )


def requested(shipment_id: str = "1") -> shipments.InventoryRequested:
    return shipments.InventoryRequested(
        order_id=ORDER,
        shipment_id=shipment_id,
        status="AwaitingInventory",
        warehouse="seattle",
        lines=LINES,
    )


def assigned(status: shipments.ShipmentStatus = "InventoryAssigned") -> Message:
    return shipments.InventoryAssigned(
        order_id=ORDER, shipment_id="1", status=status, warehouse="seattle", lines=LINES
    )


def allocate(shipment_id: str = "1") -> stock.Allocate:
    quantities = (ItemQuantity(sku="SKU-1", quantity=2), ItemQuantity(sku="SKU-2", quantity=1))
    return stock.Allocate(
        warehouse="seattle", order_id=ORDER, shipment_id=shipment_id, lines=quantities
    )


def test_a_placed_order_creates_shipments_and_requests_no_stock_yet() -> None:
    NEW.when(placed("1", "2")).then(created("1"), created("2")).publishes()


def test_an_order_is_placed_once() -> None:
    NEW.when(placed()).when(placed()).then()


def test_a_market_that_the_site_does_not_have_is_malformed() -> None:
    NEW.when(placed(market="XX")).malformed("market")


def test_a_paid_order_requests_stock_for_each_shipment() -> None:
    outcome = after(placed("1", "2")).when(paid())
    outcome.then(noted(True, "0.00"), requested("1"), requested("2"))
    outcome.publishes(allocate("1"), allocate("2"))


def test_lines_of_the_same_article_are_requested_together() -> None:
    order = placed()
    line = order.shipments[0].lines[0]
    twice = order.shipments[0].model_copy(
        update={"lines": (line, line.model_copy(update={"line_id": "9"}))}
    )
    order = order.model_copy(update={"shipments": (twice,)})
    (request,) = after(order).when(paid()).outgoing
    assert request.lines == (ItemQuantity(sku="SKU-1", quantity=4),)


def test_a_payment_may_arrive_before_the_order() -> None:
    early = NEW.when(paid()).then(noted(True, "0.00"))
    early.when(placed()).then(created(), requested())


def test_before_the_order_arrives_the_payment_tells_the_outstanding_amount() -> None:
    early = NEW.when(recorded("40.00")).then(noted(False, "40.00"))
    assert early.after.state.outstanding == 40
    early.when(recorded("-20.00")).then(noted(True, "-20.00"))


def test_a_refund_before_the_order_arrives_counts() -> None:
    after(paid(), unpaid("60.00")).when(placed()).then(created())


def test_a_repeated_payment_fact_changes_nothing() -> None:
    after(*WAITING).when(paid()).then()


def test_paying_again_after_a_refund_does_not_request_stock_twice() -> None:
    after(*WAITING, unpaid("60.00")).when(paid()).then(noted(True, "0.00"))


def test_an_overpaid_order_is_paid_in_full() -> None:
    after(placed()).when(paid("120.00")).then(noted(True, "-20.00"), requested())


@pytest.mark.shows("10.1", "10.2")
def test_a_preorder_requests_stock_unpaid_if_its_market_supports_preorders() -> None:
    NEW.when(placed(preorder=True)).then(created(preorder=True), requested())


def test_a_preorder_waits_for_payment_if_its_market_does_not_support_preorders() -> None:
    assert len(NEW.when(placed(market="UK", preorder=True)).events) == 1


def test_a_preorder_does_not_request_stock_twice() -> None:
    after(placed(preorder=True)).when(paid()).then(noted(True, "0.00"))


@pytest.mark.shows("4.23")
def test_a_preorder_must_be_paid_to_be_released() -> None:
    given = after(placed(preorder=True), allocated())
    given.when(release()).rejected("not-paid", "not-paid")


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ((), "The order has 100.00 USD outstanding."),
        ((recorded("12.40"),), "The order has 12.40 USD outstanding."),
        ((paid(), unpaid("60.00")), "The order has 40.00 USD outstanding."),
        ((recorded("80.00"), recorded("30.00")), "The order has 30.00 USD outstanding."),
    ],
)
def test_a_refusal_says_how_much_is_outstanding(facts: tuple[Message, ...], text: str) -> None:
    given = after(placed(preorder=True), allocated(), *facts)
    outcome = given.when(release()).rejected("not-paid")
    assert outcome.reason is not None
    assert outcome.reason.message == text


def test_an_unpaid_order_without_a_known_total_is_not_released() -> None:
    event = created().model_copy(update={"order_total": None, "currency": None})
    outcome = NEW.events(event).when(release()).rejected("not-paid", "not-paid", "no-inventory")
    assert outcome.reason is not None
    assert outcome.reason.message.startswith("The order is not paid in full.")


def test_a_balance_is_noted_only_if_it_changed() -> None:
    given = after(placed(), recorded("12.40"))
    given.when(recorded("12.40")).then()
    given.when(recorded("5.00")).then(noted(False, "5.00"))
    after(*WAITING).when(recorded("0.00")).then()
    after(*WAITING).when(recorded("-5.00")).then(noted(True, "-5.00"))


def test_any_payment_that_completes_the_total_requests_stock() -> None:
    after(placed()).when(recorded("0.00")).then(noted(True, "0.00"), requested())


def test_a_payment_changes_nothing_once_no_shipment_is_open() -> None:
    after(*WAITING, cancel()).when(unpaid("0.00")).then()


@pytest.mark.shows("10.2")
def test_allocated_stock_is_assigned() -> None:
    after(*WAITING).when(allocated()).then(assigned()).publishes()


@pytest.mark.shows("10.1")
def test_a_shipment_waits_if_stock_is_short() -> None:
    outcome = after(*WAITING).when(short())
    outcome.then(
        shipments.Backordered(
            order_id=ORDER,
            shipment_id="1",
            status="AwaitingInventory",
            warehouse="seattle",
            short=SHORT,
        )
    )
    outcome.when(allocated()).then(assigned())


def test_an_allocation_of_a_canceled_shipment_changes_nothing() -> None:
    given = after(*WAITING, cancel())
    given.when(allocated()).then()
    given.when(short()).then()


@pytest.mark.parametrize("fact", [allocated(), short(), HOLD, LIFT, CANCEL_ORDER])
def test_a_fact_about_an_unknown_order_changes_nothing(fact: Message) -> None:
    NEW.when(fact).then()
    after(paid()).when(fact).then()


@pytest.mark.parametrize("fact", [allocated("7"), short("7")])
def test_a_fact_about_an_unknown_shipment_changes_nothing(fact: Message) -> None:
    after(*WAITING).when(fact).then()
