"""Until it has shipped, a shipment may go elsewhere or another way; its warehouse is told anew."""

from decimal import Decimal

import pytest

from services.shipment.fulfilment.decider import decider
from shared.contracts import Malformed, Message, shipments, warehouse
from shared.contracts.address import Address
from shared.contracts.shipments import ShipmentStatus
from tests.unit.given import NOW, SITE, Given
from tests.unit.shipment.fulfilment.builders import (
    ASSIGNED,
    CANCEL_ORDER,
    CANCELED,
    ELM,
    HOLD,
    LIFT,
    LINES,
    NUMBER,
    ORDER,
    PACKING,
    PIKE,
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
    release,
    remove,
    short,
)
from tests.unit.shipment.fulfilment.reactions.test_line_edit_requested import priced

ABOUT = {"order_id": ORDER, "shipment_id": "1", "warehouse": "seattle"}
RECALL = {**ABOUT, "order_number": NUMBER, "reason": "edited", "recalled_at": NOW}
NOT_RELEASED: dict[str, tuple[ShipmentStatus, tuple[Message, ...]]] = {
    "unpaid": ("AwaitingInventory", (placed(),)),
    "waiting": ("AwaitingInventory", WAITING),
    "short": ("AwaitingInventory", (*WAITING, short())),
    "assigned": ("InventoryAssigned", ASSIGNED),
}
AT_WAREHOUSE: dict[ShipmentStatus, tuple[Message, ...]] = {"Released": RELEASED, "Packing": PACKING}
OPEN = [*(story for _, story in NOT_RELEASED.values()), *AT_WAREHOUSE.values()]


def edited(
    status: ShipmentStatus, address: Address = ELM, method: str = "standard"
) -> shipments.Edited:
    """Another method than the one it was placed with was asked for by a message."""
    return shipments.Edited(
        **ABOUT,
        status=status,
        address=address,
        shipping_method=method,
        request="test#1" if method in ("express", "pigeon") else None,
    )


def told(address: Address = ELM, method: str = "standard") -> dict[str, object]:
    """All that a warehouse needs."""
    return {
        **ABOUT,
        "order_number": NUMBER,
        "market": "US",
        "shipping_method": method,
        "address": address,
        "lines": LINES,
        "released_at": NOW,
    }


# What an edit does


@pytest.mark.parametrize(("status", "story"), NOT_RELEASED.values(), ids=NOT_RELEASED)
def test_before_the_release_an_edit_concerns_no_warehouse(
    status: ShipmentStatus, story: tuple[Message, ...]
) -> None:
    outcome = after(*story).when(edit()).then(edited(status)).publishes()
    assert outcome.status == status


@pytest.mark.parametrize(("status", "story"), AT_WAREHOUSE.items(), ids=AT_WAREHOUSE)
def test_after_the_release_the_warehouse_gets_a_recall_and_a_new_release(
    status: ShipmentStatus, story: tuple[Message, ...]
) -> None:
    outcome = after(*story).when(edit())
    outcome.then(
        shipments.Recalled(**RECALL, status=status),
        edited(status),
        shipments.Released(**told(), status=status),
    )
    outcome.publishes(warehouse.Recall(**RECALL), warehouse.Release(**told()))
    assert outcome.status == status


def test_what_is_not_given_stays_as_it_is() -> None:
    given = after(*WAITING)
    given.when(edit()).then(edited("AwaitingInventory", ELM, "standard"))
    by_express = edit(address=None, method="express")
    given.when(by_express).then(edited("AwaitingInventory", PIKE, "express"))
    both = edit(method="express")
    given.when(both).then(edited("AwaitingInventory", ELM, "express"))
    given.when(edit()).when(by_express).then(edited("AwaitingInventory", ELM, "express"))


def test_an_address_is_taken_as_a_whole() -> None:
    """What the new address doesn't have is not filled up from the old one."""
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


def test_what_is_released_after_an_edit_goes_to_the_new_address() -> None:
    given = after(*WAITING, allocated()).when(edit(method="express"), cause="r-4").after
    given.when(release()).rejected("total-pending", "total-pending")
    outcome = given.when(priced()).when(release())
    outcome.publishes(warehouse.Release(**told(ELM, "express")))


# The same again, and what makes no sense


@pytest.mark.parametrize("story", OPEN)
@pytest.mark.parametrize(
    "command",
    [
        edit(address=PIKE),
        edit(address=None, method="standard"),
        edit(address=PIKE, method="standard"),
    ],
    ids=["address", "method", "both"],
)
def test_what_is_so_already_is_accepted_and_has_no_effect(
    command: shipments.Edit, story: tuple[Message, ...]
) -> None:
    after(*story).when(command).then()
    after(*story, HOLD).when(command).then()


