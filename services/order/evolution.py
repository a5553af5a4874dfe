"""How events change an order."""

from collections.abc import Callable, Mapping
from typing import Any

from services.order.content import Content
from services.order.returns.evolution import EVOLVE as EVOLVE_RETURN
from services.order.returns.evolution import evolve_return
from services.order.returns.shipping_refund import ShippingRefund
from services.order.returns.state import Return
from services.order.state import Order, Request
from shared.contracts import Message, orders, reorders, returns
from shared.contracts.holds import lifted, plain
from shared.contracts.order_edits import DiscountSet


def evolve(order: Order | None, event: Message) -> Order | None:
    """Returns the order after `event`. Changes it in place."""
    if isinstance(event, orders.Placed):
        return Order(
            order_id=event.order_id,
            number=event.order_number,
            market=event.market,
            shipments={shipment.shipment_id: "Open" for shipment in event.shipments},
            content=Content.placed(event),
            exchange_of=event.exchange_of,
        )
    if order is not None and isinstance(event, returns.ReturnCreated):
        order.returns[event.return_id] = Return.created(event)
    elif order is not None and type(event) in EVOLVE_RETURN:
        evolve_return(order.returns[event.return_id], event)  # type: ignore[attr-defined]
    elif order is not None and (apply := _EVOLVE.get(type(event))) is not None:
        apply(order, event)
    return order


def _hold_requested(order: Order, event: orders.HoldRequested) -> None:
    hold = event.hold or plain(event.reason)
    order.requests.append(Request("hold", event.request, event.reason, hold, details=event.hold))


def _release_hold_requested(order: Order, event: orders.ReleaseHoldRequested) -> None:
    order.requests.append(Request("release-hold", event.request, releases=event.holds))


def _cancel_requested(order: Order, event: orders.CancelRequested) -> None:
    order.requests.append(Request("cancel", event.request, event.reason))


def _delete_requested(order: Order, event: orders.DeleteRequested) -> None:
    order.requests.append(Request("delete", event.request, for_customer=event.for_customer))


def _held(order: Order, event: orders.Held) -> None:
    hold = event.hold or plain(event.reason)
    order.holds[hold.hold_id] = hold
    order.answer("hold")


def _hold_refused(order: Order, _event: orders.HoldRefused) -> None:
    order.answer("hold")
    if not order.holds:
        order.answer("release-hold")


def _hold_released(order: Order, event: orders.HoldReleased) -> None:
    remaining = lifted(order.holds, event.holds)
    order.released_holds |= {
        which for which, hold in order.holds.items() if which not in remaining and hold.has_own_id
    }
    order.holds = remaining
    order.answer("release-hold")


def _cancel_refused(order: Order, _event: orders.CancelRefused) -> None:
    order.answer("cancel")


def _delete_refused(order: Order, event: orders.DeleteRefused) -> None:
    order.requests = [request for request in order.requests if request.cause != event.request]


def _completed(order: Order, _event: Message) -> None:
    order.holds = {}
    order.answer("release-hold")


def _canceled(order: Order, event: orders.Canceled) -> None:
    _completed(order, event)
    order.answer("cancel")


def _shipment_closed(order: Order, event: orders.ShipmentClosed) -> None:
    order.shipments[event.shipment_id] = event.status
    if event.at is not None:
        order.shipped_at[event.shipment_id] = event.at


def _shipment_edited(order: Order, event: orders.ShipmentEdited) -> None:
    order.content = order.content.sent_to(event.shipment_id, event.address, event.shipping_method)


def _lines_change_requested(order: Order, event: orders.LinesChangeRequested) -> None:
    order.edits[event.request] = event.edit


def _lines_changed(order: Order, event: orders.LinesChanged) -> None:
    made = order.edits.pop(event.request, None) if event.request is not None else None
    order.content = order.content.told(event)
    if event.manual_discount is None and isinstance(made, DiscountSet):
        order.content = order.content.as_set_by_hand()
    order.splits += event.split is not None
    order.shipments = {
        each.shipment_id: order.shipments.get(each.shipment_id, "Open") for each in event.shipments
    }


def _lines_change_refused(order: Order, event: orders.LinesChangeRefused) -> None:
    del order.edits[event.request]


def _shipping_refund_requested(order: Order, event: orders.ShippingRefundRequested) -> None:
    order.shipping_refunds[event.refund_id] = ShippingRefund(
        event.refund_id, event.shipment_id, event.amount, event.request
    )


def _shipping_refund_settled(
    order: Order, event: orders.ShippingRefunded | orders.ShippingRefundRefused
) -> None:
    order.shipping_refunds[event.refund_id].request = None


def _capture_due(order: Order, event: orders.CaptureDue) -> None:
    order.capture_due, order.capture_due_for = event.amount, event.shipments


def _note_added(order: Order, event: orders.NoteAdded) -> None:
    order.notes.add(event.note_id)


def _reorder_requested(order: Order, event: reorders.ReorderRequested) -> None:
    order.reorders[event.cart_id] = event.request


def _reordered(order: Order, event: reorders.OrderReordered) -> None:
    order.reorders.pop(event.cart_id, None)
    order.drafts.add(event.cart_id)


def _reorder_refused(order: Order, event: reorders.OrderReorderRefused) -> None:
    order.reorders.pop(event.cart_id, None)


_EVOLVE: Mapping[type[Message], Callable[[Order, Any], None]] = {
    orders.HoldRequested: _hold_requested,
    orders.Held: _held,
    orders.HoldRefused: _hold_refused,
    orders.ReleaseHoldRequested: _release_hold_requested,
    orders.HoldReleased: _hold_released,
    orders.CancelRequested: _cancel_requested,
    orders.CancelRefused: _cancel_refused,
    orders.Canceled: _canceled,
    orders.Completed: _completed,
    orders.DeleteRequested: _delete_requested,
    orders.DeleteRefused: _delete_refused,
    orders.ShipmentClosed: _shipment_closed,
    orders.ShipmentEdited: _shipment_edited,
    orders.LinesChangeRequested: _lines_change_requested,
    orders.LinesChanged: _lines_changed,
    orders.LinesChangeRefused: _lines_change_refused,
    orders.ShippingRefundRequested: _shipping_refund_requested,
    orders.ShippingRefunded: _shipping_refund_settled,
    orders.ShippingRefundRefused: _shipping_refund_settled,
    orders.CaptureDue: _capture_due,
    orders.NoteAdded: _note_added,
    reorders.ReorderRequested: _reorder_requested,
    reorders.OrderReordered: _reordered,
    reorders.OrderReorderRefused: _reorder_refused,
}
