"""The state of an order, and how events change it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Literal

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
    """The order after `event`."""
    if isinstance(event, orders.Placed):
        return Order(
            order_id=event.order_id,
            number=event.order_number,
            market=event.market,
            shipments={shipment.shipment_id: "Open" for shipment in event.shipments},
            content=Content.placed(event),
        )
    if order is not None:
        _apply(order, event)
    return order


def _apply(order: Order, event: Message) -> None:
    match event:
        case orders.HoldRequested(request=cause, reason=reason):
            order.requests.append(Request("hold", cause, reason))
        case orders.ReleaseHoldRequested(request=cause):
            order.requests.append(Request("release-hold", cause))
        case orders.CancelRequested(request=cause, reason=reason):
            order.requests.append(Request("cancel", cause, reason))
        case orders.DeleteRequested(request=cause):
            order.requests.append(Request("delete", cause))
        case orders.ShipmentClosed(shipment_id=shipment_id, status=end):
            order.shipments[shipment_id] = end
        case orders.LinesChangeRequested() | orders.LinesChanged() | orders.LinesChangeRefused():
            _apply_edit(order, event)
        case orders.NoteAdded(note_id=note_id):
            order.notes.add(note_id)
        case _:
            _apply_answer(order, event)


def _apply_edit(
    order: Order,
    event: orders.LinesChangeRequested | orders.LinesChanged | orders.LinesChangeRefused,
) -> None:
    match event:
        case orders.LinesChangeRequested(request=cause, edit=edit):
            order.edits[cause] = edit
        case orders.LinesChanged(request=cause):
            made = order.edits.pop(cause, None) if cause is not None else None
            order.content = order.content.told(event)
            if event.manual_discount is None and isinstance(made, DiscountSet):
                order.content = order.content.as_set_by_hand()
            order.shipments = {
                each.shipment_id: order.shipments.get(each.shipment_id, "Open")
                for each in event.shipments
            }
        case orders.LinesChangeRefused(request=cause):
            del order.edits[cause]


def _apply_answer(order: Order, event: Message) -> None:
    match event:
        case orders.Held():
            order.on_hold = True
            order.answer("hold")
        case orders.HoldRefused():
            order.answer("hold")
            if not order.on_hold:
                order.answer("release-hold")
        case orders.HoldReleased():
            order.on_hold = False
            order.answer("release-hold")
        case orders.CancelRefused():
            order.answer("cancel")
        case orders.DeleteRefused(request=cause):
            order.requests = [request for request in order.requests if request.cause != cause]
        case orders.Completed() | orders.Canceled():
            order.on_hold = False
            order.answer("release-hold")
            if isinstance(event, orders.Canceled):
                order.answer("cancel")
        case _:
            _apply_reorder(order, event)


def _apply_reorder(order: Order, event: Message) -> None:
    match event:
        case orders.ShipmentEdited(shipment_id=shipment_id):
            to, method = event.address, event.shipping_method
            order.content = order.content.sent_to(shipment_id, to, method)
        case reorders.ReorderRequested(cart_id=cart_id, request=cause):
            order.reorders[cart_id] = cause
        case reorders.OrderReordered(cart_id=cart_id):
            order.reorders.pop(cart_id, None)
            order.drafts.add(cart_id)
        case reorders.OrderReorderRefused(cart_id=cart_id):
            order.reorders.pop(cart_id, None)
