"""Every status with every trigger, against a table written by hand from the rules."""

import pytest

from services.shipment.fulfilment import lifecycle
from services.shipment.fulfilment.guards import GUARDS
from services.shipment.fulfilment.lifecycle import COMMANDS, FACTS, Trigger
from shared.contracts import Message
from tests.unit.shipment.fulfilment.builders import (
    ASSIGNED,
    CANCELED,
    HOLD,
    LIFT,
    PACKING,
    RELEASED,
    SHIPPED,
    WAITING,
    add,
    after,
    allocated,
    cancel,
    complete,
    correct,
    edit,
    lines_edit,
    offered,
    paid,
    placed,
    release,
    remove,
    short,
)

HISTORIES: dict[str, tuple[Message, ...]] = {
    "unpaid": (placed(),),
    "requested": WAITING,
    "short": (*WAITING, short()),
    "assigned": ASSIGNED,
    "released": RELEASED,
    "packing": PACKING,
    "shipped": SHIPPED,
    "canceled": CANCELED,
    "held, unpaid": (placed(), HOLD),
    "held, requested": (*WAITING, HOLD),
    "held, allocated": (*WAITING, HOLD, allocated()),
    "held, assigned": (*ASSIGNED, HOLD),
    "held, released": (*RELEASED, HOLD),
    "held, packing": (*PACKING, HOLD),
}

MESSAGES: dict[str, Message] = {
    "edit": edit(),
    "release": release(),
    "add": add(),
    "remove": remove(),
    "complete": complete(),
    "correct": correct(),
    "cancel": cancel(),
    "paid": paid(),
    "allocated": allocated(),
    "short": short(),
    "hold": HOLD,
    "lift": LIFT,
    "lines": lines_edit(),
    "offered": offered(),
}

# A cell is the resulting status, `.` if nothing happens, or the codes of the rejection.
STATUSES = {
    "await": "AwaitingInventory",
    "ready": "InventoryAssigned",
    "out": "Released",
    "pack": "Packing",
    "sent": "Shipped",
    "held": "OnHold",
    "off": "Canceled",
}
EXPECTED = """
    history          | edit         | release                      | add                  | remove               | complete             | correct              | cancel            | paid  | allocated | short | hold  | lift | lines | offered
    unpaid           | await        | not-paid no-inventory        | wrong-status         | wrong-status         | wrong-status         | wrong-status         | off               | await | ready     | await | held  | await | await | await
    requested        | await        | no-inventory                 | wrong-status         | wrong-status         | wrong-status         | wrong-status         | off               | .     | ready     | await | held  | await | await | await
    short            | await        | no-inventory                 | wrong-status         | wrong-status         | wrong-status         | wrong-status         | off               | .     | ready     | await | held  | await | await | await
    assigned         | ready        | out                          | wrong-status         | wrong-status         | wrong-status         | wrong-status         | off               | .     | .         | .     | held  | ready | await | .
    released         | out          | .                            | pack                 | .                    | wrong-status         | wrong-status         | off               | .     | .         | .     | held  | out | out | .
    packing          | pack         | wrong-status                 | .                    | out                  | sent                 | wrong-status         | off               | .     | .         | .     | held  | pack | pack | .
    shipped          | wrong-status | wrong-status                 | wrong-status         | wrong-status         | .                    | sent                 | wrong-status      | .     | .         | .     | sent  | sent | sent | .
    canceled         | wrong-status | wrong-status                 | wrong-status         | wrong-status         | wrong-status         | wrong-status         | .                 | .     | .         | .     | off   | off | off | .
    held, unpaid     | held         | on-hold not-paid no-inventory | on-hold wrong-status | on-hold wrong-status | on-hold wrong-status | on-hold wrong-status | last-open-on-hold | held  | held      | held  | held  | await | held | held
    held, requested  | held         | on-hold no-inventory         | on-hold wrong-status | on-hold wrong-status | on-hold wrong-status | on-hold wrong-status | last-open-on-hold | .     | held      | held  | held  | await | held | held
    held, allocated  | held         | on-hold                      | on-hold wrong-status | on-hold wrong-status | on-hold wrong-status | on-hold wrong-status | last-open-on-hold | .     | .         | .     | held  | ready | held | .
    held, assigned   | held         | on-hold                      | on-hold wrong-status | on-hold wrong-status | on-hold wrong-status | on-hold wrong-status | last-open-on-hold | .     | .         | .     | held  | ready | held | .
    held, released   | held         | on-hold                      | on-hold              | on-hold              | on-hold wrong-status | on-hold wrong-status | last-open-on-hold | .     | .         | .     | held  | out | held | .
    held, packing    | held         | on-hold wrong-status         | on-hold              | on-hold              | on-hold              | on-hold wrong-status | last-open-on-hold | .     | .         | .     | held  | pack | held | .
"""  # noqa: E501


