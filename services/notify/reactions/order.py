"""Facts of the order: placed, changed, canceled, returned, deleted."""

from collections.abc import Sequence

from services.notify import content
from services.notify.news import first_of_each, make_news, tell, worth_telling
from services.notify.recent import is_imported, is_recent
from services.notify.state import NotedOrder
from shared.contracts import Message, notifications, orders, returns
from shared.contracts.notifications import NewsNoted, OrderNoted
from shared.runtime.decider import Context


def note_order(
    fact: orders.Placed, order: NotedOrder | None, context: Context
) -> Sequence[Message]:
    """Notes the order, confirms it to its customer, and tells what came before it."""
    if order is not None and order.known:
        return []
    known = None if is_imported(fact, context) else content.placed(fact, context.site)
    if known is None:
        return [OrderNoted(order_id=fact.order_id, content=None)]
    news = make_news("confirmed", context) if is_recent(context) else None
    early = first_of_each(order.early) if order else []
    return [
        OrderNoted(order_id=fact.order_id, content=known, news=news),
        *(
            NewsNoted(order_id=fact.order_id, news=one, content=known)
            for one in early
            if worth_telling(one, known)
        ),
    ]


def note_change(
    fact: orders.LinesChanged | orders.ShipmentEdited, order: NotedOrder | None, context: Context
) -> Sequence[Message]:
    """Notes the new content, and tells it; nothing if the customer sees no difference.

    Nobody asked for a split over warehouses, and it costs nothing: each parcel is told once it has
    shipped.
    """
    if order is None or order.content is None:
        return []
    if isinstance(fact, orders.LinesChanged):
        after = content.changed(order.content, fact)
    else:
        after = content.readdressed(order.content, fact)
    if after == order.content:
        return []
    split = isinstance(fact, orders.LinesChanged) and fact.split is not None
    news = make_news("changed", context) if is_recent(context) and not split else None
    return [OrderNoted(order_id=fact.order_id, content=after, news=news)]


def note_cancel(
    fact: orders.Canceled, order: NotedOrder | None, context: Context
) -> Sequence[Message]:
    """Tells that the whole order was canceled."""
    return tell(fact.order_id, make_news("canceled", context, reason=fact.reason), order, context)


def note_return(
    fact: returns.ReturnReceived, order: NotedOrder | None, context: Context
) -> Sequence[Message]:
    """Tells that goods of a return arrived; nothing if none did, because they were lost."""
    if order is None or order.content is None:
        return []
    goods = content.received(order.content, fact)
    if not goods:
        return []
    news = make_news(
        "return-received",
        context,
        return_id=fact.return_id,
        goods=goods,
        more_expected=fact.status == "AwaitingStockReturn",
    )
    return tell(fact.order_id, news, order, context)


def forget(fact: orders.Deleted, _order: NotedOrder | None, _context: Context) -> Sequence[Message]:
    """Leaves the tombstone of a deleted order."""
    return [
        notifications.Deleted(
            order_id=fact.order_id, order_number=fact.order_number, at=fact.at, by=fact.by
        )
    ]
