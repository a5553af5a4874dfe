"""Edits of a shipment together with holds, packing, completion and cancellation."""

import pytest

from services.shipment.fulfilment.decider import decider
from shared.contracts import Message, shipments, warehouse
from shared.contracts.address import Address
from shared.contracts.shipments import ShipmentStatus
from tests.unit.given import Given
from tests.unit.shipment.fulfilment.builders import (
    CANCEL_ORDER,
    ELM,
    HOLD,
    LIFT,
    LINES,
    NUMBER,
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
from tests.unit.shipment.fulfilment.edit_builders import (
    ABOUT,
    AT_WAREHOUSE,
    NOT_RELEASED,
    OPEN,
    RECALL,
    edited,
    warehouse_release,
)
from tests.unit.shipment.fulfilment.line_edit_builders import priced

# Holds


@pytest.mark.parametrize("history", OPEN)
def test_an_edit_while_held_is_not_sent_to_the_warehouse(history: tuple[Message, ...]) -> None:
    outcome = after(*history, HOLD).when(edit()).then(edited("OnHold")).publishes()
    assert outcome.status == "OnHold"
    assert outcome.after.state.held


@pytest.mark.parametrize(("status", "history"), AT_WAREHOUSE.items(), ids=AT_WAREHOUSE)
def test_lifting_the_hold_releases_to_the_new_address(
    status: ShipmentStatus, history: tuple[Message, ...]
) -> None:
    outcome = after(*history, HOLD, edit(method="express")).when(LIFT)
    outcome.publishes(warehouse.Release(**warehouse_release(ELM, "express")))
    assert outcome.status == status


def test_after_several_edits_while_held_the_warehouse_receives_the_last() -> None:
    outcome = after(*RELEASED, HOLD, edit(), edit(address=PIKE), edit(method="express")).when(LIFT)
    outcome.publishes(warehouse.Release(**warehouse_release(ELM, "express")))


@pytest.mark.parametrize(("status", "history"), NOT_RELEASED.values(), ids=NOT_RELEASED)
def test_an_edit_while_held_does_not_change_the_restored_status(
    status: ShipmentStatus, history: tuple[Message, ...]
) -> None:
    outcome = after(*history, HOLD, edit()).when(LIFT).publishes()
    assert outcome.status == status
    assert outcome.after.state.shipments["1"].address == ELM


def test_stock_allocated_after_an_edit_while_held_is_kept() -> None:
    given = after(*WAITING, HOLD, edit(), allocated(), LIFT)
    assert given.status == "InventoryAssigned"
    given.when(release()).publishes(warehouse.Release(**warehouse_release()))


def test_a_hold_after_an_edit_recalls_the_edited_shipment() -> None:
    outcome = after(*PACKING, edit()).when(HOLD)
    outcome.publishes(warehouse.Recall(**{**RECALL, "reason": "held"}))
    outcome.when(LIFT).publishes(warehouse.Release(**warehouse_release()))


# Packing, completion and cancellation


def test_packing_goes_on_after_an_edit() -> None:
    given = after(*PACKING, edit())
    assert given.when(add()).then().status == "Packing"
    assert given.when(remove()).status == "Released"
    assert given.when(complete()).status == "Shipped"


def test_a_shipment_that_shipped_before_the_edit_is_not_edited() -> None:
    after(*PACKING).when(complete()).when(edit()).rejected("wrong-status")


def test_an_edited_shipment_is_canceled_like_any_other() -> None:
    outcome = after(*PACKING, edit()).when(cancel())
    recall, _ = outcome.outgoing
    assert recall == warehouse.Recall(**{**RECALL, "reason": "canceled"})
    outcome.when(edit(address=PIKE)).rejected("wrong-status")
    assert after(*RELEASED, edit()).when(CANCEL_ORDER).status == "Canceled"


def test_a_shipment_edited_while_held_may_be_canceled_if_another_is_open() -> None:
    given = after(placed("1", "2"), paid(), allocated("1"), release("1"), HOLD, edit("1"))
    canceled = given.when(cancel("1"))
    assert canceled.status == "1:Canceled 2:OnHold"
    assert warehouse.Recall not in map(type, canceled.outgoing), "the hold has recalled it already"
    canceled.when(edit("1", PIKE)).rejected("wrong-status")
    assert canceled.when(edit("2")).status == "1:Canceled 2:OnHold"


def test_the_open_shipments_of_a_partly_shipped_order_may_be_edited() -> None:
    given = after(placed("1", "2"), paid(), allocated("1"), release("1"), add("1"), complete("1"))
    given.when(edit("1")).rejected("wrong-status")
    outcome = given.when(edit("2"))
    assert outcome.after.state.shipments["2"].address == ELM
    assert outcome.status == "1:Shipped 2:AwaitingInventory"


def test_an_edit_can_add_a_missing_address_and_method() -> None:
    """The contract requires both; the guards are for orders that may lack them one day."""
    nowhere = Address.model_construct(name="", line1="", city="", country="US")
    created = shipments.AwaitingInventory.model_construct(
        **{**ABOUT, "address": nowhere, "shipping_method": "", "lines": LINES},
        order_number=NUMBER,
        market="US",
        preorder=False,
        status="AwaitingInventory",
    )
    given = after(paid(), allocated(), given=Given(decider).events(created))
    given.when(release()).rejected("no-address", "no-address", "no-shipping-method")
    set_now = given.when(edit(method="standard"), cause="r-4").when(priced())
    set_now.when(release()).publishes(warehouse.Release(**warehouse_release()))