@pytest.mark.parametrize("story", OPEN)
def test_the_same_edit_again_recalls_nothing_twice(story: tuple[Message, ...]) -> None:
    given = after(*story, edit(method="express"))
    again = given.when(edit(method="express")).then().publishes()
    assert again.after.state == given.state


def test_back_to_what_it_was_is_an_edit_too() -> None:
    outcome = after(*RELEASED, edit()).when(edit(address=PIKE))
    outcome.publishes(warehouse.Recall(**RECALL), warehouse.Release(**told(PIKE)))


def test_an_edit_that_asks_for_nothing_makes_no_sense() -> None:
    with pytest.raises(Malformed) as wrong:
        edit(address=None).check()
    assert wrong.value.field == "address"
    edit().check()
    edit(address=None, method="express").check()


# Refusals


@pytest.mark.parametrize(
    ("story", "word"), [(SHIPPED, "Shipped"), (CANCELED, "Canceled")], ids=["shipped", "canceled"]
)
@pytest.mark.parametrize("address", [ELM, PIKE], ids=["another", "the same"])
def test_what_has_come_to_its_end_is_not_edited(
    story: tuple[Message, ...], word: str, address: Address
) -> None:
    given = after(*story)
    outcome = given.when(edit(address=address, method="express"))
    outcome.rejected("wrong-status", "wrong-status")
    assert outcome.reason is not None
    assert outcome.reason.message == f"The shipment is {word}, which is final."
    assert outcome.after.state == given.state


@pytest.mark.parametrize("story", OPEN)
def test_a_method_that_the_market_does_not_offer_is_refused_and_the_others_are_named(
    story: tuple[Message, ...],
) -> None:
    for given in (after(*story), after(*story, HOLD)):
        outcome = given.when(edit(method="drone")).rejected("unknown-method", "unknown-method")
        assert outcome.reason is not None
        assert outcome.reason.message == "US does not offer drone."
        assert outcome.after.state == given.state


def test_the_methods_are_those_of_the_shipments_own_market() -> None:
    only_pigeons = SITE.markets["US"].model_copy(
        update={"shipping_methods": {"pigeon": SITE.markets["US"].shipping_methods["standard"]}}
    )
    site = SITE.model_copy(update={"markets": {**SITE.markets, "US": only_pigeons}})
    given = after(*WAITING)
    given.when(edit(method="express"), site=site).rejected("unknown-method")
    by_pigeon = given.when(edit(address=None, method="pigeon"), site=site)
    by_pigeon.then(edited("AwaitingInventory", PIKE, "pigeon"))


def test_another_cost_is_entered_with_the_method_or_alone() -> None:
    given = after(*WAITING)
    for method in ("express", None):
        command = edit(address=None, method=method)
        dear = command.model_copy(update={"shipping_cost": Decimal("7.50")})
        outcome = given.when(dear, cause="r-4")
        (now,) = outcome.events
        assert isinstance(now, shipments.Edited)
        assert (now.request, str(now.shipping_cost)) == ("r-4", "7.50")
        assert outcome.after.state.unpriced == {"r-4"}
        outcome.after.when(dear, cause="again#1").then()
        priced_now = outcome.when(priced())
        assert priced_now.after.state.unpriced == set()


def test_a_cost_has_the_currencys_decimals() -> None:
    wrong = edit().model_copy(update={"shipping_cost": Decimal("7.5")})
    after(*WAITING).when(wrong).malformed("shipping_cost")


def test_a_cost_with_which_the_total_could_not_be_written_is_refused() -> None:
    dear = edit().model_copy(update={"shipping_cost": Decimal("999999999999999.99")})
    after(*WAITING).when(dear).malformed("shipping_cost")


def test_a_market_that_is_gone_offers_nothing_but_the_address_may_still_be_corrected() -> None:
    site = SITE.model_copy(update={"markets": {"JP": SITE.markets["JP"]}})
    outcome = after(*WAITING).when(edit(method="express"), site=site).rejected("unknown-method")
    assert outcome.reason is not None
    assert outcome.reason.message == "US offers no methods for this."
    after(*WAITING).when(edit(), site=site).then(edited("AwaitingInventory"))


def test_a_method_that_came_with_the_checkout_is_kept_though_the_market_does_not_offer_it() -> None:
    """A checkout is believed: its method stays allowed for the shipment that has it."""
    order = placed()
    shipment = order.shipments[0].model_copy(update={"shipping_method": "courier"})
    given = after(order.model_copy(update={"shipments": (shipment,)}), paid())
    given.when(edit(method="courier")).then(edited("AwaitingInventory", ELM, "courier"))


# With a hold


