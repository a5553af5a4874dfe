"""The state of an order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import takewhile
from typing import Literal

from services.order.content import Content
from services.order.returns.shipping_refund import ShippingRefund, by_shipment, shipping_left
from services.order.returns.state import Return
from services.order.returns.worth import costs_of
from shared.contracts.base import Text
from shared.contracts.checkout import ExchangeOf
from shared.contracts.holds import HoldDetails
from shared.contracts.order_edits import Edit
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
