"""Notifications: which function decides which fact."""

from collections.abc import Mapping

from services.notify.outgoing import PUBLISHES, outgoing
from services.notify.reactions.order import (
    forget,
    note_cancel,
    note_change,
    note_order,
    note_return,
)
from services.notify.reactions.shipment import note_delay, note_refund, note_shipped
from services.notify.state import NotedOrder, evolve, is_told, status
from shared.contracts import Message, notifications, orders, payments, returns, shipments
from shared.contracts.replies import Blocker
from shared.runtime.decider import Decider, Handler
from shared.runtime.decider.deletion import deletable, was_deleted

handlers: Mapping[type[Message], Handler] = {
    orders.Placed: note_order,
    orders.LinesChanged: note_change,
    orders.ShipmentEdited: note_change,
    orders.Canceled: note_cancel,
    orders.Deleted: forget,
    returns.ReturnReceived: note_return,
    shipments.Shipped: note_shipped,
    shipments.Backordered: note_delay,
    shipments.InventoryUnavailable: note_delay,
    payments.Refunded: note_refund,
}

_decider: Decider[NotedOrder | None] = Decider(
    kind="notify",
    initial=lambda: None,
    handlers=handlers,
    evolve=evolve,
    events=(
        notifications.OrderNoted,
        notifications.NewsNoted,
        notifications.NewsKept,
        notifications.Deleted,
    ),
    outgoing=outgoing,
    publishes=PUBLISHES,
    status=status,
    is_closed=is_told,
)


def why_gone(deleted: notifications.Deleted) -> Blocker:
    """The blocker of messages about a deleted order."""
    return was_deleted(f"Order {deleted.order_number}", deleted.at, deleted.by)


decider = deletable(_decider, notifications.Deleted, why_gone)
