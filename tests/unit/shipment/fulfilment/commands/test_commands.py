"""What people and warehouses ask of a shipment, and what follows from it."""

import pytest

from services.shipment.fulfilment.decider import decider
from shared.contracts import Message, shipments, stock, warehouse
from shared.contracts.address import Address
from tests.unit.given import NOW, Given
from tests.unit.shipment.fulfilment.builders import (
    ASSIGNED,
    CANCELED,
    LINES,
    NUMBER,
    ORDER,
    PACKING,
    PIKE,
    RELEASED,
    WAITING,
    add,
    after,
    allocated,
    cancel,
    complete,
    edit,
    paid,
    placed,
    release,
    remove,
)

COMMANDS = [edit, release, add, remove, complete, cancel]
ABOUT = {"order_id": ORDER, "shipment_id": "1", "warehouse": "seattle"}
RECALL = {**ABOUT, "order_number": NUMBER, "recalled_at": NOW}


def test_a_released_shipment_tells_the_warehouse_all_that_it_needs() -> None:
    what = {
        **ABOUT,
        "order_number": NUMBER,
        "market": "US",
        "shipping_method": "standard",
        "address": PIKE,
        "lines": LINES,
        "released_at": NOW,
    }
    after(*ASSIGNED).when(release()).then(shipments.Released(**what, status="Released")).publishes(
        warehouse.Release(**what)
    )


def test_packing_and_putting_back_concern_nobody_else() -> None:
    packed = after(*RELEASED).when(add())
    packed.then(shipments.Packing(**ABOUT, status="Packing")).publishes()
    put_back = packed.when(remove())
    put_back.then(shipments.RemovedFromPicklist(**ABOUT, status="Released")).publishes()


@pytest.mark.parametrize("tracking", ["1Z 999", None])
def test_a_completed_shipment_leaves_the_stock(tracking: str | None) -> None:
    after(*PACKING).when(complete(tracking=tracking)).then(
        shipments.Shipped(
            **ABOUT, status="Shipped", tracking_number=tracking, lines=LINES, shipped_at=NOW
        )
    ).publishes(stock.Issue(**ABOUT))


def test_a_canceled_shipment_that_asked_for_nothing_gives_nothing_back() -> None:
    after(placed()).when(cancel()).then(
        shipments.Canceled(**ABOUT, status="Canceled", inventory_requested=False)
    ).publishes()


@pytest.mark.parametrize("story", [WAITING, ASSIGNED])
def test_a_canceled_shipment_gives_its_stock_back(story: tuple[Message, ...]) -> None:
    after(*story).when(cancel()).then(
        shipments.Canceled(**ABOUT, status="Canceled", inventory_requested=True)
    ).publishes(stock.Deallocate(**ABOUT))


@pytest.mark.parametrize("story", [RELEASED, PACKING])
def test_a_canceled_shipment_is_recalled_from_its_warehouse(story: tuple[Message, ...]) -> None:
    after(*story).when(cancel()).then(
        shipments.Recalled(**RECALL, status="Canceled", reason="canceled"),
        shipments.Canceled(**ABOUT, status="Canceled", inventory_requested=True),
    ).publishes(
        warehouse.Recall(**RECALL, reason="canceled"),
        stock.Deallocate(**ABOUT),
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_order_is_said_to_be_unknown(command: type) -> None:
    Given(decider).when(command()).rejected("unknown-order")
    after(paid()).when(command()).rejected("unknown-order")


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_shipment_is_said_to_be_unknown(command: type) -> None:
    after(*WAITING).when(command("7")).rejected("unknown-shipment")


def test_a_refusal_names_the_status_that_would_fit() -> None:
    outcome = after(*RELEASED).when(complete()).rejected("wrong-status", "wrong-status")
    assert outcome.reason is not None
    words = "The shipment is Released. To be completed, it must be Packing."
    assert outcome.reason.message == words
    outcome = after(*CANCELED).when(release())
    assert outcome.reason is not None
    assert outcome.reason.message == "The shipment is Canceled, which is final."


def test_without_a_complete_address_and_a_method_nothing_is_released() -> None:
    """Orders that come through the contract have both; this is for those that some day don't."""
    nowhere = Address.model_construct(name="", line1="", city="", country="US")
    given = Given(decider).events(
        shipments.AwaitingInventory.model_construct(
            **{**ABOUT, "address": nowhere, "shipping_method": "", "lines": LINES},
            order_number=NUMBER,
            market="US",
            preorder=False,
            status="AwaitingInventory",
        )
    )
    outcome = after(paid(), allocated(), given=given).when(release())
    outcome.rejected("no-address", "no-address", "no-shipping-method")


def test_shipments_of_one_order_go_their_own_ways() -> None:
    given = after(placed("1", "2"), paid(), allocated("1"), release("1"), add("1"), complete("1"))
    assert given.status == "1:Shipped 2:AwaitingInventory"
    assert after(cancel("2"), given=given).status == "1:Shipped 2:Canceled"


def test_a_reply_carries_the_status_of_the_only_shipment() -> None:
    assert Given(decider).status is None
    assert after(paid()).status is None
    assert after(*RELEASED).status == "Released"
