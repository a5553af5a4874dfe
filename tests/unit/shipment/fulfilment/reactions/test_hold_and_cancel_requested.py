"""Holds of an order, their release, and the cancellation of an order."""

import pytest

from shared.contracts import Message, shipments, stock, warehouse
from shared.contracts.shipments import Standing
from tests.unit.shipment.fulfilment.builders import (
    ASSIGNED,
    CANCEL_ORDER,
    CANCELED,
    HOLD,
    LIFT,
    ORDER,
    PACKING,
    RELEASED,
    SHIPPED,
    WAITING,
    add,
    after,
    allocated,
    cancel,
    complete,
    paid,
    placed,
    release,
    short,
    unpaid,
)

OPEN: dict[shipments.ShipmentStatus, tuple[Message, ...]] = {
    "AwaitingInventory": WAITING,
    "InventoryAssigned": ASSIGNED,
    "Released": RELEASED,
    "Packing": PACKING,
}
AT_WAREHOUSE = {"Released", "Packing"}


def held(**standings: shipments.ShipmentStatus) -> shipments.Held:
    return shipments.Held(order_id=ORDER, shipments=_standings(standings))


def lifted(**standings: shipments.ShipmentStatus) -> shipments.HoldLifted:
    return shipments.HoldLifted(order_id=ORDER, shipments=_standings(standings))


def _standings(given: dict[str, shipments.ShipmentStatus]) -> tuple[Standing, ...]:
    return tuple(Standing(shipment_id=k.strip("_"), status=v) for k, v in given.items())


def kinds(events: list[Message]) -> list[type[Message]]:
    return [type(event) for event in events]


@pytest.mark.parametrize("status", OPEN)
def test_a_hold_holds_a_shipment_in_every_open_status(status: shipments.ShipmentStatus) -> None:
    outcome = after(*OPEN[status]).when(HOLD)
    *recalls, last = outcome.events
    assert last == held(_1=status)
    assert kinds(recalls) == [shipments.Recalled] * (status in AT_WAREHOUSE)
    assert kinds(outcome.outgoing) == [warehouse.Recall] * (status in AT_WAREHOUSE)
    assert {(r.reason, r.status) for r in recalls} <= {("held", "OnHold")}
    assert outcome.status == "OnHold"


@pytest.mark.parametrize("status", OPEN)
def test_a_lifted_hold_restores_the_status_before(status: shipments.ShipmentStatus) -> None:
    before = after(*OPEN[status])
    outcome = after(HOLD, given=before).when(LIFT)
    first, *rest = outcome.events
    assert first == lifted(_1=status)
    assert outcome.status == status
    assert outcome.after.state == before.state
    assert kinds(rest) == [shipments.Released] * (status in AT_WAREHOUSE)
    assert kinds(outcome.outgoing) == [warehouse.Release] * (status in AT_WAREHOUSE)
    assert [event.status for event in rest] == [status] * len(rest)


@pytest.mark.parametrize("status", OPEN)
def test_a_repeated_hold_is_answered_and_recalls_nothing_twice(
    status: shipments.ShipmentStatus,
) -> None:
    given = after(*OPEN[status], HOLD)
    repeated = given.when(HOLD).then(held(_1=status)).publishes()
    assert repeated.after.state == given.state


@pytest.mark.parametrize("status", OPEN)
def test_a_repeated_lift_is_answered_and_releases_nothing_twice(
    status: shipments.ShipmentStatus,
) -> None:
    given = after(*OPEN[status], HOLD, LIFT)
    repeated = given.when(LIFT).then(lifted(_1=status)).publishes()
    assert repeated.after.state == given.state


def test_each_shipment_returns_to_its_own_status() -> None:
    given = after(
        placed("1", "2", "3", "4"),
        paid(),
        allocated("1"),
        allocated("2"),
        release("2"),
        allocated("3"),
        release("3"),
        add("3"),
        complete("3"),
    )
    outcome = given.when(HOLD)
    assert outcome.events[-1] == held(_1="InventoryAssigned", _2="Released", _4="AwaitingInventory")
    assert outcome.status == "1:OnHold 2:OnHold 3:Shipped 4:OnHold"
    assert outcome.when(LIFT).after.state == given.state


