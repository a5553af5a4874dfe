"""The lifecycle of a shipment, as data (rules: shipment state machine).

The table decides commands and facts, says what is rejected, explains why (`allowed.py`), and is the
source of the diagram in `docs/lifecycle.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, get_args

from shared.contracts.shipments import ShipmentStatus


class Trigger(StrEnum):
    """What can happen to a shipment: a command, or a fact that fulfilment receives."""

    EDIT = "edit"
    RELEASE = "release"
    ADD_TO_PICKLIST = "add to picklist"
    REMOVE_FROM_PICKLIST = "remove from picklist"
    COMPLETE = "complete"
    CORRECT_TRACKING = "correct tracking"
    CANCEL = "cancel"
    REQUEST_STOCK = "request stock"
    ALLOCATED = "stock allocated"
    BACKORDERED = "stock backordered"
    ASK_ELSEWHERE = "ask another warehouse"
    SPLIT = "split over warehouses"
    HOLD = "hold"
    LIFT_HOLD = "lift hold"
    EDIT_LINES = "edit lines"


COMMANDS: Final = (
    Trigger.EDIT,
    Trigger.RELEASE,
    Trigger.ADD_TO_PICKLIST,
    Trigger.REMOVE_FROM_PICKLIST,
    Trigger.COMPLETE,
    Trigger.CANCEL,
    Trigger.CORRECT_TRACKING,
)
FACTS: Final = tuple(trigger for trigger in Trigger if trigger not in COMMANDS)

Before = Literal["the status before"]
BEFORE: Final = "the status before"

STATUSES: Final[tuple[ShipmentStatus, ...]] = get_args(ShipmentStatus)
START: Final[ShipmentStatus] = "AwaitingInventory"
FINAL: Final[frozenset[ShipmentStatus]] = frozenset({"Shipped", "Canceled"})

GUARDS: Final[Mapping[str, str]] = {
    "paid-or-preorder": "the order is paid in full, or it is a preorder and its market supports it",
    "not-requested": "stock was not requested before",
    "not-on-hold": "no hold of the order stops releasing",
    "picking-not-stopped": "no hold of the order stops picking",
    "shipping-not-stopped": "no hold of the order stops packing or shipping",
    "total-known": "the order's new total is known, if its lines were edited",
    "paid-in-full": "the order is paid in full (a preorder too)",
    "addressed": "its address is complete",
    "shippable": "its shipping method is set",
    "was-awaiting": "it awaited inventory when the order was put on hold",
    "market-splits": "its market splits shipments, and it wasn't split before",
    "no-hold": "no hold of the order stops anything",
    "nothing-shipped": "nothing of the order has shipped",
    "not-last-open": "another shipment stays open, if a hold of the order stops canceling",
}


@dataclass(frozen=True, slots=True)
class Move:
    """A row of the table: `trigger` leads from `source` to `target` if every guard allows it."""

    source: ShipmentStatus
    trigger: Trigger
    target: ShipmentStatus | Before
    guards: tuple[str, ...] = ()


MOVES: Final = (
    Move(
        "AwaitingInventory",
        Trigger.REQUEST_STOCK,
        "AwaitingInventory",
        ("paid-or-preorder", "not-requested"),
    ),
    Move("AwaitingInventory", Trigger.ALLOCATED, "InventoryAssigned"),
    Move("AwaitingInventory", Trigger.BACKORDERED, "AwaitingInventory"),
    Move("AwaitingInventory", Trigger.ASK_ELSEWHERE, "AwaitingInventory"),
    Move(
        "AwaitingInventory",
        Trigger.SPLIT,
        "AwaitingInventory",
        ("market-splits", "no-hold", "nothing-shipped"),
    ),
    Move(
        "InventoryAssigned",
        Trigger.RELEASE,
        "Released",
        ("not-on-hold", "total-known", "paid-in-full", "addressed", "shippable"),
    ),
    Move("Released", Trigger.ADD_TO_PICKLIST, "Packing", ("picking-not-stopped",)),
    Move("Packing", Trigger.REMOVE_FROM_PICKLIST, "Released"),
    Move("Packing", Trigger.COMPLETE, "Shipped", ("shipping-not-stopped",)),
    Move("Shipped", Trigger.CORRECT_TRACKING, "Shipped"),
    Move("AwaitingInventory", Trigger.EDIT, "AwaitingInventory"),
    Move("InventoryAssigned", Trigger.EDIT, "InventoryAssigned"),
    Move("Released", Trigger.EDIT, "Released"),
    Move("Packing", Trigger.EDIT, "Packing"),
    Move("OnHold", Trigger.EDIT, "OnHold"),
    Move("AwaitingInventory", Trigger.EDIT_LINES, "AwaitingInventory"),
    Move("InventoryAssigned", Trigger.EDIT_LINES, "AwaitingInventory"),
    Move("AwaitingInventory", Trigger.CANCEL, "Canceled", ("not-last-open",)),
    Move("InventoryAssigned", Trigger.CANCEL, "Canceled", ("not-last-open",)),
    Move("Released", Trigger.CANCEL, "Canceled", ("not-last-open",)),
    Move("Packing", Trigger.CANCEL, "Canceled", ("not-last-open",)),
    Move("OnHold", Trigger.CANCEL, "Canceled", ("not-last-open",)),
    Move("AwaitingInventory", Trigger.HOLD, "OnHold"),
    Move("InventoryAssigned", Trigger.HOLD, "OnHold"),
    Move("Released", Trigger.HOLD, "OnHold"),
    Move("Packing", Trigger.HOLD, "OnHold"),
    Move("OnHold", Trigger.LIFT_HOLD, BEFORE),
    Move("OnHold", Trigger.ALLOCATED, "OnHold", ("was-awaiting",)),
    Move("OnHold", Trigger.BACKORDERED, "OnHold", ("was-awaiting",)),
    Move("OnHold", Trigger.ASK_ELSEWHERE, "OnHold", ("was-awaiting",)),
)

TABLE: Final[Mapping[tuple[ShipmentStatus, Trigger], Move]] = {
    (move.source, move.trigger): move for move in MOVES
}


def move(status: ShipmentStatus, trigger: Trigger) -> Move | None:
    """The row for `trigger` in `status`. None: a command is rejected, a fact changes nothing."""
    return TABLE.get((status, trigger))


def moves(trigger: Trigger) -> tuple[Move, ...]:
    """Every row for `trigger`."""
    return tuple(row for row in MOVES if row.trigger is trigger)


def is_done(status: ShipmentStatus, command: Trigger) -> bool:
    """Whether `status` is where `command` leads, so that repeating the command does nothing.

    Rows that keep the status don't count: whether such a command is done depends on its content.
    """
    leading = (row for row in moves(command) if row.target != row.source)
    return command in COMMANDS and any(row.target == status for row in leading)
