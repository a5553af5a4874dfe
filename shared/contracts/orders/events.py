"""What happens to purchase orders."""

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
    """A cart became this order. `total` is what the customer owes.

    `draft`: it was a cart of the cart service, which waits to hear so.
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
    """A draft with the order's id was converted; it became no order, and stays a draft."""

    reason: Reason


@message("waybill.order.hold-requested.v1", on=ORDER_EVENTS)
class HoldRequested(AboutOrder):
    """Somebody asked for a hold; it holds once the shipments have confirmed it."""

    request: str
    reason: Text | None


@message("waybill.order.held.v1", on=ORDER_EVENTS)
class Held(AboutOrder):
    """Nothing of the order ships from here on."""

    order_number: str
    reason: Text | None


@message("waybill.order.hold-refused.v1", on=ORDER_EVENTS)
class HoldRefused(AboutOrder):
    """The hold came too late."""

    reason: Reason


@message("waybill.order.release-hold-requested.v1", on=ORDER_EVENTS)
class ReleaseHoldRequested(AboutOrder):
    """Somebody asked to lift the hold; the shipments still have to go back where they were."""

    request: str


@message("waybill.order.hold-released.v1", on=ORDER_EVENTS)
class HoldReleased(AboutOrder):
    """The order goes on."""

    order_number: str
    status: OrderStatus


@message("waybill.order.cancel-requested.v1", on=ORDER_EVENTS)
class CancelRequested(AboutOrder):
    """Somebody asked to cancel; the order is canceled once its shipments are."""

    request: str
    reason: Text | None


@message("waybill.order.canceled.v1", on=ORDER_EVENTS)
class Canceled(AboutOrder):
    """The order is off: its stock goes back, its money too."""

    order_number: str
    market: Id
    reason: Text | None


@message("waybill.order.cancel-refused.v1", on=ORDER_EVENTS)
class CancelRefused(AboutOrder):
    """The cancellation came too late."""

    reason: Reason


@message("waybill.order.delete-requested.v1", on=ORDER_EVENTS)
class DeleteRequested(AboutOrder):
    """Somebody, `by`, asked to delete; the order is deleted once its shipments are."""

    order_number: str
    request: str
    by: str | None


@message("waybill.order.delete-refused.v1", on=ORDER_EVENTS)
class DeleteRefused(AboutOrder):
    """A warehouse is at it: the order stays. `request` says which request is meant."""

    request: str
    reason: Reason


@message("waybill.order.deleted.v1", on=ORDER_EVENTS)
class Deleted(AboutOrder):
    """The order and all personal data in it are gone. This is what stays, the tombstone."""

    order_number: str
    by: str | None
    at: Timestamp


@message("waybill.order.shipment-closed.v1", on=ORDER_EVENTS)
class ShipmentClosed(AboutOrder):
    """One of the order's shipments came to its end."""

    shipment_id: Id
    status: Literal["Shipped", "Canceled"]


@message("waybill.order.shipment-edited.v1", on=ORDER_EVENTS)
class ShipmentEdited(AboutOrder):
    """One of the order's shipments goes elsewhere, or another way."""

    shipment_id: Id
    address: Address
    shipping_method: Id


@message("waybill.order.partially-shipped.v1", on=ORDER_EVENTS)
class PartiallyShipped(AboutOrder):
    """Some shipments are on their way, others are still open."""

    order_number: str


@message("waybill.order.completed.v1", on=ORDER_EVENTS)
class Completed(AboutOrder):
    """Everything that wasn't canceled has shipped."""

    order_number: str


@message("waybill.order.lines-change-requested.v1", on=ORDER_EVENTS)
class LinesChangeRequested(AboutOrder):
    """Somebody asked for an edit; it is made once the shipments have confirmed it."""

    request: str
    edit: Edit


@message("waybill.order.lines-changed.v1", on=ORDER_EVENTS)
class LinesChanged(AboutOrder):
    """The order holds this now, and costs that; `summary` says in words what changed.

    `request` is the message that asked for the edit; none if a shipment was canceled. The
    `order_discount` is what is taken off, at most what the goods cost: `order_discount_granted`
    was granted, by the checkout or by hand. `manual_discount` is what was set by hand of it; events
    of version 0.1 don't say. `pricing` has the coupons' rules, if the checkout gave them.
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
    """The edit came too late."""

    request: str
    reason: Reason


@message("waybill.order.note-added.v1", on=ORDER_EVENTS)
class NoteAdded(AboutOrder):
    """A member of staff wrote something down, or the system did: `activity`."""

    note_id: Id
    text: Note
    author: str | None
    added_at: Timestamp
    kind: Literal["staff", "activity"] = "staff"
