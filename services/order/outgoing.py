"""What the cart service hears of an order, beside its events."""

from collections.abc import Iterable

from services.order.placing import answer
from shared.contracts import Message
from shared.contracts.orders import DraftRefused, Placed
from shared.contracts.reorders import CreateReorder, ReorderRequested


def outgoing(event: Message) -> Iterable[Message]:
    """What becomes of a draft; what a new one is to be made of."""
    match event:
        case Placed() | DraftRefused():
            return answer(event)
        case ReorderRequested():
            return [CreateReorder.model_validate(dict(event))]
    return []