def _cells() -> list[tuple[str, str, str]]:
    head, *rows = (
        [cell.strip() for cell in line.split("|")] for line in EXPECTED.strip().splitlines()
    )
    return [
        (row[0], trigger, cell)
        for row in rows
        for trigger, cell in zip(head[1:], row[1:], strict=True)
    ]


def test_the_table_has_every_history_and_every_trigger() -> None:
    cells = _cells()
    assert {history for history, _, _ in cells} == set(HISTORIES)
    assert {trigger for _, trigger, _ in cells} == set(MESSAGES)
    follows = {Trigger.SPLIT}  # from answers of the stock: tests/unit/shipment/test_splitting.py
    assert len(MESSAGES) == len(set(Trigger) - follows)


@pytest.mark.parametrize(("history", "trigger", "cell"), _cells())
def test_every_status_with_every_trigger(history: str, trigger: str, cell: str) -> None:
    given = after(*HISTORIES[history])
    outcome = given.when(MESSAGES[trigger])
    if cell == ".":
        outcome.then()
    elif cell in STATUSES:
        assert outcome.events, "something happens"
        assert outcome.status == STATUSES[cell]
    else:
        first, *_ = codes = cell.split()
        outcome.rejected(first, *codes)
        assert outcome.status == given.status


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("trigger", MESSAGES)
def test_a_repeat_is_never_refused_and_has_no_second_effect(history: str, trigger: str) -> None:
    once = after(*HISTORIES[history]).when(MESSAGES[trigger])
    if once.reason is None:
        repeated = once.when(MESSAGES[trigger])
        assert repeated.reason is None
        assert repeated.status == once.status
        assert repeated.outgoing == []


def test_every_guard_of_the_table_exists_and_is_used() -> None:
    named = {guard for row in lifecycle.MOVES for guard in row.guards}
    assert named == set(lifecycle.GUARDS) == set(GUARDS)


def test_nothing_leaves_a_final_status() -> None:
    left = [row for row in lifecycle.MOVES if row.source in lifecycle.FINAL]
    assert [row.trigger for row in left if row.target == row.source] == [Trigger.CORRECT_TRACKING]
    assert len(left) == 1


def test_an_edit_keeps_every_open_status() -> None:
    rows = lifecycle.moves(Trigger.EDIT)
    assert all(row.source == row.target and not row.guards for row in rows)
    assert {row.source for row in rows} == set(lifecycle.STATUSES) - lifecycle.FINAL
    assert not [status for status in lifecycle.STATUSES if lifecycle.is_done(status, Trigger.EDIT)]


def test_every_open_status_can_be_held_and_restored() -> None:
    for status in lifecycle.STATUSES:
        row = lifecycle.move(status, Trigger.HOLD)
        assert (row is not None) == (status not in {"Shipped", "Canceled", "OnHold"})
    (lift,) = lifecycle.moves(Trigger.LIFT_HOLD)
    assert (lift.source, lift.target) == ("OnHold", lifecycle.BEFORE)


def test_a_trigger_is_a_command_or_a_fact() -> None:
    assert set(COMMANDS) | set(FACTS) == set(Trigger)
    assert not set(COMMANDS) & set(FACTS)
