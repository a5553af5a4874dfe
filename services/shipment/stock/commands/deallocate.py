"""Frees the allocations of shipments, or removes their backorders."""

from collections.abc import Sequence

from services.shipment.stock.preconditions import plan_for
from services.shipment.stock.state import Inventory
from shared.contracts import Message
from shared.contracts.stock import Deallocate, Deallocated
from shared.runtime.decider import Context


def deallocate(command: Deallocate, inventory: Inventory, context: Context) -> Sequence[Message]:
    """Frees the shipment's allocation or removes its backorder; either may serve backorders."""
    plan = plan_for(command, inventory, context)
    key = (command.order_id, command.shipment_id)
    position = inventory.queue.position_of(key)
    if position is not None:
        lines = inventory.queue.backorders[position].lines
        before = plan.first_blocked_positions(lines)
        plan.remove(position)
    elif key in inventory.allocations:
        lines = inventory.allocations[key]
        before = plan.first_blocked_positions(lines)
        for line in lines:
            plan.level(line.sku).allocated -= line.quantity
    else:
        return []
    freed = Deallocated(
        warehouse=command.warehouse,
        order_id=command.order_id,
        shipment_id=command.shipment_id,
        levels=plan.levels_now(lines),
    )
    return [freed, *plan.serve_backorders(before)]
