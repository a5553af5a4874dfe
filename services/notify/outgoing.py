"""The notifications that follow from what was noted."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.contracts import Message, notifications
from shared.contracts.notifications import Kind, NewsNoted, Notification, OrderNoted

PUBLISHES: tuple[type[Message], ...] = (*notifications.NOTIFICATIONS, notifications.Erased)

_KINDS: Mapping[Kind, type[Notification]] = {
    "confirmed": notifications.Confirmed,
    "changed": notifications.Changed,
    "shipped": notifications.Shipped,
    "delayed": notifications.Delayed,
    "canceled": notifications.Canceled,
    "refunded": notifications.Refunded,
    "return-received": notifications.ReturnReceived,
}


def outgoing(event: Message) -> Iterable[Message]:
    """Yields the notification of noted news, or the erasure of a deleted order."""
    match event:
        case OrderNoted() | NewsNoted():
            if event.news is not None and event.content is not None:
                yield _notification(event)
        case notifications.Deleted():
            yield notifications.Erased(order_id=event.order_id)


def _notification(event: OrderNoted | NewsNoted) -> Notification:
    """The notification of an event with news and content."""
    if event.news is None:
        raise AssertionError(event.order_id)
    known: dict[str, Any] = {**dict(event.content or ()), **dict(event.news)}
    model = _KINDS[event.news.kind]
    values = {name: known[name] for name in model.model_fields if name in known}
    return model(**{**values, "order_id": event.order_id})
