"""What is known of an order, and what its customer was told."""

from dataclasses import dataclass

from shared.contracts import Message
from shared.contracts.notifications import News, NewsKept, NewsNoted, OrderContent, OrderNoted


@dataclass(frozen=True, slots=True)
class NotedOrder:
    """An order as this service knows it.

    content  None if the order isn't known yet, or its customer isn't notified
    known    whether the order was noted
    early    news that came before the order
    told     the outcomes that were told once and for all (`outcome`)
    """

    content: OrderContent | None = None
    known: bool = False
    early: tuple[News, ...] = ()
    told: frozenset[str] = frozenset()


def outcome(news: News) -> str | None:
    """Names what is told only once, such as `shipped/1`; None for what may be told again."""
    if news.kind in ("changed", "refunded", "return-received"):
        return None
    return f"{news.kind}/{news.shipment_id or ''}"


def status(order: NotedOrder | None) -> str | None:
    """Returns the status for replies, or None for an unknown order."""
    return "Noted" if order and order.known else None


def is_told(order: NotedOrder | None) -> bool:
    """Whether the end of an order was told, or nothing of it is to be told."""
    if order is None or not order.known:
        return False
    ends = ("shipped/", "canceled/")
    return order.content is None or any(each.startswith(ends) for each in order.told)


def evolve(order: NotedOrder | None, event: Message) -> NotedOrder | None:
    """Returns what is known after `event`."""
    before = order or NotedOrder()
    match event:
        case OrderNoted():
            return NotedOrder(event.content, known=True, told=_told(before, event.news))
        case NewsNoted():
            return NotedOrder(before.content, before.known, told=_told(before, event.news))
        case NewsKept():
            return NotedOrder(early=(*before.early, event.news))
    return order


def _told(before: NotedOrder, news: News | None) -> frozenset[str]:
    done = outcome(news) if news else None
    return before.told | {done} if done else before.told
