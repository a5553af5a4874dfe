"""An order's shipments come into being, and stock is asked for when it is time."""

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


def born(shipment_id: str = "1", preorder: bool = False) -> shipments.AwaitingInventory:
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
    pieces = (ItemQuantity(sku="SKU-1", quantity=2), ItemQuantity(sku="SKU-2", quantity=1))
    return stock.Allocate(
        warehouse="seattle", order_id=ORDER, shipment_id=shipment_id, lines=pieces
    )


def test_a_placed_order_has_its_shipments_await_inventory_and_asks_for_nothing_yet() -> None:
    NEW.when(placed("1", "2")).then(born("1"), born("2")).publishes()


def test_an_order_is_placed_once() -> None:
    NEW.when(placed()).when(placed()).then()


def test_a_market_that_the_site_does_not_have_is_a_mistake() -> None:
    NEW.when(placed(market="XX")).malformed("market")


def test_a_paid_order_asks_the_stock_for_each_shipment() -> None:
    outcome = after(placed("1", "2")).when(paid())
    outcome.then(noted(True, "0.00"), requested("1"), requested("2"))
    outcome.publishes(allocate("1"), allocate("2"))


def test_lines_with_the_same_article_are_asked_for_together() -> None:
    order = placed()
    line = order.shipments[0].lines[0]
    twice = order.shipments[0].model_copy(
        update={"lines": (line, line.model_copy(update={"line_id": "9"}))}
    )
    order = order.model_copy(update={"shipments": (twice,)})
    (asked,) = after(order).when(paid()).outgoing
    assert asked.lines == (ItemQuantity(sku="SKU-1", quantity=4),)


def test_money_may_be_heard_of_before_the_order() -> None:
    early = NEW.when(paid()).then(noted(True, "0.00"))
    early.when(placed()).then(born(), requested())


def test_what_is_owed_before_the_order_is_heard_of_is_what_the_money_says() -> None:
    early = NEW.when(recorded("40.00")).then(noted(False, "40.00"))
    assert early.after.state.outstanding == 40
    early.when(recorded("-20.00")).then(noted(True, "-20.00"))


def test_money_that_went_back_before_the_order_was_heard_of_counts() -> None:
    after(paid(), unpaid("60.00")).when(placed()).then(born())


def test_a_repeated_payment_fact_changes_nothing() -> None:
    after(*WAITING).when(paid()).then()


def test_paying_again_after_money_went_back_does_not_ask_the_stock_twice() -> None:
    after(*WAITING, unpaid("60.00")).when(paid()).then(noted(True, "0.00"))


def test_too_much_money_is_paid_in_full() -> None:
    after(placed()).when(paid("120.00")).then(noted(True, "-20.00"), requested())


@pytest.mark.shows("10.1", "10.2")
def test_a_preorder_asks_before_it_is_paid_where_its_market_supports_that() -> None:
    NEW.when(placed(preorder=True)).then(born(preorder=True), requested())


def test_a_preorder_waits_for_its_money_where_its_market_does_not_support_it() -> None:
    assert len(NEW.when(placed(market="UK", preorder=True)).events) == 1


def test_a_preorder_that_asked_already_does_not_ask_when_it_is_paid() -> None:
    after(placed(preorder=True)).when(paid()).then(noted(True, "0.00"))


@pytest.mark.shows("4.23")
def test_a_preorder_must_be_paid_to_be_released() -> None:
    given = after(placed(preorder=True), allocated())
    given.when(release()).rejected("not-paid", "not-paid")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ((), "The order has 100.00 USD outstanding."),
        ((recorded("12.40"),), "The order has 12.40 USD outstanding."),
        ((paid(), unpaid("60.00")), "The order has 40.00 USD outstanding."),
        ((recorded("80.00"), recorded("30.00")), "The order has 30.00 USD outstanding."),
    ],
)
def test_a_refusal_says_how_much_is_outstanding(facts: tuple[Message, ...], words: str) -> None:
    given = after(placed(preorder=True), allocated(), *facts)
    outcome = given.when(release()).rejected("not-paid")
    assert outcome.reason is not None
    assert outcome.reason.message == words


def test_an_unpaid_order_whose_total_was_never_said_is_still_refused() -> None:
    event = born().model_copy(update={"order_total": None, "currency": None})
    outcome = NEW.events(event).when(release()).rejected("not-paid", "not-paid", "no-inventory")
    assert outcome.reason is not None
    assert outcome.reason.message.startswith("The order is not paid in full.")


def test_a_balance_is_noted_only_if_it_is_news() -> None:
    given = after(placed(), recorded("12.40"))
    given.when(recorded("12.40")).then()
    given.when(recorded("5.00")).then(noted(False, "5.00"))
    after(*WAITING).when(recorded("0.00")).then()
    after(*WAITING).when(recorded("-5.00")).then(noted(True, "-5.00"))


def test_any_payment_that_makes_it_enough_asks_the_stock() -> None:
    after(placed()).when(recorded("0.00")).then(noted(True, "0.00"), requested())


def test_money_that_moves_when_nothing_is_open_any_more_is_of_no_use() -> None:
    after(*WAITING, cancel()).when(unpaid("0.00")).then()


@pytest.mark.shows("10.2")
def test_stock_that_reaches_is_assigned() -> None:
    after(*WAITING).when(allocated()).then(assigned()).publishes()


@pytest.mark.shows("10.1")
def test_stock_that_does_not_reach_leaves_the_shipment_waiting() -> None:
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


def test_the_stocks_late_answer_to_a_canceled_shipment_is_of_no_use() -> None:
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
