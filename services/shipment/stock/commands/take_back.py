"""Takes back the goods of returns (rules: Returns and exchanges, "disposition")."""

from collections.abc import Sequence

from services.shipment.stock.preconditions import plan_for
from services.shipment.stock.state import Inventory
from shared.contracts import Message
from shared.contracts.stock import Returned, TakeBack
from shared.runtime.decider import Context


def take_back(command: TakeBack, inventory: Inventory, context: Context) -> Sequence[Message]:
    """Restocks goods, puts them into quarantine or writes them off.

    Restocked goods are on hand again, and are allocated to backorders.
    """
    plan = plan_for(command, inventory, context)
    blocked = {
        goods.sku: plan.first_blocked_position(goods.sku)
        for goods in command.goods
        if goods.disposition == "restock"
    }
    for goods in command.goods:
        level = plan.level(goods.sku)
        if goods.disposition == "restock":
            level.on_hand += goods.quantity
        elif goods.disposition == "quarantine":
            level.quarantined += goods.quantity
    skus = dict.fromkeys(goods.sku for goods in command.goods)
    returned = Returned(
        warehouse=command.warehouse,
        order_id=command.order_id,
        return_id=command.return_id,
        goods=command.goods,
        levels=tuple(map(plan.level_now, skus)),
    )
    before = {sku: position for sku, position in blocked.items() if position is not None}
    return [returned, *plan.serve_backorders(before)]
