"""Holding an order, and letting it go on: a question to the shipments, and their answer.

Held means held (rules: Orders): the order is on hold only once the shipments have confirmed it.
Until then, those who asked wait.
"""

from services.order.actions import NOT_ON_HOLD, is_held, why_no_hold, why_no_release_hold
from services.order.requests import known, settled
from services.order.state import Order, status_of
from shared.contracts import orders, shipments
from shared.contracts.replies import Reason
from shared.runtime.decider import Context, Decision, refuse


def hold(command: orders.Hold, order: Order | None, context: Context) -> Decision:
    """Asks the shipments to stop; nothing if they have."""
    order = known(order, command.order_id)
    if is_held(order):
        return Decision()
    refuse(why_no_hold(order))
    asked = orders.HoldRequested(
        order_id=order.order_id, request=context.cause, reason=command.reason
    )
    return Decision([asked], deferred=True)


def release_hold(command: orders.ReleaseHold, order: Order | None, context: Context) -> Decision:
    """Asks the shipments to go back to where they were."""
    order = known(order, command.order_id)
    refuse(why_no_release_hold(order))
    asked = orders.ReleaseHoldRequested(order_id=order.order_id, request=context.cause)
    return Decision([asked], deferred=True)


def held(_fact: shipments.Held, order: Order | None, _context: Context) -> Decision:
    """The shipments have stopped: the order is on hold, and all who waited for that are told."""
    waiting = order.next_in_line("hold") if order else []
    if not order or not waiting:
        return Decision()
    happened = orders.Held(
        order_id=order.order_id, order_number=order.number, reason=waiting[0].reason
    )
    return Decision([happened], settles=settled(waiting))


def hold_refused(fact: shipments.HoldRefused, order: Order | None, _context: Context) -> Decision:
    """Nothing was left to hold. Who asked to release that very hold is refused as well."""
    waiting = order.next_in_line("hold") if order else []
    if not order or not waiting:
        return Decision()
    happened = orders.HoldRefused(order_id=order.order_id, reason=fact.reason)
    settles = settled(waiting, fact.reason)
    if not order.on_hold:
        pointless = order.next_in_line("release-hold", behind=len(waiting))
        settles += settled(pointless, Reason.of(NOT_ON_HOLD))
    return Decision([happened], settles=settles)


def hold_lifted(_fact: shipments.HoldLifted, order: Order | None, _context: Context) -> Decision:
    """The shipments are where they were before, and so is the order."""
    waiting = order.next_in_line("release-hold") if order else []
    if not order or not waiting:
        return Decision()
    happened = orders.HoldReleased(
        order_id=order.order_id,
        order_number=order.number,
        status=status_of(order.shipments, on_hold=False),
    )
    return Decision([happened], settles=settled(waiting))
