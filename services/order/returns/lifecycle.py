"""The lifecycle of a return, as data (rules: Returns and exchanges).

The table decides commands, explains refusals (`allowed.py`), and is the source of the diagram in
`docs/lifecycle.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.contracts.returns import ReturnStatus


class Trigger(StrEnum):
    """What can happen to a return: a command, or what follows from one."""

    RECEIVE = "receive"
    ALL_ACCOUNTED = "everything accounted for"
    COMPLETE = "complete"
    REFUNDED = "refunded"
    REFUND_REFUSED = "refund refused"
    CANCEL = "cancel"


START: Final[ReturnStatus] = "AwaitingStockReturn"
AFTER_ALL: Final[ReturnStatus] = "AwaitingCompletion"
FINAL: Final[frozenset[ReturnStatus]] = frozenset({"Complete", "Canceled"})

GUARDS: Final[Mapping[str, str]] = {
    "expected": "no more pieces than are still expected",
    "no-refund-pending": "no refund of the return is pending",
    "exchange-placed": "the exchange order isn't being placed at the moment",
    "nothing-received": "nothing was received",
    "not-exchanged": "no exchange order was placed, or it was canceled",
}


@dataclass(frozen=True, slots=True)
class Move:
    """A row of the table: `trigger` leads from `source` to `target` if every guard allows it."""

    source: ReturnStatus
    trigger: Trigger
    target: ReturnStatus
    guards: tuple[str, ...] = ()


_CANCELABLE: Final = ("nothing-received", "no-refund-pending", "not-exchanged")
MOVES: Final = (
    Move("AwaitingStockReturn", Trigger.RECEIVE, "AwaitingStockReturn", ("expected",)),
    Move("AwaitingStockReturn", Trigger.ALL_ACCOUNTED, AFTER_ALL),
    Move(
        "AwaitingCompletion",
        Trigger.COMPLETE,
        "AwaitingCompletion",
        ("no-refund-pending", "exchange-placed"),
    ),
    Move("AwaitingCompletion", Trigger.REFUNDED, "Complete"),
    Move("AwaitingCompletion", Trigger.REFUND_REFUSED, "AwaitingCompletion"),
    Move("AwaitingStockReturn", Trigger.CANCEL, "Canceled", _CANCELABLE),
    Move("AwaitingCompletion", Trigger.CANCEL, "Canceled", _CANCELABLE),
)

TABLE: Final[Mapping[tuple[ReturnStatus, Trigger], Move]] = {
    (move.source, move.trigger): move for move in MOVES
}


def move(status: ReturnStatus, trigger: Trigger) -> Move | None:
    """The row for `trigger` in `status`, or None."""
    return TABLE.get((status, trigger))
