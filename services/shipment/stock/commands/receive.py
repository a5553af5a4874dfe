"""Receives goods and counts stock. Both may allocate stock to backorders."""

from collections.abc import Sequence
from typing import Any

from services.shipment.stock.allocation_plan import AllocationPlan
from services.shipment.stock.commands.expect import take_off_expected
from services.shipment.stock.preconditions import plan_for
from services.shipment.stock.shortages import shipments_short_of, truncated
from services.shipment.stock.state import Inventory
from shared.contracts import Message
from shared.contracts.stock import Counted, CountStock, Receive, Received
from shared.runtime.decider import Context


def receive(command: Receive, inventory: Inventory, context: Context) -> Sequence[Message]:
    """Adds goods to the stock, and allocates them to backorders."""
    plan = plan_for(command, inventory, context)
    level = plan.level(command.sku)
    take_off_expected(level, command.quantity)
    return _set_on_hand(plan, command, level.on_hand + command.quantity, Received)


def count(command: CountStock, inventory: Inventory, context: Context) -> Sequence[Message]:
    """Sets the stock to the quantity counted, and allocates what is free to backorders.

    If more is allocated than was counted, the event lists the shipments that lack stock.
    """
    plan = plan_for(command, inventory, context)
    short = truncated(shipments_short_of(inventory, command.sku, command.quantity))
    return _set_on_hand(plan, command, command.quantity, Counted, short=short)


def _set_on_hand(
    plan: AllocationPlan,
    command: Receive | CountStock,
    on_hand: int,
    event: type[Received | Counted],
    **more: Any,
) -> Sequence[Message]:
    blocked = plan.first_blocked_position(command.sku)
    plan.level(command.sku).on_hand = on_hand
    changed = event(
        warehouse=command.warehouse,
        sku=command.sku,
        quantity=command.quantity,
        levels=(plan.level_now(command.sku),),
        **more,
    )
    return [changed, *plan.serve_backorders({} if blocked is None else {command.sku: blocked})]
