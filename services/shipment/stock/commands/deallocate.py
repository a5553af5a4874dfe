"""Free a shipment's allocation, or its place in the queue."""

from collections.abc import Sequence

from services.shipment.stock.preconditions import plan_for
from services.shipment.stock.state import Inventory
from shared.contracts import Message
from shared.contracts.stock import Deallocate, Deallocated
from shared.runtime.decider import Context


def deallocate(command: Deallocate, inventory: Inventory, context: Context) -> Sequence[Message]:
    """What was set aside, or the place in the queue, is free: both move the queue."""
    plan = plan_for(command, inventory, context)
    key = (command.order_id, command.shipment_id)
    place = inventory.queue.place_of(key)
    if place is not None:
        lines = inventory.queue.waiting[place].lines
        before = plan.barriers(lines)
        plan.leave(place)
    elif key in inventory.allocations:
        lines = inventory.allocations[key]
        before = plan.barriers(lines)
        for line in lines:
            plan.level(line.sku).allocated -= line.quantity
    else:
        return []
    freed = Deallocated(
        warehouse=command.warehouse,
        order_id=command.order_id,
        shipment_id=command.shipment_id,
        levels=plan.now(lines),
    )
    return [freed, *plan.move_queue(before)]
