"""Holds of the order: while one stops captures, no money is captured (rules: A hold says what it
stops).

Money is still recorded, voided and refunded. A capture that was accepted before the hold arrived
goes through.
"""

from collections.abc import Sequence

from services.payment.state import Account
from shared.contracts import Message, orders, payments
from shared.contracts.holds import lifted
from shared.runtime.decider import Context


def stop_captures(
    fact: orders.Held, account: Account | None, _context: Context
) -> Sequence[Message]:
    """Stops captures if the hold says so."""
    hold = fact.hold
    if account is None or hold is None or "capture" not in hold.stops:
        return []
    if hold.hold_id in account.holds:
        return []
    return [payments.CaptureStopped(order_id=account.order_id, hold=hold)]


def resume_captures(
    fact: orders.HoldReleased | orders.Completed, account: Account | None, _context: Context
) -> Sequence[Message]:
    """Notes which holds no longer stop captures; a completed order has no holds."""
    if account is None or not account.holds:
        return []
    remaining = {} if isinstance(fact, orders.Completed) else lifted(account.holds, fact.holds)
    gone = tuple(which for which in account.holds if which not in remaining)
    return [payments.CaptureResumed(order_id=account.order_id, holds=gone)] if gone else []
