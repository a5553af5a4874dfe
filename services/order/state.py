"""The state of an order, and how events change it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Literal

from services.order.content import Content
from shared.contracts import Message, orders, reorders
from shared.contracts.base import Text
from shared.contracts.order_edits import DiscountSet, Edit
from shared.contracts.orders import OrderStatus

ShipmentEnd = Literal["Open", "Shipped", "Canceled"]
RequestKind = Literal["hold", "release-hold", "cancel", "delete"]


@dataclass(frozen=True, slots=True)
class Request:
    """A command that waits for the shipments' answer; `cause` is the command's message."""

    kind: RequestKind
    cause: str
    reason: Text | None = None


@dataclass(slots=True)
class Order:
    """A purchase order: how its shipments ended, whether it is on hold, and which requests are
    pending. `content` is what was ordered. `edits` are the pending edits, by the command's
    message. `reorders` are drafts of this order under creation, each with the command's message;
    `drafts` are those that were created.
    """

    order_id: str
    number: str
    market: str
    shipments: dict[str, ShipmentEnd]
    content: Content
    on_hold: bool = False
    requests: list[Request] = field(default_factory=list)
    edits: dict[str, Edit] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)
    reorders: dict[str, str] = field(default_factory=dict)
    drafts: set[str] = field(default_factory=set)

    @property
    def status(self) -> OrderStatus:
        """The order's status now."""
        return status_of(self.shipments, on_hold=self.on_hold)

    @property
    def canceled(self) -> set[str]:
        """The canceled shipments; nobody pays for them."""
        return {which for which, end in self.shipments.items() if end == "Canceled"}

    def waits_for(self, kind: RequestKind) -> bool:
        """Whether a request of this kind is pending."""
        return any(request.kind == kind for request in self.requests)

    def next_in_line(self, kind: RequestKind, behind: int = 0) -> list[Request]:
        """Returns the requests that one answer to `kind` settles: those at the front of the queue.

        The shipments answer in sequence, so the answer to one hold doesn't settle a hold that was
        requested after a release. `behind` skips that many requests.
        """
        return list(takewhile(lambda request: request.kind == kind, self.requests[behind:]))

    def answer(self, kind: RequestKind) -> None:
        """Removes the requests that an answer to `kind` settles."""
        del self.requests[: len(self.next_in_line(kind))]


def status_of(shipments: Mapping[str, ShipmentEnd], *, on_hold: bool) -> OrderStatus:
    """Returns the order's status, derived from how its shipments ended (rules: Orders)."""
    ends = set(shipments.values())
    if ends == {"Canceled"}:
        return "Canceled"
    if "Open" not in ends:
        return "Completed"
    if on_hold:
        return "OnHold"
    return "PartiallyShipped" if "Shipped" in ends else "InProgress"


def status(order: Order | None) -> str | None:
    """Returns the status for replies, or None while there is no order."""
    return order.status if order else None


def evolve(order: Order | None, event: Message) -> Order | None:
    """Returns the order after `event`. Changes it in place."""
    if isinstance(event, orders.Placed):
        return Order(
            order_id=event.order_id,
            number=event.order_number,
            market=event.market,
            shipments={shipment.shipment_id: "Open" for shipment in event.shipments},
            content=Content.placed(event),
        )
    if order is not None and (apply := _EVOLVE.get(type(event))) is not None:
        apply(order, event)
    return order


def _hold_requested(order: Order, event: orders.HoldRequested) -> None:
    order.requests.append(Request("hold", event.request, event.reason))


def _release_hold_requested(order: Order, event: orders.ReleaseHoldRequested) -> None:
    order.requests.append(Request("release-hold", event.request))


def _cancel_requested(order: Order, event: orders.CancelRequested) -> None:
    order.requests.append(Request("cancel", event.request, event.reason))


def _delete_requested(order: Order, event: orders.DeleteRequested) -> None:
    order.requests.append(Request("delete", event.request))


def _held(order: Order, _event: orders.Held) -> None:
    order.on_hold = True
    order.answer("hold")


def _hold_refused(order: Order, _event: orders.HoldRefused) -> None:
    order.answer("hold")
    if not order.on_hold:
        order.answer("release-hold")


def _hold_released(order: Order, _event: orders.HoldReleased) -> None:
    order.on_hold = False
    order.answer("release-hold")


def _cancel_refused(order: Order, _event: orders.CancelRefused) -> None:
    order.answer("cancel")


def _delete_refused(order: Order, event: orders.DeleteRefused) -> None:
    order.requests = [request for request in order.requests if request.cause != event.request]


def _completed(order: Order, _event: Message) -> None:
    order.on_hold = False
    order.answer("release-hold")


def _canceled(order: Order, event: orders.Canceled) -> None:
    _completed(order, event)
    order.answer("cancel")


def _shipment_closed(order: Order, event: orders.ShipmentClosed) -> None:
    order.shipments[event.shipment_id] = event.status


def _shipment_edited(order: Order, event: orders.ShipmentEdited) -> None:
    order.content = order.content.sent_to(event.shipment_id, event.address, event.shipping_method)


def _lines_change_requested(order: Order, event: orders.LinesChangeRequested) -> None:
    order.edits[event.request] = event.edit


def _lines_changed(order: Order, event: orders.LinesChanged) -> None:
    made = order.edits.pop(event.request, None) if event.request is not None else None
    order.content = order.content.told(event)
    if event.manual_discount is None and isinstance(made, DiscountSet):
        order.content = order.content.as_set_by_hand()
    order.shipments = {
        each.shipment_id: order.shipments.get(each.shipment_id, "Open") for each in event.shipments
    }


def _lines_change_refused(order: Order, event: orders.LinesChangeRefused) -> None:
    del order.edits[event.request]


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
    orders.NoteAdded: _note_added,
    reorders.ReorderRequested: _reorder_requested,
    reorders.OrderReordered: _reordered,
    reorders.OrderReorderRefused: _reorder_refused,
}