@pytest.mark.parametrize(
    ("history", "code"), [(SHIPPED, "already-shipped"), (CANCELED, "already-canceled")]
)
def test_a_hold_is_refused_if_no_shipment_is_open(history: tuple[Message, ...], code: str) -> None:
    given = after(*history)
    (refused,) = given.when(HOLD).events
    assert isinstance(refused, shipments.HoldRefused)
    assert refused.reason.code == code
    assert given.when(HOLD).after.state == given.state


def test_lifting_a_hold_when_nothing_is_open_is_answered() -> None:
    after(*SHIPPED).when(LIFT).then(lifted())


def test_an_order_paid_while_held_requests_stock_when_the_hold_is_lifted() -> None:
    given = after(placed(), HOLD)
    paid_now = given.when(paid())
    assert kinds(paid_now.events) == [shipments.PaymentNoted]
    outcome = paid_now.when(LIFT)
    assert kinds(outcome.events) == [shipments.HoldLifted, shipments.InventoryRequested]
    assert kinds(outcome.outgoing) == [stock.Allocate]


def test_stock_allocated_while_held_is_assigned_when_the_hold_is_lifted() -> None:
    outcome = after(*WAITING, HOLD).when(allocated())
    (kept,) = outcome.events
    assert isinstance(kept, shipments.InventoryAssigned)
    assert kept.status == outcome.status == "OnHold"
    first, second = outcome.when(LIFT).events
    assert first == lifted(_1="AwaitingInventory")
    assert isinstance(second, shipments.InventoryAssigned)
    assert second.status == "InventoryAssigned"


def test_a_shipment_backordered_while_held_stays_held() -> None:
    outcome = after(*WAITING, HOLD).when(short())
    assert kinds(outcome.events) == [shipments.Backordered]
    assert outcome.status == "OnHold"
    assert outcome.when(LIFT).status == "AwaitingInventory"


def test_a_held_shipment_may_be_canceled_while_another_is_open() -> None:
    outcome = after(placed("1", "2"), paid(), allocated("1"), release("1"), HOLD).when(cancel("1"))
    assert kinds(outcome.events) == [shipments.Canceled], "the hold has recalled it already"
    assert kinds(outcome.outgoing) == [stock.Deallocate]
    outcome.when(cancel("2")).rejected("last-open-on-hold", "last-open-on-hold")
    assert outcome.when(LIFT).events[0] == lifted(_2="AwaitingInventory")
    assert outcome.when(HOLD).events == [held(_2="AwaitingInventory")]


def test_a_shipped_shipment_does_not_count_as_open() -> None:
    given = after(placed("1", "2"), paid(), allocated("1"), release("1"), add("1"), complete("1"))
    after(HOLD, given=given).when(cancel("2")).rejected("last-open-on-hold")
    assert given.when(cancel("2")).status == "1:Shipped 2:Canceled"


def test_a_refund_while_held_does_not_change_the_restored_status() -> None:
    outcome = after(*PACKING, HOLD, unpaid("60.00")).when(LIFT)
    assert outcome.status == "Packing"


def test_a_canceled_order_cancels_every_open_shipment() -> None:
    given = after(placed("1", "2", "3"), paid(), allocated("1"), release("1"), cancel("3"))
    outcome = given.when(CANCEL_ORDER)
    assert kinds(outcome.events) == [shipments.Recalled, shipments.Canceled, shipments.Canceled]
    assert kinds(outcome.outgoing) == [warehouse.Recall, stock.Deallocate, stock.Deallocate]
    assert outcome.status == "1:Canceled 2:Canceled 3:Canceled"


def test_a_partly_shipped_order_is_not_canceled() -> None:
    given = after(placed("1", "2"), paid(), allocated("1"), release("1"), add("1"), complete("1"))
    (refused,) = given.when(CANCEL_ORDER).events
    assert isinstance(refused, shipments.CancelRefused)
    assert refused.reason.code == "already-shipped"
    assert refused.reason.message == "Already shipped: 1."


def test_a_held_order_is_not_canceled() -> None:
    (refused,) = after(*WAITING, HOLD).when(CANCEL_ORDER).events
    assert isinstance(refused, shipments.CancelRefused)
    assert refused.reason.code == "on-hold"


def test_canceling_an_order_of_canceled_shipments_changes_nothing() -> None:
    after(*CANCELED).when(CANCEL_ORDER).then()
