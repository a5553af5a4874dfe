"""Sets the safety stock of an article: what is kept back from allocations."""

from collections.abc import Sequence

from services.shipment.stock.preconditions import plan_for
from services.shipment.stock.state import Inventory
from shared.contracts import Message
from shared.contracts.stock import SafetySet, SetSafety
from shared.runtime.decider import Context


def set_safety(command: SetSafety, inventory: Inventory, context: Context) -> Sequence[Message]:
    """Sets the safety stock, and allocates what becomes free to backorders."""
    plan = plan_for(command, inventory, context)
    level = plan.level(command.sku)
    if level.safety == command.quantity:
        return []
    blocked = plan.first_blocked_position(command.sku)
    level.safety = command.quantity
    changed = SafetySet(
        warehouse=command.warehouse,
        sku=command.sku,
        quantity=command.quantity,
        levels=(plan.level_now(command.sku),),
    )
    return [changed, *plan.serve_backorders({} if blocked is None else {command.sku: blocked})]
