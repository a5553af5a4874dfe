"""Bugs of the stock's rules."""

from __future__ import annotations

from typing import Any

from services.shipment.stock import allocation_plan, backorder_queue, state
from services.shipment.stock.commands.issue import issue as issues
from services.shipment.stock.decider import decider
from shared.contracts import shipments
from shared.contracts import stock as goods
from tests.simulation.planted.registry import Patch, bug


@bug
def be_off_by_one_in_the_queue(patch: Patch) -> None:
    patch.setattr(
        allocation_plan.AllocationPlan, "shortages", lambda self, lines: _short(self, lines)
    )


def _short(mine: Any, lines: Any) -> Any:
    found = []
    for line in lines:
        available = (
            0
            if mine.first_blocked_position(line.sku) is not None
            else max(0, mine.level(line.sku).free)
        )
        if available + 1 < line.quantity:
            short = shipments.Shortage(sku=line.sku, wanted=line.quantity, available=available)
            found.append(short)
    return tuple(found)


@bug
def keep_what_was_given_back(patch: Patch) -> None:
    patch.setitem(state._EVOLVE, goods.Deallocated, state._set_levels)


@bug
def leave_a_ghost_in_the_queue(patch: Patch) -> None:
    patch.setattr(backorder_queue.BackorderQueue, "remove", lambda self, key: None)


@bug
def issue_without_taking_off_the_shelf(patch: Patch) -> None:
    def issue(command: Any, stocked: Any, context: Any) -> Any:
        events = issues(command, stocked, context)
        return [
            event.model_copy(
                update={
                    "levels": tuple(
                        level.model_copy(update={"on_hand": stocked.levels[level.sku].on_hand})
                        for level in event.levels
                    )
                }
            )
            for event in events
        ]

    patch.setitem(decider.handlers, goods.Issue, issue)


@bug
def forget_the_queue_in_a_snapshot(patch: Patch) -> None:
    patch.setattr(backorder_queue.BackorderQueue, "in_order", lambda self: ())
