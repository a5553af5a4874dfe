"""Edits of the address, method and cost of a shipment; a warehouse gets a new release."""

from decimal import Decimal

import pytest

from shared.contracts import Malformed, Message, shipments, warehouse
from shared.contracts.address import Address
from shared.contracts.shipments import ShipmentStatus
from tests.unit.given import SITE
from tests.unit.shipment.fulfilment.builders import (
    CANCELED,
    ELM,
    HOLD,
    PACKING,
    PIKE,
    RELEASED,
    SHIPPED,
    WAITING,
    after,
    allocated,
    edit,
    paid,
    placed,
    release,
)
from tests.unit.shipment.fulfilment.edit_builders import (
    AT_WAREHOUSE,
    NOT_RELEASED,
    OPEN,
    RECALL,
    edited,
    warehouse_release,
)
from tests.unit.shipment.fulfilment.line_edit_builders import priced


@pytest.mark.parametrize(("status", "history"), NOT_RELEASED.values(), ids=NOT_RELEASED)
def test_an_edit_before_the_release_is_not_sent_to_the_warehouse(
    status: ShipmentStatus, history: tuple[Message, ...]
) -> None:
    outcome = after(*history).when(edit()).then(edited(status)).publishes()
    assert outcome.status == status


@pytest.mark.parametrize(("status", "history"), AT_WAREHOUSE.items(), ids=AT_WAREHOUSE)
def test_an_edit_after_the_release_recalls_and_releases_again(
    status: ShipmentStatus, history: tuple[Message, ...]
) -> None:
    outcome = after(*history).when(edit())
    outcome.then(
        shipments.Recalled(**RECALL, status=status),
        edited(status),
        shipments.Released(**warehouse_release(), status=status),
    )
    outcome.publishes(warehouse.Recall(**RECALL), warehouse.Release(**warehouse_release()))
    assert outcome.status == status


def test_a_field_that_is_not_given_keeps_its_value() -> None:
    given = after(*WAITING)
    given.when(edit()).then(edited("AwaitingInventory", ELM, "standard"))
    by_express = edit(address=None, method="express")
    given.when(by_express).then(edited("AwaitingInventory", PIKE, "express"))
    both = edit(method="express")
    given.when(both).then(edited("AwaitingInventory", ELM, "express"))
    given.when(edit()).when(by_express).then(edited("AwaitingInventory", ELM, "express"))


def test_an_address_is_replaced_as_a_whole() -> None:
    """A field that the new address lacks isn't filled from the old one."""
    elsewhere = Address(name="M. T.", line1="2 Quay", city="Bergen", country="NO")
    outcome = after(*WAITING).when(edit(address=elsewhere))
    outcome.then(edited("AwaitingInventory", elsewhere))
    assert outcome.after.state.shipments["1"].address.region is None


def test_an_edit_changes_nothing_but_address_and_method() -> None:
    given = after(*PACKING)
    expected = given.state
    shipment = expected.shipments["1"]
    shipment.address, shipment.shipping_method = ELM, "express"
    expected.unpriced.add("test#1")
    assert given.when(edit(method="express")).after.state == expected


def test_one_shipment_of_an_order_is_edited_and_the_others_are_not() -> None:
    given = after(placed("1", "2"), paid(), allocated("1"), allocated("2"), release("2"))
    outcome = given.when(edit("1"))
    outcome.then(edited("InventoryAssigned")).publishes()
    assert outcome.after.state.shipments["2"] == given.state.shipments["2"]


def test_a_release_after_an_edit_has_the_new_address() -> None:
    given = after(*WAITING, allocated()).when(edit(method="express"), cause="r-4").after
    given.when(release()).rejected("total-pending", "total-pending")
    outcome = given.when(priced()).when(release())
    outcome.publishes(warehouse.Release(**warehouse_release(ELM, "express")))


# Repeats and malformed edits


@pytest.mark.parametrize("history", OPEN)
@pytest.mark.parametrize(
    "command",
    [
        edit(address=PIKE),
        edit(address=None, method="standard"),
        edit(address=PIKE, method="standard"),
    ],
    ids=["address", "method", "both"],
)
def test_an_edit_to_the_current_content_has_no_effect(
    command: shipments.Edit, history: tuple[Message, ...]
) -> None:
    after(*history).when(command).then()
    after(*history, HOLD).when(command).then()


