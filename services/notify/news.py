"""News: what there is to tell, and whether it is told now, later, or not at all."""

from collections.abc import Iterable, Sequence
from typing import Any

from services.notify.recent import happened_at, is_recent
from services.notify.state import NotedOrder, outcome
from shared.contracts import Message
from shared.contracts.notifications import Kind, News, NewsKept, NewsNoted, OrderContent
from shared.runtime.decider import Context


def make_news(kind: Kind, context: Context, **details: Any) -> News:
    """Returns the news of the fact that is being decided."""
    return News(kind=kind, happened_at=happened_at(context), **details)


def tell(
    order_id: str, news: News, order: NotedOrder | None, context: Context
) -> Sequence[Message]:
    """Tells `news` of a known order, and keeps it if the order isn't known yet.

    Nothing is told twice, too late, or to a customer without an email.
    """
    if not is_recent(context):
        return []
    if order is None or not order.known:
        return [NewsKept(order_id=order_id, news=news)]
    if order.content is None or outcome(news) in order.told:
        return []
    if not worth_telling(news, order.content):
        return []
    return [NewsNoted(order_id=order_id, news=news, content=order.content)]


def first_of_each(kept: Iterable[News]) -> list[News]:
    """Returns the news without repeats of an outcome."""
    done: set[str | None] = set()
    first = []
    for news in kept:
        name = outcome(news)
        if name is None or name not in done:
            first.append(news)
            done.add(name)
    return first


def worth_telling(news: News, content: OrderContent) -> bool:
    """Whether the customer doesn't expect it anyway: a preorder waits for its stock."""
    if news.kind != "delayed":
        return True
    lines = [
        line for each in content.shipments if each.shipment_id == news.shipment_id
        for line in each.lines
    ]  # fmt: skip
    return not any(line.preorder for line in lines)
