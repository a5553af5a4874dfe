"""Delete an order: the shipments are asked first (rules: Orders, "delete").

Once they agree, nothing of the order can ship, and it is deleted. The other services hear of that
and delete what they keep about it.
"""

from services.order.allowed import why_no_delete
from services.order.preconditions import require_order
from services.order.state import Order
from shared.contracts import orders
from shared.runtime.decider import Context, Decision, refuse


def delete(command: orders.Delete, order: Order | None, context: Context) -> Decision:
    """Requests a deletion from the shipments, which know whether a warehouse is working on one."""
    order = require_order(order, command.order_id)
    refuse(why_no_delete(order, context.site))
    asked = orders.DeleteRequested(
        order_id=order.order_id,
        order_number=order.number,
        request=context.cause,
        by=context.actor,
    )
    return Decision([asked], deferred=True)