@pytest.mark.parametrize("history", OPEN)
def test_a_repeated_edit_recalls_nothing_twice(history: tuple[Message, ...]) -> None:
    given = after(*history, edit(method="express"))
    repeated = given.when(edit(method="express")).then().publishes()
    assert repeated.after.state == given.state


def test_an_edit_back_to_the_old_address_is_an_edit_too() -> None:
    outcome = after(*RELEASED, edit()).when(edit(address=PIKE))
    outcome.publishes(warehouse.Recall(**RECALL), warehouse.Release(**warehouse_release(PIKE)))


def test_an_edit_without_content_is_malformed() -> None:
    with pytest.raises(Malformed) as wrong:
        edit(address=None).check()
    assert wrong.value.field == "address"
    edit().check()
    edit(address=None, method="express").check()


# Refusals


@pytest.mark.parametrize(
    ("history", "status"),
    [(SHIPPED, "Shipped"), (CANCELED, "Canceled")],
    ids=["shipped", "canceled"],
)
@pytest.mark.parametrize("address", [ELM, PIKE], ids=["another", "the same"])
def test_a_final_shipment_is_not_edited(
    history: tuple[Message, ...], status: str, address: Address
) -> None:
    given = after(*history)
    outcome = given.when(edit(address=address, method="express"))
    outcome.rejected("wrong-status", "wrong-status")
    assert outcome.reason is not None
    assert outcome.reason.message == f"The shipment is {status}, which is final."
    assert outcome.after.state == given.state


@pytest.mark.parametrize("history", OPEN)
def test_a_method_that_the_market_does_not_offer_is_rejected(
    history: tuple[Message, ...],
) -> None:
    for given in (after(*history), after(*history, HOLD)):
        outcome = given.when(edit(method="drone")).rejected("unknown-method", "unknown-method")
        assert outcome.reason is not None
        assert outcome.reason.message == "US does not offer drone."
        assert outcome.after.state == given.state


def test_the_methods_are_those_of_the_shipments_market() -> None:
    only_pigeons = SITE.markets["US"].model_copy(
        update={"shipping_methods": {"pigeon": SITE.markets["US"].shipping_methods["standard"]}}
    )
    site = SITE.model_copy(update={"markets": {**SITE.markets, "US": only_pigeons}})
    given = after(*WAITING)
    given.when(edit(method="express"), site=site).rejected("unknown-method")
    by_pigeon = given.when(edit(address=None, method="pigeon"), site=site)
    by_pigeon.then(edited("AwaitingInventory", PIKE, "pigeon"))


def test_a_cost_may_be_entered_with_or_without_a_method() -> None:
    given = after(*WAITING)
    for method in ("express", None):
        command = edit(address=None, method=method)
        command_with_cost = command.model_copy(update={"shipping_cost": Decimal("7.50")})
        outcome = given.when(command_with_cost, cause="r-4")
        (event,) = outcome.events
        assert isinstance(event, shipments.Edited)
        assert (event.request, str(event.shipping_cost)) == ("r-4", "7.50")
        assert outcome.after.state.unpriced == {"r-4"}
        outcome.after.when(command_with_cost, cause="repeated#1").then()
        priced_now = outcome.when(priced())
        assert priced_now.after.state.unpriced == set()


def test_a_cost_has_the_currencys_decimals() -> None:
    wrong = edit().model_copy(update={"shipping_cost": Decimal("7.5")})
    after(*WAITING).when(wrong).malformed("shipping_cost")


def test_a_cost_that_makes_the_total_too_large_is_malformed() -> None:
    command_with_cost = edit().model_copy(update={"shipping_cost": Decimal("999999999999999.99")})
    after(*WAITING).when(command_with_cost).malformed("shipping_cost")


def test_the_address_may_be_edited_although_the_market_was_removed() -> None:
    site = SITE.model_copy(update={"markets": {"JP": SITE.markets["JP"]}})
    outcome = after(*WAITING).when(edit(method="express"), site=site).rejected("unknown-method")
    assert outcome.reason is not None
    assert outcome.reason.message == "US offers no methods for this."
    after(*WAITING).when(edit(), site=site).then(edited("AwaitingInventory"))


def test_a_checkouts_method_stays_allowed_although_the_market_does_not_offer_it() -> None:
    """A checkout may set any method: it stays allowed for the shipment that has it."""
    order = placed()
    shipment = order.shipments[0].model_copy(update={"shipping_method": "courier"})
    given = after(order.model_copy(update={"shipments": (shipment,)}), paid())
    given.when(edit(method="courier")).then(edited("AwaitingInventory", ELM, "courier"))
