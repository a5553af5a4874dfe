"""Every action on a shipment, with the texts of its blockers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shipment.fulfilment.allowed import ACTIONS
from services.shipment.fulfilment.decider import decider
from services.shipment.fulfilment.lifecycle import COMMANDS
from shared.contracts import Message, shipments, stock
from shared.contracts.queue_places import skus_of
from shared.contracts.topics import SHIPMENT_COMMANDS
from shared.runtime.decider import Rejected
from tests.examples import examples
from tests.unit.explained import agrees, covers
from tests.unit.given import Given
from tests.unit.shipment.fulfilment.builders import (
    CANCEL_ORDER,
    HOLD,
    LIFT,
    ORDER,
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
    short,
    unpaid,
)

QUESTION = shipments.Explain(order_id=ORDER)
COMMAND_OF = {
    "shipment.edit": edit,
    "shipment.release": release,
    "shipment.add-to-picklist": add,
    "shipment.remove-from-picklist": remove,
    "shipment.complete": complete,
    "shipment.correct-tracking": correct,
    "shipment.cancel": cancel,
}


def texts(*history: Message) -> dict[str, str]:
    actions = after(*history).answer(QUESTION)
    return {
        action.removeprefix("shipment."): "yes"
        if explained.allowed
        else " ".join(b.message for b in explained.blockers)
        for (action, _), explained in actions.items()
    }


def test_every_command_is_an_action() -> None:
    covers(decider, after(placed()).answer(QUESTION), SHIPMENT_COMMANDS)
    assert tuple(ACTIONS.values()) == COMMANDS


def test_an_action_is_allowed_or_has_all_its_blockers() -> None:
    assert texts(placed(), HOLD) == {
        "edit": "yes",
        "release": "The order is on hold. The order has 100.00 USD outstanding. The shipment "
        "is awaiting inventory.",
        "add-to-picklist": "The order is on hold. The shipment is Awaiting Inventory. To be added "
        "to the picklist, it must be Released.",
        "remove-from-picklist": "The order is on hold. The shipment is Awaiting Inventory. To be "
        "removed from the picklist, it must be Packing.",
        "complete": "The order is on hold. The shipment is Awaiting Inventory. To be completed, it "
        "must be Packing.",
        "correct-tracking": "The order is on hold. The shipment is Awaiting Inventory. To have its "
        "tracking corrected, it must be Shipped.",
        "cancel": "The order is on hold, and this is its last open shipment.",
    }


def test_an_action_that_is_done_already_is_allowed_and_marked() -> None:
    actions = after(*RELEASED).answer(QUESTION)
    done = [action for (action, _), explained in actions.items() if explained.done]
    assert done == ["shipment.release", "shipment.remove-from-picklist"]
    assert texts(*RELEASED)["release"] == "yes"


def test_a_backordered_shipment_names_what_it_waits_for() -> None:
    wait = "The shipment is awaiting inventory."
    assert texts(*WAITING)["release"] == wait
    wait += " seattle is short of "
    assert texts(*WAITING, short())["release"] == wait + "SKU-2 (0 of 1)."
    shortages = [shipments.Shortage(sku=f"S{n}", wanted=9, available=n) for n in range(5)]
    many = stock.AllocationShort(
        warehouse="seattle", order_id=ORDER, shipment_id="1", short=tuple(shortages)
    )
    assert texts(*WAITING, many)["release"] == (
        wait + "S0 (0 of 9), S1 (1 of 9), S2 (2 of 9) and 2 more."
    )


def test_a_lack_of_inventory_names_its_articles_and_where_the_queue_is() -> None:
    actions = after(*WAITING, short()).answer(QUESTION)
    (blocker,) = actions["shipment.release", "1"].blockers
    assert skus_of(blocker) == ("SKU-2",)
    assert "'waybill stock queue seattle'" in (blocker.remedy or "")


WHICH = st.sampled_from("12")
steps = st.lists(
    st.sampled_from([paid(), unpaid("7.00"), HOLD, LIFT, CANCEL_ORDER])
    | st.builds(allocated, WHICH)
    | st.builds(short, WHICH)
    | st.one_of(
        *(
            st.builds(command, WHICH)
            for command in (release, add, remove, complete, correct, cancel)
        )
    ),
    max_size=15,
)


@examples(150)
@given(steps)
def test_the_explanation_agrees_with_the_decision(messages: list[Message]) -> None:
    stream = after(placed("1", "2"))
    for message in messages:
        stream = stream.when(message).after
    actions = stream.answer(QUESTION)
    assert {subject for _, subject in actions} == {"1", "2"}
    for (action, subject), explained in actions.items():
        agrees(explained, stream.when(COMMAND_OF[action](subject)))


def test_explaining_an_unknown_order_is_rejected() -> None:
    with pytest.raises(Rejected, match="There is no order c-1"):
        Given(decider).answer(QUESTION)
