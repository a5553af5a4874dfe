"""Messages to other services, and to other orders, that follow from an order's events."""

from collections.abc import Iterable, Iterator

from services.order.returns.outgoing import exchange_outcome, outgoing_of_return
from shared.contracts import Message, orders
from shared.contracts.carts import SettleConvert
from shared.contracts.customer_deletion import OrderAnswer, SettleOrder
from shared.contracts.orders import Canceled, Completed, Deleted, DraftRefused, Placed
from shared.contracts.reorders import CreateReorder, ReorderRequested
from shared.contracts.returns import AboutReturn


def outgoing(event: Message) -> Iterable[Message]:
    """Returns the outcome of a converted draft or of an exchange order, the request to create a
    draft, the answer to a customer's deletion, or what a return tells warehouses, stock and its
    exchange order.
    """
    match event:
        case Placed() | DraftRefused() | Completed() | Canceled() | Deleted() if event.exchange_of:
            return [exchange_outcome(event, event.exchange_of)]
        case Placed() | DraftRefused():
            return draft_outcome(event)
        case ReorderRequested():
            return [CreateReorder.model_validate(dict(event))]
        case OrderAnswer():
            return [SettleOrder.model_validate(dict(event))]
        case AboutReturn():
            return outgoing_of_return(event)
    return []


def draft_outcome(event: orders.Placed | orders.DraftRefused) -> Iterator[Message]:
    """Yields the outcome for the cart service, if the order came from a draft."""
    if isinstance(event, orders.DraftRefused):
        yield SettleConvert(cart_id=event.order_id, order_number=None, refusal=event.reason)
    elif event.draft:
        yield SettleConvert(cart_id=event.order_id, order_number=event.order_number, refusal=None)
