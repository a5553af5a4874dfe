"""Cancel an order: the shipments are asked first.

They either refuse (`../reactions/cancel_refused.py`) or cancel one by one
(`../reactions/shipment_closed.py`).
"""

from services.order.allowed import is_canceled, why_no_cancel
from services.order.preconditions import require_order
from services.order.state import Order
from shared.contracts import orders
from shared.runtime.decider import Context, Decision, refuse


def cancel(command: orders.Cancel, order: Order | None, context: Context) -> Decision:
    """Requests a cancellation from the shipments; nothing if the order is canceled."""
    order = require_order(order, command.order_id)
    if is_canceled(order):
        return Decision()
    refuse(why_no_cancel(order, context.site))
    asked = orders.CancelRequested(
        order_id=order.order_id, request=context.cause, reason=command.reason
    )
    return Decision([asked], deferred=True)
