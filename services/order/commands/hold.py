"""Hold an order and release its hold: the shipments are asked first.

Held means held (rules: Orders): an order is on hold only once its shipments have confirmed it.
Until then, whoever asked waits for the outcome.
"""

from services.order.allowed import is_held, why_no_hold, why_no_release_hold
from services.order.preconditions import require_order
from services.order.state import Order
from shared.contracts import orders
from shared.runtime.decider import Context, Decision, refuse


def hold(command: orders.Hold, order: Order | None, context: Context) -> Decision:
    """Requests a hold from the shipments; nothing if the order is on hold."""
    order = require_order(order, command.order_id)
    if is_held(order):
        return Decision()
    refuse(why_no_hold(order))
    asked = orders.HoldRequested(
        order_id=order.order_id, request=context.cause, reason=command.reason
    )
    return Decision([asked], deferred=True)


def release_hold(command: orders.ReleaseHold, order: Order | None, context: Context) -> Decision:
    """Requests that the shipments return to their previous statuses."""
    order = require_order(order, command.order_id)
    refuse(why_no_release_hold(order))
    asked = orders.ReleaseHoldRequested(order_id=order.order_id, request=context.cause)
    return Decision([asked], deferred=True)
