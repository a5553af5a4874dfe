"""The shipments' answer to an edit of lines."""

from services.order.edit_summary import change_of
from services.order.new_total import lines_changed_event, tax_rate
from services.order.state import Order
from shared.contracts import orders, shipments
from shared.runtime.decider import Context, Decision, DeferredOutcome


def confirm_edit(fact: shipments.LinesChanged, order: Order | None, context: Context) -> Decision:
    """Makes the edit, to which the shipments have agreed, and calculates the new total."""
    if order is None or (made := order.edits.get(fact.request)) is None:
        return Decision()
    after = order.content.edited(made, tax_rate(order, context), order.canceled)
    changed = change_of(made, order.content, after)
    return Decision(
        [lines_changed_event(order, after, fact.request, changed)],
        outcomes=[DeferredOutcome(fact.request)],
    )


def refuse_edit(
    fact: shipments.LinesChangeRefused, order: Order | None, _context: Context
) -> Decision:
    """Refuses an edit that came too late or after another one."""
    if order is None or fact.request not in order.edits:
        return Decision()
    refused = orders.LinesChangeRefused(
        order_id=order.order_id, request=fact.request, reason=fact.reason
    )
    return Decision([refused], outcomes=[DeferredOutcome(fact.request, fact.reason)])
