"""What every command on an order requires."""

from services.order.state import Order
from shared.runtime.decider import rejected


def require_order(order: Order | None, order_id: str) -> Order:
    """Returns `order`. Raises `Rejected` if there is none."""
    if order is None:
        raise rejected("unknown-order", order=order_id)
    return order
