"""The messages that the cart service publishes because of a customer's events."""

from collections.abc import Iterable

from shared.contracts import Message
from shared.contracts.customer_deletion import (
    DeleteCart,
    Deleted,
    DeleteOrder,
    DeleteRequested,
    LateCart,
    OrdersAgreed,
)


def outgoing(event: Message) -> Iterable[Message]:
    """Returns the requests to a deleted customer's carts and orders."""
    match event:
        case DeleteRequested() | OrdersAgreed():
            asking = isinstance(event, DeleteRequested)
            return [
                DeleteOrder(order_id=order, customer_id=event.customer_id, by=event.by, ask=asking)
                for order in event.orders
            ]
        case Deleted():
            return [DeleteCart(cart_id=cart, by=event.by, at=event.at) for cart in event.carts]
        case LateCart():
            return [DeleteCart(cart_id=event.cart_id, by=event.by, at=event.at)]
    return []