@pytest.mark.parametrize("story", OPEN)
def test_while_held_an_edit_concerns_no_warehouse(story: tuple[Message, ...]) -> None:
    outcome = after(*story, HOLD).when(edit()).then(edited("OnHold")).publishes()
    assert outcome.status == "OnHold"
    assert outcome.after.state.held


@pytest.mark.parametrize(("status", "story"), AT_WAREHOUSE.items(), ids=AT_WAREHOUSE)
def test_the_lift_of_the_hold_releases_to_the_new_address(
    status: ShipmentStatus, story: tuple[Message, ...]
) -> None:
    outcome = after(*story, HOLD, edit(method="express")).when(LIFT)
    outcome.publishes(warehouse.Release(**told(ELM, "express")))
    assert outcome.status == status


def test_of_several_edits_while_held_the_warehouse_hears_the_last() -> None:
    outcome = after(*RELEASED, HOLD, edit(), edit(address=PIKE), edit(method="express")).when(LIFT)
    outcome.publishes(warehouse.Release(**told(ELM, "express")))


@pytest.mark.parametrize(("status", "story"), NOT_RELEASED.values(), ids=NOT_RELEASED)
def test_an_edit_while_held_does_not_change_where_a_shipment_comes_back_to(
    status: ShipmentStatus, story: tuple[Message, ...]
) -> None:
    outcome = after(*story, HOLD, edit()).when(LIFT).publishes()
    assert outcome.status == status
    assert outcome.after.state.shipments["1"].address == ELM


def test_stock_that_comes_after_an_edit_while_held_is_kept() -> None:
    given = after(*WAITING, HOLD, edit(), allocated(), LIFT)
    assert given.status == "InventoryAssigned"
    given.when(release()).publishes(warehouse.Release(**told()))


def test_a_hold_after_an_edit_recalls_what_the_edit_released() -> None:
    outcome = after(*PACKING, edit()).when(HOLD)
    outcome.publishes(warehouse.Recall(**{**RECALL, "reason": "held"}))
    outcome.when(LIFT).publishes(warehouse.Release(**told()))


# With packing, completing and canceling


def test_packing_goes_on_after_an_edit() -> None:
    given = after(*PACKING, edit())
    assert given.when(add()).then().status == "Packing"
    assert given.when(remove()).status == "Released"
    assert given.when(complete()).status == "Shipped"


def test_what_has_left_before_the_edit_is_heard_is_not_edited() -> None:
    after(*PACKING).when(complete()).when(edit()).rejected("wrong-status")


def test_an_edited_shipment_is_canceled_like_any_other() -> None:
    outcome = after(*PACKING, edit()).when(cancel())
    recall, _ = outcome.outgoing
    assert recall == warehouse.Recall(**{**RECALL, "reason": "canceled"})
    outcome.when(edit(address=PIKE)).rejected("wrong-status")
    assert after(*RELEASED, edit()).when(CANCEL_ORDER).status == "Canceled"


def test_a_shipment_that_was_edited_while_held_may_be_canceled_beside_another() -> None:
    given = after(placed("1", "2"), paid(), allocated("1"), release("1"), HOLD, edit("1"))
    canceled = given.when(cancel("1"))
    assert canceled.status == "1:Canceled 2:OnHold"
    assert warehouse.Recall not in map(type, canceled.outgoing), "the hold has recalled it already"
    canceled.when(edit("1", PIKE)).rejected("wrong-status")
    assert canceled.when(edit("2")).status == "1:Canceled 2:OnHold"


def test_what_is_left_of_a_partly_shipped_order_may_be_edited() -> None:
    given = after(placed("1", "2"), paid(), allocated("1"), release("1"), add("1"), complete("1"))
    given.when(edit("1")).rejected("wrong-status")
    outcome = given.when(edit("2"))
    assert outcome.after.state.shipments["2"].address == ELM
    assert outcome.status == "1:Shipped 2:AwaitingInventory"


def test_a_missing_address_and_method_can_be_given_by_an_edit() -> None:
    """Orders that come through the contract have both; this is for those that some day don't."""
    nowhere = Address.model_construct(name="", line1="", city="", country="US")
    born = shipments.AwaitingInventory.model_construct(
        **{**ABOUT, "address": nowhere, "shipping_method": "", "lines": LINES},
        order_number=NUMBER,
        market="US",
        preorder=False,
        status="AwaitingInventory",
    )
    given = after(paid(), allocated(), given=Given(decider).events(born))
    given.when(release()).rejected("no-address", "no-address", "no-shipping-method")
    set_now = given.when(edit(method="standard"), cause="r-4").when(priced())
    set_now.when(release()).publishes(warehouse.Release(**told()))
