"""What the cart service hears of an order, beside its events."""

from collections.abc import Iterable, Iterator

from shared.contracts import Message, orders
from shared.contracts.carts import SettleConvert
from shared.contracts.orders import DraftRefused, Placed
from shared.contracts.reorders import CreateReorder, ReorderRequested


def outgoing(event: Message) -> Iterable[Message]:
    """What becomes of a draft; what a new one is to be made of."""
    match event:
        case Placed() | DraftRefused():
            return draft_outcome(event)
        case ReorderRequested():
            return [CreateReorder.model_validate(dict(event))]
    return []


def draft_outcome(event: orders.Placed | orders.DraftRefused) -> Iterator[Message]:
    """What the cart service hears of a draft."""
    if isinstance(event, orders.DraftRefused):
        yield SettleConvert(cart_id=event.order_id, order_number=None, refusal=event.reason)
    elif event.draft:
        yield SettleConvert(cart_id=event.order_id, order_number=event.order_number, refusal=None)
