"""The order asks to be forgotten: a warehouse that is at it says no, otherwise nothing ships."""

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


FREE: dict[str, tuple[tuple[Message, ...], tuple[str, ...]]] = {
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


@pytest.mark.parametrize("name", FREE)
def test_what_no_warehouse_is_at_is_gone_and_gives_its_stock_back(name: str) -> None:
    story, given_up = FREE[name]
    outcome = after(*story).when(DELETE)
    outcome.then(deleted(*given_up)).publishes(*freed(*given_up))
    assert outcome.status == "Deleted"
    assert outcome.after.state == deleted(*given_up), "and nothing else is remembered"


@pytest.mark.parametrize(("story", "status"), [(RELEASED, "Released"), (PACKING, "Packing")])
def test_what_a_warehouse_is_at_stays(story: tuple[Message, ...], status: str) -> None:
    given = after(*story)
    outcome = given.when(DELETE).publishes()
    (refused,) = outcome.events
    assert isinstance(refused, shipments.DeleteRefused)
    assert (refused.request, refused.reason.code) == ("d", "at-warehouse")
    assert f"Shipment 1 is with the warehouse: {status}" in refused.reason.message
    assert outcome.after.state == given.state


def test_every_shipment_that_a_warehouse_is_at_is_named() -> None:
    three = (placed("1", "2", "3"), paid(), allocated("1"), allocated("2"), allocated("3"))
    outcome = after(*three, release("1"), release("3"), add("3")).when(DELETE)
    (refused,) = outcome.events
    assert isinstance(refused, shipments.DeleteRefused)
    assert [blocker.message for blocker in refused.reason.blockers] == [
        "Shipment 1 is with the warehouse: Released.",
        "Shipment 3 is with the warehouse: Packing.",
    ]


def test_a_held_shipment_was_recalled_so_its_warehouse_has_stopped() -> None:
    held = after(*PACKING).when(HOLD)
    assert [type(message) for message in held.outgoing] == [warehouse.Recall]
    held.when(DELETE).publishes(*freed("1"))


def test_only_open_shipments_that_asked_for_stock_give_it_back() -> None:
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
def test_nothing_ships_or_moves_after_it(command: Message) -> None:
    outcome = after(*ASSIGNED, DELETE).when(command).rejected("deleted", "deleted")
    assert outcome.reason is not None
    assert outcome.reason.message.startswith(f"Order {NUMBER} was deleted on 2026-11-22")


@pytest.mark.parametrize("fact", LATE, ids=lambda message: message.type)
def test_nothing_that_comes_late_brings_it_back(fact: Message) -> None:
    outcome = after(*ASSIGNED, DELETE).when(fact).then().publishes()
    assert outcome.status == "Deleted"


def test_an_order_that_never_arrived_here_may_go_and_never_will_arrive() -> None:
    outcome = Given(decider).when(DELETE).then(deleted()).publishes()
    outcome.when(placed()).then()
