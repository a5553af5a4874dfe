"""Events of purchase orders."""

from typing import Literal

from shared.contracts.address import Address, Customer
from shared.contracts.base import Id, Text, Timestamp, message
from shared.contracts.checkout import ConvertedPayment, ExchangeOf
from shared.contracts.edit_texts import Change
from shared.contracts.holds import HoldDetails
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

    With `draft`, it was a draft of the cart service, which waits for this event. With
    `exchange_of`, a return is exchanged for it.
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
    exchange_of: ExchangeOf | None = None


@message("waybill.order.draft-refused.v1", on=ORDER_EVENTS)
class DraftRefused(AboutOrder):
    """An order couldn't be placed with this id, because there is another one.

    A draft stays a draft; with `exchange_of`, the exchange isn't made.
    """

    reason: Reason
    exchange_of: ExchangeOf | None = None


@message("waybill.order.hold-requested.v1", on=ORDER_EVENTS)
class HoldRequested(AboutOrder):
    """A hold was requested. It takes effect once the shipments have confirmed it.

    `hold` is missing if the command had a reason at most.
    """

    request: str
    reason: Text | None
    hold: HoldDetails | None = None


@message("waybill.order.held.v1", on=ORDER_EVENTS)
class Held(AboutOrder):
    """A hold was placed: what it stops waits until it is released.

    `hold` is missing if it has no more than a reason: it stops everything but capturing.
    """

    order_number: str
    reason: Text | None
    hold: HoldDetails | None = None


@message("waybill.order.hold-refused.v1", on=ORDER_EVENTS)
class HoldRefused(AboutOrder):
    """The hold was refused."""

    reason: Reason


@message("waybill.order.release-hold-requested.v1", on=ORDER_EVENTS)
class ReleaseHoldRequested(AboutOrder):
    """The release of holds was requested. The shipments still have to confirm it.

    `holds` are their ids; if it is missing, all holds without a type.
    """

    request: str
    holds: tuple[Id, ...] | None = None


@message("waybill.order.hold-released.v1", on=ORDER_EVENTS)
class HoldReleased(AboutOrder):
    """Holds were released; `holds` as in the request. The order's status is OnHold if another
    hold stops something.
    """

    order_number: str
    status: OrderStatus
    holds: tuple[Id, ...] | None = None


@message("waybill.order.cancel-requested.v1", on=ORDER_EVENTS)
class CancelRequested(AboutOrder):
    """The cancellation was requested. The order is canceled once its shipments are."""

    request: str
    reason: Text | None


@message("waybill.order.canceled.v1", on=ORDER_EVENTS)
class Canceled(AboutOrder):
    """The order was canceled. Its stock is deallocated, its payments are voided or refunded.

    `exchange_of` is set if a return was exchanged for it.
    """

    order_number: str
    market: Id
    reason: Text | None
    exchange_of: ExchangeOf | None = None


@message("waybill.order.cancel-refused.v1", on=ORDER_EVENTS)
class CancelRefused(AboutOrder):
    """The cancellation was refused."""

    reason: Reason


@message("waybill.order.delete-requested.v1", on=ORDER_EVENTS)
class DeleteRequested(AboutOrder):
    """The deletion was requested by `by`. The order is deleted once its shipments are.

    `for_customer` is the customer with whom it is deleted, if it is.
    """

    order_number: str
    request: str
    by: str | None
    for_customer: Id | None = None


@message("waybill.order.delete-refused.v1", on=ORDER_EVENTS)
class DeleteRefused(AboutOrder):
    """The deletion was refused because a warehouse is processing a shipment.

    `request` identifies the refused command.
    """

    request: str
    reason: Reason


@message("waybill.order.deleted.v1", on=ORDER_EVENTS)
class Deleted(AboutOrder):
    """The order and its personal data were deleted. The tombstone.

    `exchange_of` is set if a return was exchanged for it and it wasn't completed.
    """

    order_number: str
    by: str | None
    at: Timestamp
    exchange_of: ExchangeOf | None = None


