"""Messages to the cart service that follow from an order's events."""

from collections.abc import Iterable, Iterator

from shared.contracts import Message, orders
from shared.contracts.carts import SettleConvert
from shared.contracts.orders import DraftRefused, Placed
from shared.contracts.reorders import CreateReorder, ReorderRequested


def outgoing(event: Message) -> Iterable[Message]:
    """Returns the outcome of a converted draft, or the request to create one."""
    match event:
        case Placed() | DraftRefused():
            return draft_outcome(event)
        case ReorderRequested():
            return [CreateReorder.model_validate(dict(event))]
    return []


def draft_outcome(event: orders.Placed | orders.DraftRefused) -> Iterator[Message]:
    """Yields the outcome for the cart service, if the order came from a draft."""
    if isinstance(event, orders.DraftRefused):
        yield SettleConvert(cart_id=event.order_id, order_number=None, refusal=event.reason)
    elif event.draft:
        yield SettleConvert(cart_id=event.order_id, order_number=event.order_number, refusal=None)
