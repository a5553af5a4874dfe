"""Those who ask something of an order, and what they are told."""

from collections.abc import Sequence

from services.order.state import Order, Request
from shared.contracts.replies import Reason
from shared.runtime.decider import Settlement, rejected


def known(order: Order | None, order_id: str) -> Order:
    """`order`, or a refusal of the command that is about it."""
    if order is None:
        raise rejected("unknown-order", order=order_id)
    return order


def settled(requests: Sequence[Request], refusal: Reason | None = None) -> list[Settlement]:
    """The outcome of each of `requests`, at last: accepted, or refused for this reason."""
    return [Settlement(request.cause, refusal) for request in requests]
