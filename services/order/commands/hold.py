"""Place holds on an order and release them: the shipments are asked first.

Held means held (rules: Orders): a hold counts only once the shipments have confirmed it. Until
then, whoever asked waits for the outcome.
"""

from services.order.allowed import is_held, why_no_hold, why_no_release_hold
from services.order.hold_rules import placed_hold, released_ids, require_new, require_plain
from services.order.preconditions import require_order
from services.order.state import Order
from shared.contracts import orders
from shared.contracts.holds import PLAIN_ID
from shared.runtime.decider import Context, Decision, refuse


def hold(command: orders.Hold, order: Order | None, context: Context) -> Decision:
    """Requests a hold from the shipments; nothing if the order has it already."""
    order = require_order(order, command.order_id)
    details = placed_hold(command, context)
    hold_id = details.hold_id if details else PLAIN_ID
    if details is None:
        require_plain(order)
    if is_held(order, hold_id):
        if details:
            require_new(details, order)
        return Decision()
    refuse(why_no_hold(order, context.site, hold_id))
    if details:
        require_new(details, order)
    asked = orders.HoldRequested(
        order_id=order.order_id, request=context.cause, reason=command.reason, hold=details
    )
    return Decision([asked], deferred=True)


def release_hold(command: orders.ReleaseHold, order: Order | None, context: Context) -> Decision:
    """Requests from the shipments that they no longer wait for these holds."""
    order = require_order(order, command.order_id)
    refuse(why_no_release_hold(order, context.site, command, context.actor))
    asked = orders.ReleaseHoldRequested(
        order_id=order.order_id, request=context.cause, holds=released_ids(command, order)
    )
    return Decision([asked], deferred=True)