@message("waybill.order.shipment-closed.v1", on=ORDER_EVENTS)
class ShipmentClosed(AboutOrder):
    """A shipment of the order reached a final status.

    `at` is when it shipped; missing for a canceled one, and in events of version 0.1.
    """

    shipment_id: Id
    status: Literal["Shipped", "Canceled"]
    at: Timestamp | None = None


@message("waybill.order.shipment-edited.v1", on=ORDER_EVENTS)
class ShipmentEdited(AboutOrder):
    """The address or shipping method of a shipment changed; these are the present ones."""

    shipment_id: Id
    address: Address
    shipping_method: Id


@message("waybill.order.capture-due.v1", on=ORDER_EVENTS)
class CaptureDue(AboutOrder):
    """Authorized money is to be captured up to `amount`: shipments were released, or have shipped.

    amount     what these shipments cost in all, with their share of discounts, tax and shipping
    shipments  those that it is due for
    final      no shipment is open any more: `amount` is the order's total
    """

    order_number: str
    currency: Currency
    amount: Amount
    shipments: tuple[Id, ...]
    final: bool


class _ShippingRefund(AboutOrder):
    """Base of events about a refund of a shipment's shipping cost."""

    order_number: str
    refund_id: Id
    shipment_id: Id
    currency: Currency


@message("waybill.order.shipping-refund-requested.v1", on=ORDER_EVENTS)
class ShippingRefundRequested(_ShippingRefund):
    """The order's total falls by `amount` of a shipment's cost; the payment service refunds it."""

    request: str
    amount: Amount
    reason: Text | None
    method: Id | None
    reference: Text | None


@message("waybill.order.shipping-refunded.v1", on=ORDER_EVENTS)
class ShippingRefunded(_ShippingRefund):
    """The refund of a shipping cost is settled.

    `refunded` is less than was requested if less had been captured.
    """

    refunded: Amount


@message("waybill.order.shipping-refund-refused.v1", on=ORDER_EVENTS)
class ShippingRefundRefused(_ShippingRefund):
    """A payment provider declined the refund of a shipping cost, in full or in part.

    The total stays lower: the order is overpaid by what wasn't refunded.
    """

    refunded: Amount
    reason: Reason


@message("waybill.order.partially-shipped.v1", on=ORDER_EVENTS)
class PartiallyShipped(AboutOrder):
    """A shipment has shipped while others are still open."""

    order_number: str


@message("waybill.order.completed.v1", on=ORDER_EVENTS)
class Completed(AboutOrder):
    """Every shipment that wasn't canceled has shipped.

    `exchange_of` is set if a return was exchanged for the order.
    """

    order_number: str
    exchange_of: ExchangeOf | None = None


@message("waybill.order.lines-change-requested.v1", on=ORDER_EVENTS)
class LinesChangeRequested(AboutOrder):
    """An edit was requested. It takes effect once the shipments have confirmed it.

    `splits` is how often shipments of the order had been split over warehouses, as far as it knew.
    """

    request: str
    edit: Edit
    splits: int = 0


@message("waybill.order.lines-changed.v1", on=ORDER_EVENTS)
class LinesChanged(AboutOrder):
    """The order's content and total changed; `summary` describes the change in English sentences.

    request         the command that requested the edit; null if a shipment was canceled or split
    split           the shipment that was split over several warehouses, if that is the change
    shipments       all shipments of the order now
    order_discount  what is taken off, at most the value of the lines
    order_discount_granted  what was granted, by the checkout or by hand
    manual_discount the part of it that was entered by hand; missing in events of version 0.1
    pricing         the coupons' rules, if the checkout gave them
    changes         the sentences of `summary` as keys and facts; missing in older events
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
    changes: tuple[Change, ...] | None = None
    split: Id | None = None


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
