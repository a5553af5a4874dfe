"""Why not? What is told beforehand is what the command is told."""

import pytest

from services.order.decider import decider
from shared.contracts.orders import AddNote, Explain
from shared.contracts.reorders import Reorder
from shared.contracts.replies import Action
from shared.contracts.topics import ORDER_COMMANDS
from shared.runtime.decider import Rejected
from tests.unit.explained import agrees, covers
from tests.unit.given import Given
from tests.unit.order import return_builders as back
from tests.unit.order.builders import (
    CANCEL_REFUSED,
    COMPLETED,
    DELETE,
    HOLD_REFUSED,
    ORDER,
    PARTIALLY_SHIPPED,
    RELEASE_HOLD,
    add_line,
    an_order,
    cancel,
    cancel_requested,
    canceled,
    change_line,
    closed,
    delete_refused,
    delete_requested,
    hold,
    hold_released,
    hold_requested,
    on_hold,
    release_hold_requested,
    set_discount,
)

COMMANDS = {
    "hold": hold(),
    "release-hold": RELEASE_HOLD,
    "cancel": cancel(),
    "delete": DELETE,
    "add-line": add_line(),
    "change-line": change_line(quantity=2),
    "set-discount": set_discount("1.00"),
    "add-note": AddNote(order_id=ORDER, text="Hm."),
    "reorder": Reorder(order_id=ORDER, cart_id="c-2"),
    "return.create": back.create(return_id="r-new"),
    "exchange.create": back.exchange(return_id="r-new", order="x-new"),
    "return.receive": back.receive(),
    "return.complete": back.complete(),
    "return.cancel": back.cancel(),
}
# Of commands about a return that doesn't exist, the order tells only that it has none.
ABOUT_RETURNS = {"return.receive", "return.complete", "return.cancel"}
STATES = {
    "in progress": an_order(),
    "hold pending": an_order().events(hold_requested("h")),
    "hold refused": an_order().events(hold_requested("h"), HOLD_REFUSED),
    "on hold": on_hold(),
    "release pending": on_hold().events(release_hold_requested("r")),
    "released": on_hold().events(release_hold_requested("r"), hold_released()),
    "cancel pending": an_order().events(cancel_requested("c")),
    "cancel refused": an_order().events(cancel_requested("c"), CANCEL_REFUSED),
    "partially shipped": an_order(2).events(closed("1", "Shipped"), PARTIALLY_SHIPPED),
    "completed": an_order().events(closed("1", "Shipped"), COMPLETED),
    "canceled": an_order().events(closed("1", "Canceled"), canceled()),
    "delete pending": an_order().events(delete_requested("d")),
    "held, delete pending": on_hold().events(delete_requested("d")),
    "edit pending": an_order().when(change_line(quantity=9), cause="e").after,
    "delete refused": an_order().events(delete_requested("d"), delete_refused("d")),
    "return awaited": back.shipped_order().when(back.create()).after,
    "everything back": back.received_return(3),
    "refund pending": back.received_return().when(back.complete()).after,
    "returned": back.received_return().when(back.complete()).when(back.refunded()).after,
    "return canceled": back.shipped_order().when(back.create()).when(back.cancel()).after,
    "exchange pending": back.exchanged(),
    "exchange first": back.shipped_order().when(back.exchange(ship_first=True)).after,
    "exchange placed": back.exchanged().when(back.settle("placed")).after,
}
EDITS = {"add-line", "change-line", "remove-line", "move-line", "set-discount"}
NEW_RETURNS = {"return.create", "exchange.create"}
ALLOWED = {
    "in progress": {"hold", "cancel", "delete", *EDITS},
    "hold pending": {"hold", "release-hold"},
    "hold refused": {"hold", "cancel", "delete", *EDITS},
    "on hold": {"release-hold", "delete"},
    "release pending": {"hold", "release-hold"},
    "released": {"hold", "cancel", "delete", *EDITS},
    "cancel pending": {"cancel"},
    "cancel refused": {"hold", "cancel", "delete", *EDITS},
    "partially shipped": {"hold", "delete", *NEW_RETURNS},
    "completed": {"delete", *NEW_RETURNS},
    "canceled": {"delete"},
    "delete pending": {"delete"},
    "edit pending": {"hold", "cancel", *EDITS},
    "held, delete pending": {"delete"},
    "delete refused": {"hold", "cancel", "delete", *EDITS},
    "return awaited": {"return.receive", "return.cancel", *NEW_RETURNS},
    "everything back": {"return.complete"},
    "refund pending": NEW_RETURNS,
    "returned": {"delete", *NEW_RETURNS},
    "return canceled": {"delete", *NEW_RETURNS},
    "exchange pending": NEW_RETURNS,
    "exchange first": {"return.receive", *NEW_RETURNS},
    "exchange placed": {"return.complete", *NEW_RETURNS},
}
# Asking for what is so already is no error: nothing happens.
ALREADY = {("on hold", "hold"), ("canceled", "cancel"), ("return canceled", "return.cancel")}


def asked(state: str) -> dict[str, Action]:
    """What is told of the order in this state, by the action."""
    told = STATES[state].answer(Explain(order_id=ORDER))
    return {action.removeprefix("order."): said for (action, _), said in told.items()}


@pytest.mark.parametrize("state", STATES)
def test_each_action_is_allowed_or_says_why_not(state):
    told = asked(state)
    already = {action for at, action in ALREADY if at == state}
    assert {name for name, action in told.items() if action.allowed} == {
        *ALLOWED[state],
        *already,
        "add-note",
    } | ({"reorder"} if "delete pending" not in state else set())
    assert {name for name, action in told.items() if action.done} == already
    assert all(blocker.message for action in told.values() for blocker in action.blockers)


@pytest.mark.parametrize("action", COMMANDS)
@pytest.mark.parametrize("state", STATES)
def test_a_command_is_refused_for_just_the_reasons_that_were_told(state, action):
    told, outcome = asked(state)[action], STATES[state].when(COMMANDS[action])
    if action in ABOUT_RETURNS and not STATES[state].state.returns:
        assert [blocker.code for blocker in told.blockers] == ["no-returns"]
        outcome.rejected("unknown-return")
    else:
        agrees(told, outcome)


def test_every_command_of_the_contract_is_told_of():
    covers(decider, an_order().answer(Explain(order_id=ORDER)), ORDER_COMMANDS)


def test_an_order_that_nobody_knows_is_refused():
    with pytest.raises(Rejected, match="There is no order c-1"):
        Given(decider).answer(Explain(order_id=ORDER))


def test_every_event_and_handler_has_its_place():
    assert len(set(decider.events)) == len(decider.events)
    assert all(event.topic.name == "order.events" for event in decider.events)
