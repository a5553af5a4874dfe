"""Issues the items of shipments: they have left the warehouse."""

from collections.abc import Sequence

from services.shipment.stock.preconditions import plan_for
from services.shipment.stock.state import Inventory
from shared.contracts import Message
from shared.contracts.stock import Issue, Issued
from shared.runtime.decider import Context


def issue(command: Issue, inventory: Inventory, context: Context) -> Sequence[Message]:
    """Takes the allocated items off the stock. Nothing becomes free."""
    plan = plan_for(command, inventory, context)
    lines = inventory.allocations.get((command.order_id, command.shipment_id))
    if lines is None:
        return []
    for line in lines:
        level = plan.level(line.sku)
        level.allocated -= line.quantity
        level.on_hand = max(0, level.on_hand - line.quantity)
    return [
        Issued(
            warehouse=command.warehouse,
            order_id=command.order_id,
            shipment_id=command.shipment_id,
            levels=plan.levels_now(lines),
        )
    ]
