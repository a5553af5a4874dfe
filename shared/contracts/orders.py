"""Purchase orders: what can be asked of them, and what happens to them."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.contracts.address import Address, Customer
from shared.contracts.base import Id, Message, Name, Part, Quantity, Text, Timestamp, message
from shared.contracts.checkout import ConvertedPayment
from shared.contracts.money import Amount, Currency
from shared.contracts.replies import Reason
from shared.contracts.topics import ORDER_COMMANDS, ORDER_EVENTS

OrderStatus = Literal[
    "InProgress", "OnHold", "PartiallyShipped", "Completed", "Canceled", "AwaitingExchange"
]
Note = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class Line(Part):
    """One article of a shipment."""

    line_id: Id
    sku: Id
    name: Name
    quantity: Quantity
    placed_price: Amount
    discount: Amount
    tax: Amount
    preorder: bool = False


class Shipment(Part):
    """What goes to one address by one method."""

    shipment_id: Id
    shipping_method: Id
    shipping_cost: Amount
    shipping_tax: Amount
    address: Address
    lines: tuple[Line, ...]


class _AboutOrder(Message):
    order_id: Id


# Commands


@message("waybill.order.hold.v1", on=ORDER_COMMANDS)
class Hold(_AboutOrder):
    """Stop everything until the hold is released."""

    reason: Text | None = None


@message("waybill.order.release-hold.v1", on=ORDER_COMMANDS)
class ReleaseHold(_AboutOrder):
    """Let a held order go on where it stood."""


@message("waybill.order.cancel.v1", on=ORDER_COMMANDS)
class Cancel(_AboutOrder):
    """Cancel an order of which nothing has shipped."""

    reason: Text | None = None


@message("waybill.order.delete.v1", on=ORDER_COMMANDS)
class Delete(_AboutOrder):
    """Forget the order and whose it was; its number, and who deleted it when, stay."""


@message("waybill.order.add-note.v1", on=ORDER_COMMANDS)
class AddNote(_AboutOrder):
    """Keep a note with the order; author and time come from the envelope."""

    text: Note


# Questions


@message("waybill.order.explain.v1", on=ORDER_COMMANDS)
class Explain(_AboutOrder):
    """What may be done with an order now, and what stands in the way of the rest?"""


# Events


@message("waybill.order.placed.v1", on=ORDER_EVENTS)
class Placed(_AboutOrder):
    """A cart became this order. `total` is what the customer owes."""

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


@message("waybill.order.hold-requested.v1", on=ORDER_EVENTS)
class HoldRequested(_AboutOrder):
    """Somebody asked for a hold; it holds once the shipments have confirmed it."""

    request: str
    reason: Text | None


@message("waybill.order.held.v1", on=ORDER_EVENTS)
class Held(_AboutOrder):
    """Nothing of the order ships from here on."""

    order_number: str
    reason: Text | None


@message("waybill.order.hold-refused.v1", on=ORDER_EVENTS)
class HoldRefused(_AboutOrder):
    """The hold came too late."""

    reason: Reason


@message("waybill.order.release-hold-requested.v1", on=ORDER_EVENTS)
class ReleaseHoldRequested(_AboutOrder):
    """Somebody asked to lift the hold; the shipments still have to go back where they were."""

    request: str


@message("waybill.order.hold-released.v1", on=ORDER_EVENTS)
class HoldReleased(_AboutOrder):
    """The order goes on."""

    order_number: str
    status: OrderStatus


@message("waybill.order.cancel-requested.v1", on=ORDER_EVENTS)
class CancelRequested(_AboutOrder):
    """Somebody asked to cancel; the order is canceled once its shipments are."""

    request: str
    reason: Text | None


@message("waybill.order.canceled.v1", on=ORDER_EVENTS)
class Canceled(_AboutOrder):
    """The order is off: its stock goes back, its money too."""

    order_number: str
    market: Id
    reason: Text | None


@message("waybill.order.cancel-refused.v1", on=ORDER_EVENTS)
class CancelRefused(_AboutOrder):
    """The cancellation came too late."""

    reason: Reason


@message("waybill.order.delete-requested.v1", on=ORDER_EVENTS)
class DeleteRequested(_AboutOrder):
    """Somebody, `by`, asked to delete; the order is deleted once its shipments are."""

    order_number: str
    request: str
    by: str | None


@message("waybill.order.delete-refused.v1", on=ORDER_EVENTS)
class DeleteRefused(_AboutOrder):
    """A warehouse is at it: the order stays. `request` says which request is meant."""

    request: str
    reason: Reason


@message("waybill.order.deleted.v1", on=ORDER_EVENTS)
class Deleted(_AboutOrder):
    """The order and all personal data in it are gone. This is what stays, the tombstone."""

    order_number: str
    by: str | None
    at: Timestamp


@message("waybill.order.shipment-closed.v1", on=ORDER_EVENTS)
class ShipmentClosed(_AboutOrder):
    """One of the order's shipments came to its end."""

    shipment_id: Id
    status: Literal["Shipped", "Canceled"]


@message("waybill.order.partially-shipped.v1", on=ORDER_EVENTS)
class PartiallyShipped(_AboutOrder):
    """Some shipments are on their way, others are still open."""

    order_number: str


@message("waybill.order.completed.v1", on=ORDER_EVENTS)
class Completed(_AboutOrder):
    """Everything that wasn't canceled has shipped."""

    order_number: str


@message("waybill.order.note-added.v1", on=ORDER_EVENTS)
class NoteAdded(_AboutOrder):
    """A member of staff wrote something down, or the system did: `activity`."""

    note_id: Id
    text: Note
    author: str | None
    added_at: Timestamp
    kind: Literal["staff", "activity"] = "staff"
