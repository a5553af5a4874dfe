"""Bugs of the stock's rules."""

from __future__ import annotations

from typing import Any

from services.shipment.stock import backorder_queue, evolution, state
from services.shipment.stock.allocation_plan import AllocationPlan
from services.shipment.stock.commands import receive
from services.shipment.stock.commands.issue import issue as issues
from services.shipment.stock.decider import decider
from shared.contracts import shipments
from shared.contracts import stock as goods
from tests.simulation.planted.registry import Patch, bug

real_shortages = AllocationPlan.shortages


@bug
def be_off_by_one_in_the_queue(patch: Patch) -> None:
    def shortages(self: AllocationPlan, *arguments: Any) -> tuple[shipments.Shortage, ...]:
        found = real_shortages(self, *arguments)
        return tuple(short for short in found if short.available + 1 < short.wanted)

    patch.setattr(AllocationPlan, "shortages", shortages)


@bug
def keep_what_was_given_back(patch: Patch) -> None:
    patch.setitem(evolution._EVOLVE, goods.Deallocated, evolution._set_levels)


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


@bug
def allocate_the_safety_stock(patch: Patch) -> None:
    free = property(lambda self: self.on_hand - self.allocated)
    patch.setattr(state.Level, "free", free)


@bug
def expect_what_has_arrived(patch: Patch) -> None:
    patch.setattr(receive, "take_off_expected", lambda level, received: None)
