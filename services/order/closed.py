"""Whether an order is closed, so that its stream may be moved to the archive."""

from services.order.returns.allowed import why_return_stays_open
from services.order.state import Order


def is_closed(order: Order | None) -> bool:
    """Whether an order has ended and nothing of it is open: no return, refund, hold or request."""
    if order is None or order.progress not in ("Completed", "Canceled"):
        return False
    pending = order.requests or order.edits or order.reorders or order.holds
    return not pending and not order.awaits_exchange and not why_return_stays_open(order)
