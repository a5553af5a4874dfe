"""Events of purchase orders."""

from typing import Literal

from shared.contracts.address import Address, Customer
from shared.contracts.base import Id, Text, Timestamp, message
from shared.contracts.checkout import ConvertedPayment
from shared.contracts.money import Amount, Currency
from shared.contracts.order_edits import Edit
from shared.contracts.orders.parts import AboutOrder, EditedShipment, Note, OrderStatus, Shipment
from shared.contracts.pricing import Pricing
from shared.contracts.replies import Reason
from shared.contracts.topics import ORDER_EVENTS

# Events


@message("waybill.order.placed.v1", on=ORDER_EVENTS)
class Placed(AboutOrder):
    """The order was placed from a cart. `total` is what the customer owes.

    With `draft`, it was a draft of the cart service, which waits for this event.
    """

    order_number: str
    market: Id
    currency: Currency
    customer: Customer | None
    coupons: tuple[Id, ...]
    order_discount: Amount
    shipments: tuple[Shipment, ...]
    payments: tuple[ConvertedPayment, ...]
    total: Amount
    converted_at: Timestamp
    draft: bool = False
    manual_discount: Amount | None = None
    pricing: Pricing | None = None


@message("waybill.order.draft-refused.v1", on=ORDER_EVENTS)
class DraftRefused(AboutOrder):
    """The order couldn't be placed from a draft with its id; the draft stays a draft."""

    reason: Reason


@message("waybill.order.hold-requested.v1", on=ORDER_EVENTS)
class HoldRequested(AboutOrder):
    """A hold was requested. It takes effect once the shipments have confirmed it."""

    request: str
    reason: Text | None


@message("waybill.order.held.v1", on=ORDER_EVENTS)
class Held(AboutOrder):
    """The order is on hold: none of its shipments ship."""

    order_number: str
    reason: Text | None


@message("waybill.order.hold-refused.v1", on=ORDER_EVENTS)
class HoldRefused(AboutOrder):
    """The hold was refused."""

    reason: Reason


@message("waybill.order.release-hold-requested.v1", on=ORDER_EVENTS)
class ReleaseHoldRequested(AboutOrder):
    """The release of the hold was requested. The shipments still have to confirm it."""

    request: str


@message("waybill.order.hold-released.v1", on=ORDER_EVENTS)
class HoldReleased(AboutOrder):
    """The hold was released."""

    order_number: str
    status: OrderStatus


@message("waybill.order.cancel-requested.v1", on=ORDER_EVENTS)
class CancelRequested(AboutOrder):
    """The cancellation was requested. The order is canceled once its shipments are."""

    request: str
    reason: Text | None


@message("waybill.order.canceled.v1", on=ORDER_EVENTS)
class Canceled(AboutOrder):
    """The order was canceled. Its stock is deallocated, its payments are voided or refunded."""

    order_number: str
    market: Id
    reason: Text | None


@message("waybill.order.cancel-refused.v1", on=ORDER_EVENTS)
class CancelRefused(AboutOrder):
    """The cancellation was refused."""

    reason: Reason


@message("waybill.order.delete-requested.v1", on=ORDER_EVENTS)
class DeleteRequested(AboutOrder):
    """The deletion was requested by `by`. The order is deleted once its shipments are."""

    order_number: str
    request: str
    by: str | None


@message("waybill.order.delete-refused.v1", on=ORDER_EVENTS)
class DeleteRefused(AboutOrder):
    """The deletion was refused because a warehouse is processing a shipment.

    `request` identifies the refused command.
    """

    request: str
    reason: Reason


@message("waybill.order.deleted.v1", on=ORDER_EVENTS)
class Deleted(AboutOrder):
    """The order and its personal data were deleted. The tombstone."""

    order_number: str
    by: str | None
    at: Timestamp


@message("waybill.order.shipment-closed.v1", on=ORDER_EVENTS)
class ShipmentClosed(AboutOrder):
    """A shipment of the order reached a final status."""

    shipment_id: Id
    status: Literal["Shipped", "Canceled"]


@message("waybill.order.shipment-edited.v1", on=ORDER_EVENTS)
class ShipmentEdited(AboutOrder):
    """The address or shipping method of a shipment changed; these are the present ones."""

    shipment_id: Id
    address: Address
    shipping_method: Id


@message("waybill.order.partially-shipped.v1", on=ORDER_EVENTS)
class PartiallyShipped(AboutOrder):
    """A shipment has shipped while others are still open."""

    order_number: str


@message("waybill.order.completed.v1", on=ORDER_EVENTS)
class Completed(AboutOrder):
    """Every shipment that wasn't canceled has shipped."""

    order_number: str


@message("waybill.order.lines-change-requested.v1", on=ORDER_EVENTS)
class LinesChangeRequested(AboutOrder):
    """An edit was requested. It takes effect once the shipments have confirmed it."""

    request: str
    edit: Edit


@message("waybill.order.lines-changed.v1", on=ORDER_EVENTS)
class LinesChanged(AboutOrder):
    """The order's content and total changed; `summary` describes the change in a sentence.

    request         the command that requested the edit; null if a shipment was canceled
    shipments       all shipments of the order now
    order_discount  what is taken off, at most the value of the lines
    order_discount_granted  what was granted, by the checkout or by hand
    manual_discount the part of it that was entered by hand; missing in events of version 0.1
    pricing         the coupons' rules, if the checkout gave them
    """

    order_number: str
    request: str | None
    currency: Currency
    shipments: tuple[EditedShipment, ...]
    order_discount: Amount
    order_discount_granted: Amount
    total: Amount
    summary: str
    manual_discount: Amount | None = None
    pricing: Pricing | None = None


@message("waybill.order.lines-change-refused.v1", on=ORDER_EVENTS)
class LinesChangeRefused(AboutOrder):
    """The edit was refused."""

    request: str
    reason: Reason


@message("waybill.order.note-added.v1", on=ORDER_EVENTS)
class NoteAdded(AboutOrder):
    """A note was added, by a person (`staff`) or by the system (`activity`)."""

    note_id: Id
    text: Note
    author: str | None
    added_at: Timestamp
    kind: Literal["staff", "activity"] = "staff"
