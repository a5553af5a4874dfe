"""Facts of shipments and payments: shipped, delayed, refunded.

They come from other topics than the order's, so they may come before the order.
"""

from collections.abc import Sequence

from services.notify.news import make_news, tell
from services.notify.state import NotedOrder
from shared.contracts import Message, payments, shipments
from shared.runtime.decider import Context


def note_shipped(
    fact: shipments.Shipped, order: NotedOrder | None, context: Context
) -> Sequence[Message]:
    """Tells that a shipment has left, with its tracking number."""
    news = make_news(
        "shipped",
        context,
        shipment_id=fact.shipment_id,
        tracking_number=fact.tracking_number,
    )
    return tell(fact.order_id, news, order, context)


def note_delay(
    fact: shipments.Backordered | shipments.InventoryUnavailable,
    order: NotedOrder | None,
    context: Context,
) -> Sequence[Message]:
    """Tells that a shipment's stock is short, the first time that it is in every warehouse, unless
    several send it together.

    Whoever has preordered expects to wait.
    """
    if fact.asks or (isinstance(fact, shipments.InventoryUnavailable) and fact.split):
        return []
    news = make_news("delayed", context, shipment_id=fact.shipment_id)
    return tell(fact.order_id, news, order, context)


def note_refund(
    fact: payments.Refunded, order: NotedOrder | None, context: Context
) -> Sequence[Message]:
    """Tells that money was given back."""
    return tell(fact.order_id, make_news("refunded", context, amount=fact.amount), order, context)
