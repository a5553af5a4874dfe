"""Commands on a shipment, their events, and the messages that follow."""

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
    correct,
    edit,
    paid,
    placed,
    release,
    remove,
)

COMMANDS = [edit, release, add, remove, complete, correct, cancel]
ABOUT = {"order_id": ORDER, "shipment_id": "1", "warehouse": "seattle"}
RECALL = {**ABOUT, "order_number": NUMBER, "recalled_at": NOW}


def test_a_release_has_all_that_the_warehouse_needs() -> None:
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


def test_packing_and_removing_from_the_picklist_publish_nothing_else() -> None:
    packing = after(*RELEASED).when(add())
    packing.then(shipments.Packing(**ABOUT, status="Packing")).publishes()
    removed = packing.when(remove())
    removed.then(shipments.RemovedFromPicklist(**ABOUT, status="Released")).publishes()


@pytest.mark.parametrize("tracking", ["1Z 999", None])
def test_a_completed_shipment_is_issued_from_the_stock(tracking: str | None) -> None:
    after(*PACKING).when(complete(tracking=tracking)).then(
        shipments.Shipped(
            **ABOUT, status="Shipped", tracking_number=tracking, lines=LINES, shipped_at=NOW
        )
    ).publishes(stock.Issue(**ABOUT))


def test_a_canceled_shipment_that_requested_no_stock_deallocates_nothing() -> None:
    after(placed()).when(cancel()).then(
        shipments.Canceled(**ABOUT, status="Canceled", inventory_requested=False)
    ).publishes()


@pytest.mark.parametrize("history", [WAITING, ASSIGNED])
def test_a_canceled_shipment_deallocates_its_stock(history: tuple[Message, ...]) -> None:
    after(*history).when(cancel()).then(
        shipments.Canceled(**ABOUT, status="Canceled", inventory_requested=True)
    ).publishes(stock.Deallocate(**ABOUT))


@pytest.mark.parametrize("history", [RELEASED, PACKING])
def test_a_canceled_shipment_is_recalled_from_its_warehouse(history: tuple[Message, ...]) -> None:
    after(*history).when(cancel()).then(
        shipments.Recalled(**RECALL, status="Canceled", reason="canceled"),
        shipments.Canceled(**ABOUT, status="Canceled", inventory_requested=True),
    ).publishes(
        warehouse.Recall(**RECALL, reason="canceled"),
        stock.Deallocate(**ABOUT),
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_on_an_unknown_order_is_rejected(command: type) -> None:
    Given(decider).when(command()).rejected("unknown-order")
    after(paid()).when(command()).rejected("unknown-order")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_on_an_unknown_shipment_is_rejected(command: type) -> None:
    after(*WAITING).when(command("7")).rejected("unknown-shipment")


def test_a_rejection_names_the_required_status() -> None:
    outcome = after(*RELEASED).when(complete()).rejected("wrong-status", "wrong-status")
    assert outcome.reason is not None
    text = "The shipment is Released. To be completed, it must be Packing."
    assert outcome.reason.message == text
    outcome = after(*CANCELED).when(release())
    assert outcome.reason is not None
    assert outcome.reason.message == "The shipment is Canceled, which is final."


def test_nothing_is_released_without_a_complete_address_and_a_method() -> None:
    """The contract requires both; the guards are for orders that may lack them one day."""
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


def test_shipments_of_an_order_are_independent() -> None:
    given = after(placed("1", "2"), paid(), allocated("1"), release("1"), add("1"), complete("1"))
    assert given.status == "1:Shipped 2:AwaitingInventory"
    assert after(cancel("2"), given=given).status == "1:Shipped 2:Canceled"


def test_a_reply_carries_the_status_of_the_only_shipment() -> None:
    assert Given(decider).status is None
    assert after(paid()).status is None
    assert after(*RELEASED).status == "Released"
