"""The shipments refused a cancellation."""

from services.order.new_total import total_without
from services.order.pending_requests import outcomes_of
from services.order.state import Order
from shared.contracts import orders, shipments
from shared.contracts.edit_texts import change
from shared.runtime.decider import Context, Decision


def refuse_cancel(fact: shipments.CancelRefused, order: Order | None, context: Context) -> Decision:
    """Refuses the pending cancellations: something had shipped already."""
    waiting = order.next_in_line("cancel") if order else []
    if not order or not waiting:
        return Decision()
    refused = orders.CancelRefused(order_id=order.order_id, reason=fact.reason)
    owed = total_without(order, [], change("some-canceled"), context)
    return Decision([refused, *owed], outcomes=outcomes_of(waiting, fact.reason))
