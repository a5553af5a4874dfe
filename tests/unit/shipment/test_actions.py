"""Why not? Every action, with everything that stands in its way, in words."""

from services.shipment.actions import actions
from services.shipment.lifecycle import COMMANDS
from shared.contracts import Message, shipments, stock
from tests.unit.given import SITE
from tests.unit.shipment.samples import (
    HOLD,
    ORDER,
    RELEASED,
    WAITING,
    add,
    after,
    cancel,
    complete,
    placed,
    release,
    remove,
    short,
)


def words(*story: Message) -> dict[str, str]:
    order = after(*story).state
    return {
        str(action.trigger): "yes"
        if action.allowed
        else " ".join(b.message for b in action.blockers)
        for action in actions(order, order.shipments["1"], SITE)
    }


def test_every_command_is_an_action() -> None:
    assert list(words(placed())) == [str(command) for command in COMMANDS]


def test_an_action_is_allowed_or_says_everything_that_stands_in_its_way() -> None:
    assert words(placed(), HOLD) == {
        "edit": "yes",
        "release": "The order is on hold. The order has 100.00 USD outstanding. The shipment "
        "awaits inventory. Stock is asked for when the order is paid in full.",
        "add to picklist": "The order is on hold. The shipment is AwaitingInventory; to add to "
        "picklist it has to be Released.",
        "remove from picklist": "The order is on hold. The shipment is AwaitingInventory; to "
        "remove from picklist it has to be Packing.",
        "complete": "The order is on hold. The shipment is AwaitingInventory; to complete it has "
        "to be Packing.",
        "cancel": "The order is on hold, and this is its last open shipment: lift the hold first.",
    }


def test_what_is_done_already_is_allowed_and_marked() -> None:
    order = after(*RELEASED).state
    done = [str(a.trigger) for a in actions(order, order.shipments["1"], SITE) if a.done]
    assert done == ["release", "remove from picklist"]
    assert words(*RELEASED)["release"] == "yes"


def test_a_shipment_that_waits_for_stock_says_for_what() -> None:
    wait = "The shipment awaits inventory. "
    assert words(*WAITING)["release"] == wait + "The stock has not answered yet."
    assert words(*WAITING, short())["release"] == wait + "Stock is short of SKU-2 (0 of 1)."
    shortages = [shipments.Shortage(sku=f"S{n}", wanted=9, available=n) for n in range(5)]
    many = stock.AllocationShort(
        warehouse="seattle", order_id=ORDER, shipment_id="1", short=tuple(shortages)
    )
    assert words(*WAITING, many)["release"] == (
        wait + "Stock is short of S0 (0 of 9), S1 (1 of 9), S2 (2 of 9) and 2 more."
    )


def test_a_refused_command_says_what_the_action_says() -> None:
    given = after(placed(), HOLD)
    commands = (release(), add(), remove(), complete(), cancel())
    answers = actions(given.state, given.state.shipments["1"], SITE)
    refused = [action for action in answers if not action.allowed]
    for command, action in zip(commands, refused, strict=True):
        outcome = given.when(command)
        assert outcome.reason is not None
        assert outcome.reason.blockers == action.blockers
