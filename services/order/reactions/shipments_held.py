"""The shipments' answers to a hold and to its release."""

from services.order.allowed import NOT_ON_HOLD
from services.order.pending_requests import outcomes_of
from services.order.state import Order, Request, RequestKind
from shared.contracts import orders, shipments
from shared.contracts.holds import PLAIN_ID, lifted
from shared.contracts.replies import Reason
from shared.runtime.decider import Context, Decision


def confirm_hold(fact: shipments.Held, order: Order | None, _context: Context) -> Decision:
    """Places the hold and settles every request for it that is next in line."""
    waiting = _waiting(order, "hold", (fact.hold.hold_id if fact.hold else PLAIN_ID,))
    if not order or not waiting:
        return Decision()
    happened = orders.Held(
        order_id=order.order_id,
        order_number=order.number,
        reason=waiting[0].reason,
        hold=waiting[0].details,
    )
    return Decision([happened], outcomes=outcomes_of(waiting))


def refuse_hold(fact: shipments.HoldRefused, order: Order | None, _context: Context) -> Decision:
    """Refuses the requests for the hold, and a release that waits behind them for nothing."""
    waiting = _waiting(order, "hold", (fact.hold_id or PLAIN_ID,))
    if not order or not waiting:
        return Decision()
    happened = orders.HoldRefused(order_id=order.order_id, reason=fact.reason)
    settles = outcomes_of(waiting, fact.reason)
    if not order.holds:
        pointless = order.next_in_line("release-hold", behind=len(waiting))
        settles += outcomes_of(pointless, Reason.of(NOT_ON_HOLD))
    return Decision([happened], outcomes=settles)


def confirm_release(fact: shipments.HoldLifted, order: Order | None, _context: Context) -> Decision:
    """Releases the holds: the shipments no longer wait for them."""
    waiting = _waiting(order, "release-hold", fact.holds)
    if not order or not waiting:
        return Decision()
    remaining = lifted(order.holds, fact.holds)
    happened = orders.HoldReleased(
        order_id=order.order_id,
        order_number=order.number,
        status=order.status_if(on_hold=any(hold.stops for hold in remaining.values())),
        holds=fact.holds,
    )
    return Decision([happened], outcomes=outcomes_of(waiting))


def _waiting(
    order: Order | None, kind: RequestKind, about: tuple[str, ...] | None
) -> list[Request]:
    """The requests next in line, if they are of this kind and about these holds."""
    waiting = order.next_in_line(kind) if order else []
    return waiting if waiting and waiting[0].about == about else []
