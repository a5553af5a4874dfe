"""The state of an order, and how events change it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import takewhile
from typing import Any, Literal

from services.order.content import Content
from services.order.returns.shipping_refund import ShippingRefund, by_shipment, shipping_left
from services.order.returns.state import EVOLVE as EVOLVE_RETURN
from services.order.returns.state import Return, evolve_return
from services.order.returns.worth import costs_of
from shared.contracts import Message, orders, reorders, returns
from shared.contracts.base import Text
from shared.contracts.checkout import ExchangeOf
from shared.contracts.holds import HoldDetails, lifted, plain
from shared.contracts.order_edits import DiscountSet, Edit
from shared.contracts.orders import OrderStatus

ShipmentEnd = Literal["Open", "Shipped", "Canceled"]
RequestKind = Literal["hold", "release-hold", "cancel", "delete"]


@dataclass(frozen=True, slots=True)
class Request:
    """A command that waits for the shipments' answer; `cause` is the command's message.

    `hold` is the hold to place, and `details` what the command says of it, if more than a reason;
    `releases` are the ids of those to release, None for all without a type. `for_customer` is whose
    deletion brings about that of the order.
    """

    kind: RequestKind
    cause: str
    reason: Text | None = None
    hold: HoldDetails | None = None
    releases: tuple[str, ...] | None = None
    details: HoldDetails | None = None
    for_customer: str | None = None

    @property
    def about(self) -> tuple[str, ...] | None:
        """The ids of the holds that it is about. One answer settles equal requests in a row."""
        return (self.hold.hold_id,) if self.hold else self.releases


@dataclass(slots=True)
class Order:
    """A purchase order: how its shipments ended, its holds, and which requests are pending.

    `holds` are the active ones, by id; `released_holds` are the ids that senders chose for holds
    that were released. `content` is what was ordered. `edits` are the pending edits, by the
    command's message. `reorders` are drafts of this order under creation, each with the command's
    message; `drafts` are those that were created. `returns` are goods that come back, by the
    return's id; `shipping_refunds` are refunded shipping costs, by the refund's id. `shipped_at`
    says when each shipment shipped, if that is known. `exchange_of` is the return that was
    exchanged for this order, if one was. `capture_due` is what is to be captured so far, for the
    shipments `capture_due_for`; None while nothing is. `splits` is how often shipments were split
    over several warehouses.
    """

    order_id: str
    number: str
    market: str
    shipments: dict[str, ShipmentEnd]
    content: Content
    holds: dict[str, HoldDetails] = field(default_factory=dict)
    released_holds: set[str] = field(default_factory=set)
    requests: list[Request] = field(default_factory=list)
    edits: dict[str, Edit] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)
    reorders: dict[str, str] = field(default_factory=dict)
    drafts: set[str] = field(default_factory=set)
    returns: dict[str, Return] = field(default_factory=dict)
    shipping_refunds: dict[str, ShippingRefund] = field(default_factory=dict)
    shipped_at: dict[str, datetime] = field(default_factory=dict)
    exchange_of: ExchangeOf | None = None
    capture_due: Decimal | None = None
    capture_due_for: tuple[str, ...] = ()
    splits: int = 0

    @property
    def on_hold(self) -> bool:
        """Whether a hold stops anything."""
        return any(hold.stops for hold in self.holds.values())

    @property
    def status(self) -> OrderStatus:
        """The order's status now."""
        return self.status_if(on_hold=self.on_hold)

    def status_if(self, *, on_hold: bool) -> OrderStatus:
        """Returns the status with or without a hold.

        An exchange under way hides every other status but a hold (rules: Returns and exchanges).
        """
        progress = status_of(self.shipments, on_hold=on_hold)
        if progress not in ("Canceled", "OnHold") and self.awaits_exchange:
            return "AwaitingExchange"
        return progress

    @property
    def progress(self) -> OrderStatus:
        """The order's status without its exchanges: they block nothing but its deletion."""
        return status_of(self.shipments, on_hold=self.on_hold)

    @property
    def awaits_exchange(self) -> bool:
        """Whether an exchange order is still to be placed or settled."""
        return any(back.awaits_exchange for back in self.returns.values())

    def other_returns(self, return_id: str | None = None) -> list[Return]:
        """Returns the returns that aren't canceled, without this one."""
        return [
            back
            for back in self.returns.values()
            if back.return_id != return_id and back.status != "Canceled"
        ]

    @property
    def refunded_shipping(self) -> dict[str, Decimal]:
        """What was refunded of each shipment's shipping cost without a return."""
        return by_shipment(self.shipping_refunds.values())

    def shipping_left(self) -> dict[str, Decimal]:
        """Returns how much of each shipment's shipping cost isn't given back."""
        costs = costs_of(self.content, self.canceled)
        return shipping_left(costs, self.shipments, self.other_returns(), self.refunded_shipping)

    @property
    def canceled(self) -> set[str]:
        """The canceled shipments; nobody pays for them."""
        return {which for which, end in self.shipments.items() if end == "Canceled"}

    def waits_for(self, kind: RequestKind) -> bool:
        """Whether a request of this kind is pending."""
        return any(request.kind == kind for request in self.requests)

    def next_in_line(self, kind: RequestKind, behind: int = 0) -> list[Request]:
        """Returns the requests that one answer to `kind` settles: those at the front of the queue
        that are about the same holds.

        The shipments answer in sequence, so the answer to one hold doesn't settle a hold that was
        requested after a release. `behind` skips that many requests.
        """
        waiting = self.requests[behind:]
        first = waiting[0].about if waiting else None
        return list(
            takewhile(lambda request: (request.kind, request.about) == (kind, first), waiting)
        )

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
