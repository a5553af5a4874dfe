"""The shipments' answers to a hold and to its release."""

from services.order.allowed import NOT_ON_HOLD
from services.order.pending_requests import outcomes_of
from services.order.state import Order, status_of
from shared.contracts import orders, shipments
from shared.contracts.replies import Reason
from shared.runtime.decider import Context, Decision


def confirm_hold(_fact: shipments.Held, order: Order | None, _context: Context) -> Decision:
    """Puts the order on hold and settles every pending hold."""
    waiting = order.next_in_line("hold") if order else []
    if not order or not waiting:
        return Decision()
    happened = orders.Held(
        order_id=order.order_id, order_number=order.number, reason=waiting[0].reason
    )
    return Decision([happened], outcomes=outcomes_of(waiting))


def refuse_hold(fact: shipments.HoldRefused, order: Order | None, _context: Context) -> Decision:
    """Refuses the pending holds, and a release that waits behind them."""
    waiting = order.next_in_line("hold") if order else []
    if not order or not waiting:
        return Decision()
    happened = orders.HoldRefused(order_id=order.order_id, reason=fact.reason)
    settles = outcomes_of(waiting, fact.reason)
    if not order.on_hold:
        pointless = order.next_in_line("release-hold", behind=len(waiting))
        settles += outcomes_of(pointless, Reason.of(NOT_ON_HOLD))
    return Decision([happened], outcomes=settles)


def confirm_release(
    _fact: shipments.HoldLifted, order: Order | None, _context: Context
) -> Decision:
    """Ends the hold: the shipments have their previous statuses back."""
    waiting = order.next_in_line("release-hold") if order else []
    if not order or not waiting:
        return Decision()
    happened = orders.HoldReleased(
        order_id=order.order_id,
        order_number=order.number,
        status=status_of(order.shipments, on_hold=False),
    )
    return Decision([happened], outcomes=outcomes_of(waiting))
