"""A shipment was shipped or canceled: the order's status follows (rules: Orders)."""

from collections.abc import Sequence

from services.order.capture_due import capture_due
from services.order.new_total import total_without
from services.order.pending_requests import outcomes_of
from services.order.state import Order, Request, status_of
from shared.contracts import Message, orders, shipments
from shared.contracts.edit_texts import change
from shared.runtime.decider import Context, Decision


def record_shipment_end(
    fact: shipments.Shipped | shipments.Canceled, order: Order | None, context: Context
) -> Decision:
    """Records how a shipment ended, and the order's new status if it changes.

    Some shipped and some open: partially shipped. All shipped, or shipped and the rest canceled:
    completed. All canceled: canceled. While the order is on hold, `PartiallyShipped` isn't
    published; the release reports the status.
    """
    if order is None or order.shipments.get(fact.shipment_id) != "Open":
        return Decision()
    closed = orders.ShipmentClosed(
        order_id=order.order_id,
        shipment_id=fact.shipment_id,
        status="Shipped" if isinstance(fact, shipments.Shipped) else "Canceled",
        at=fact.shipped_at if isinstance(fact, shipments.Shipped) else None,
    )
    ends = {**order.shipments, closed.shipment_id: closed.status}
    status = status_of(ends, on_hold=order.on_hold)
    happened: list[Message] = [closed, *_total_without_canceled(order, closed, context)]
    if status != "Canceled":
        happened += capture_due(order, ends, happened, context)
    if status == order.progress:
        return Decision(happened)
    if status == "PartiallyShipped":
        return Decision([*happened, _status_event(orders.PartiallyShipped, order)])
    # The order has ended, so nothing is on hold: pending releases succeed.
    released = order.next_in_line("release-hold")
    if status == "Completed":
        return Decision(
            [*happened, _status_event(orders.Completed, order)], outcomes=outcomes_of(released)
        )
    canceled = order.next_in_line("cancel")
    return Decision(
        [closed, _canceled(order, canceled)], outcomes=outcomes_of([*released, *canceled])
    )


def _total_without_canceled(
    order: Order, closed: orders.ShipmentClosed, context: Context
) -> list[Message]:
    """Returns the new total without a canceled shipment.

    None while the whole order is being canceled, because only the shipments' answers tell whether
    all of it will be.
    """
    if closed.status != "Canceled" or order.waits_for("cancel"):
        return []
    because = change("shipment-canceled", shipment=closed.shipment_id)
    return total_without(order, [closed.shipment_id], because, context)


def _status_event(event: type[orders.PartiallyShipped | orders.Completed], order: Order) -> Message:
    if event is orders.PartiallyShipped:
        return event(order_id=order.order_id, order_number=order.number)
    return orders.Completed(
        order_id=order.order_id, order_number=order.number, exchange_of=order.exchange_of
    )


def _canceled(order: Order, asked: Sequence[Request]) -> orders.Canceled:
    return orders.Canceled(
        order_id=order.order_id,
        order_number=order.number,
        market=order.market,
        reason=asked[0].reason if asked else None,
        exchange_of=order.exchange_of,
    )
