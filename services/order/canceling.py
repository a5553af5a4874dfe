"""Canceling an order: a question to the shipments.

Their answer is either a refusal, or that each of them is canceled (`closing.py`).
"""

from services.order.actions import is_canceled, why_no_cancel
from services.order.editing import without
from services.order.requests import known, settled
from services.order.state import Order
from shared.contracts import orders, shipments
from shared.runtime.decider import Context, Decision, refuse


def cancel(command: orders.Cancel, order: Order | None, context: Context) -> Decision:
    """Asks the shipments to cancel; nothing if they are canceled."""
    order = known(order, command.order_id)
    if is_canceled(order):
        return Decision()
    refuse(why_no_cancel(order))
    asked = orders.CancelRequested(
        order_id=order.order_id, request=context.cause, reason=command.reason
    )
    return Decision([asked], deferred=True)


def cancel_refused(
    fact: shipments.CancelRefused, order: Order | None, context: Context
) -> Decision:
    """Something had shipped already: the order goes on."""
    waiting = order.next_in_line("cancel") if order else []
    if not order or not waiting:
        return Decision()
    refused = orders.CancelRefused(order_id=order.order_id, reason=fact.reason)
    owed = without(order, [], "Of the order's shipments some were canceled.", context)
    return Decision([refused, *owed], settles=settled(waiting, fact.reason))
