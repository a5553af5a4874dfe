"""Preconditions of commands on a warehouse's stock."""

from services.shipment.stock.allocation_plan import AllocationPlan
from services.shipment.stock.state import Inventory
from shared.contracts import Malformed
from shared.contracts.stock import (
    Allocate,
    CountStock,
    Deallocate,
    Expect,
    Issue,
    Offer,
    PassOn,
    Reallocate,
    Receive,
    ReleaseQuarantine,
    SetSafety,
    TakeBack,
    TryAllocate,
)
from shared.runtime.decider import Context

Command = (
    Allocate
    | CountStock
    | Deallocate
    | Expect
    | Issue
    | Offer
    | PassOn
    | Reallocate
    | Receive
    | ReleaseQuarantine
    | SetSafety
    | TakeBack
    | TryAllocate
)


def plan_for(command: Command, inventory: Inventory, context: Context) -> AllocationPlan:
    """A plan for the command's warehouse; raises `Malformed` if the site doesn't have it."""
    if command.warehouse not in context.site.warehouses:
        raise Malformed("warehouse", f"no warehouse is called {command.warehouse}")
    return AllocationPlan(command.warehouse, inventory)
