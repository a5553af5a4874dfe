"""Deletion of an order: refused if a shipment is at a warehouse, otherwise nothing ships."""

import pytest

from services.shipment.fulfilment.decider import decider
from shared.contracts import Message, orders, shipments, stock, warehouse
from tests.unit.given import NOW, Given
from tests.unit.shipment.fulfilment.builders import (
    ASSIGNED,
    CANCEL_ORDER,
    CANCELED,
    HOLD,
    LIFT,
    NUMBER,
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
    edit,
    paid,
    placed,
    recorded,
    release,
    remove,
    short,
    unpaid,
)

DELETE = orders.DeleteRequested(order_id=ORDER, order_number=NUMBER, request="d", by="csr:17")


def deleted(*given_up: str) -> shipments.Deleted:
    return shipments.Deleted(
        order_id=ORDER,
        order_number=NUMBER,
        by="csr:17",
        at=NOW,
        given_up=tuple(
            shipments.GivenUp(shipment_id=each, warehouse="seattle") for each in given_up
        ),
    )


def freed(*shipment_ids: str) -> list[Message]:
    return [
        stock.Deallocate(warehouse="seattle", order_id=ORDER, shipment_id=each)
        for each in shipment_ids
    ]


DELETABLE: dict[str, tuple[tuple[Message, ...], tuple[str, ...]]] = {
    "waiting to be paid": ((placed(),), ()),
    "waiting for stock": (WAITING, ("1",)),
    "in the queue": ((*WAITING, short()), ("1",)),
    "with stock": (ASSIGNED, ("1",)),
    "shipped": (SHIPPED, ()),
    "canceled": (CANCELED, ()),
    "held while it waited": ((*WAITING, HOLD), ("1",)),
    "held while released": ((*RELEASED, HOLD), ("1",)),
    "held while packing": ((*PACKING, HOLD), ("1",)),
}


@pytest.mark.parametrize("name", DELETABLE)
def test_an_order_without_shipments_at_a_warehouse_is_deleted_and_deallocated(name: str) -> None:
    history, given_up = DELETABLE[name]
    outcome = after(*history).when(DELETE)
    outcome.then(deleted(*given_up)).publishes(*freed(*given_up))
    assert outcome.status == "Deleted"
    assert outcome.after.state == deleted(*given_up), "and nothing else is kept"


@pytest.mark.parametrize(("history", "status"), [(RELEASED, "Released"), (PACKING, "Packing")])
def test_an_order_with_a_shipment_at_a_warehouse_is_not_deleted(
    history: tuple[Message, ...], status: str
) -> None:
    given = after(*history)
    outcome = given.when(DELETE).publishes()
    (refused,) = outcome.events
    assert isinstance(refused, shipments.DeleteRefused)
    assert (refused.request, refused.reason.code) == ("d", "at-warehouse")
    assert f"Shipment 1 is with the warehouse: {status}" in refused.reason.message
    assert outcome.after.state == given.state


def test_the_refusal_names_every_shipment_at_a_warehouse() -> None:
    three = (placed("1", "2", "3"), paid(), allocated("1"), allocated("2"), allocated("3"))
    outcome = after(*three, release("1"), release("3"), add("3")).when(DELETE)
    (refused,) = outcome.events
    assert isinstance(refused, shipments.DeleteRefused)
    assert [blocker.message for blocker in refused.reason.blockers] == [
        "Shipment 1 is with the warehouse: Released.",
        "Shipment 3 is with the warehouse: Packing.",
    ]


def test_a_held_shipment_does_not_prevent_deletion() -> None:
    held = after(*PACKING).when(HOLD)
    assert [type(message) for message in held.outgoing] == [warehouse.Recall]
    held.when(DELETE).publishes(*freed("1"))


def test_only_open_shipments_that_requested_stock_are_deallocated() -> None:
    two = (placed("1", "2", "3"), paid(), allocated("1"), release("1"), add("1"), complete("1"))
    after(*two, cancel("2")).when(DELETE).then(deleted("3")).publishes(*freed("3"))


COMMANDS = [release(), add(), remove(), complete(), cancel(), edit()]
LATE = [
    placed(),
    HOLD,
    LIFT,
    CANCEL_ORDER,
    DELETE,
    paid(),
    unpaid("1.00"),
    recorded("5.00"),
    allocated(),
    short(),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda message: message.type)
def test_every_command_is_rejected_after_deletion(command: Message) -> None:
    outcome = after(*ASSIGNED, DELETE).when(command).rejected("deleted", "deleted")
    assert outcome.reason is not None
    assert outcome.reason.message.startswith(f"Order {NUMBER} was deleted on 2026-11-22")


@pytest.mark.parametrize("fact", LATE, ids=lambda message: message.type)
def test_facts_that_arrive_after_deletion_change_nothing(fact: Message) -> None:
    outcome = after(*ASSIGNED, DELETE).when(fact).then().publishes()
    assert outcome.status == "Deleted"


def test_an_order_that_never_arrived_can_be_deleted_and_stays_deleted() -> None:
    outcome = Given(decider).when(DELETE).then(deleted()).publishes()
    outcome.when(placed()).then()
