"""Purchase orders: what can be asked of them, and what happens to them."""

from typing import Annotated, Literal

from pydantic import StringConstraints, model_validator

from shared.contracts.address import Address, Customer
from shared.contracts.base import (
    LINES,
    Id,
    Malformed,
    Message,
    Part,
    Quantity,
    Text,
    Timestamp,
    message,
)
from shared.contracts.cards import ArticleName
from shared.contracts.checkout import ConvertedPayment
from shared.contracts.editing import Edit, beside
from shared.contracts.money import Amount, Currency
from shared.contracts.pricing import Pricing
from shared.contracts.replies import Reason
from shared.contracts.topics import ORDER_COMMANDS, ORDER_EVENTS

OrderStatus = Literal[
    "InProgress", "OnHold", "PartiallyShipped", "Completed", "Canceled", "AwaitingExchange"
]
Note = Annotated[str, StringConstraints(min_length=1, max_length=4000), LINES]


class Line(Part):
    """One article of a shipment. `manual_discount` is what was set by hand, beside all others."""

    line_id: Id
    sku: Id
    name: ArticleName
    quantity: Quantity
    placed_price: Amount
    discount: Amount
    tax: Amount
    preorder: bool = False
    manual_discount: Amount | None = None


class Shipment(Part):
    """What goes to one address by one method.

    `shipping_price` is what that costs before discounts, if that is more than `shipping_cost`.
    """

    shipment_id: Id
    shipping_method: Id
    shipping_cost: Amount
    shipping_tax: Amount
    shipping_price: Amount | None = None
    address: Address
    lines: tuple[Line, ...]


class Basis(Part):
    """What a line's discount and tax follow when its quantity or price changes.

    The discount was `discount` on pieces worth `value`, and the tax was `tax` on `net`; without
    one, the market's rate holds.
    """

    value: Amount
    discount: Amount
    net: Amount
    tax: Amount | None


class Origin(Part):
    """A line as it was before it was split, for when its parts are together again.

    `value`, `discount` and `tax` are those of all its pieces.
    """

    value: Amount
    discount: Amount
    tax: Amount
    basis: Basis | None
    origin: "Origin | None" = None


class EditedLine(Line):
    """A line of an order that was edited; without a basis, what it costs now is its basis."""

    basis: Basis | None = None
    origin: Origin | None = None


class ShippingBasis(Part):
    """What a shipment's shipping cost with the method that it was placed with, and its tax."""

    shipping_method: Id
    price: Amount
    cost: Amount
    tax: Amount


class EditedShipment(Shipment):
    """A shipment of an order that was edited; one that was canceled isn't part of the total."""

    lines: tuple[EditedLine, ...]
    canceled: bool = False
    shipping_basis: ShippingBasis | None = None


class _AboutOrder(Message):
    order_id: Id


class _AboutLine(_AboutOrder):
    shipment_id: Id
    line_id: Id


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


@message("waybill.order.add-line.v1", on=ORDER_COMMANDS)
class AddLine(_AboutLine):
    """Put an article into a shipment; without a tax the market's rate holds."""

    sku: Id
    name: ArticleName
    quantity: Quantity
    placed_price: Amount
    discount: Amount | None = None
    tax: Amount | None = None
    preorder: bool = False

    _beside = model_validator(mode="before")(beside)


@message("waybill.order.change-line.v1", on=ORDER_COMMANDS)
class ChangeLine(_AboutLine):
    """Another quantity, price or discount; discount and tax follow if they aren't given.

    A discount of null ends it.
    """

    clearable = frozenset({"discount"})
    quantity: Quantity | None = None
    placed_price: Amount | None = None
    discount: Amount | None = None

    _beside = model_validator(mode="before")(beside)

    def check(self) -> None:
        """Something has to be asked for."""
        self.refuse_null("quantity", "placed_price")
        given = (self.quantity, self.placed_price, self.discount)
        if given == (None, None, None) and not self.cleared:
            raise Malformed("quantity", "a quantity, a price or a discount is needed")


@message("waybill.order.remove-line.v1", on=ORDER_COMMANDS)
class RemoveLine(_AboutLine):
    """Take an article out; a shipment keeps at least one."""


@message("waybill.order.move-line.v1", on=ORDER_COMMANDS)
class MoveLine(_AboutLine):
    """Send a line, or so many pieces of it, with another shipment, be it a new one."""

    to_shipment_id: Id
    quantity: Quantity | None = None
    to_line_id: Id | None = None
    address: Address | None = None
    shipping_method: Id | None = None

    def check(self) -> None:
        """A new shipment needs both, one that is there needs neither."""
        if (self.address is None) != (self.shipping_method is None):
            missing = "address" if self.address is None else "shipping_method"
            raise Malformed(missing, "a new shipment needs an address and a shipping method")


@message("waybill.order.set-discount.v1", on=ORDER_COMMANDS)
class SetDiscount(_AboutOrder):
    """Take so much off a line, or off the whole order."""

    amount: Amount
    shipment_id: Id | None = None
    line_id: Id | None = None

    def check(self) -> None:
        """A line is named by its shipment's id and its own."""
        if (self.shipment_id is None) != (self.line_id is None):
            missing = "shipment_id" if self.shipment_id is None else "line_id"
            raise Malformed(missing, "a line's discount needs shipment_id and line_id")


# Questions


@message("waybill.order.explain.v1", on=ORDER_COMMANDS)
class Explain(_AboutOrder):
    """What may be done with an order now, and what stands in the way of the rest?"""


# Events


@message("waybill.order.placed.v1", on=ORDER_EVENTS)
class Placed(_AboutOrder):
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
class DraftRefused(_AboutOrder):
    """A draft with the order's id was converted; it became no order, and stays a draft."""

    reason: Reason


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


@message("waybill.order.shipment-edited.v1", on=ORDER_EVENTS)
class ShipmentEdited(_AboutOrder):
    """One of the order's shipments goes elsewhere, or another way."""

    shipment_id: Id
    address: Address
    shipping_method: Id


@message("waybill.order.partially-shipped.v1", on=ORDER_EVENTS)
class PartiallyShipped(_AboutOrder):
    """Some shipments are on their way, others are still open."""

    order_number: str


@message("waybill.order.completed.v1", on=ORDER_EVENTS)
class Completed(_AboutOrder):
    """Everything that wasn't canceled has shipped."""

    order_number: str


@message("waybill.order.lines-change-requested.v1", on=ORDER_EVENTS)
class LinesChangeRequested(_AboutOrder):
    """Somebody asked for an edit; it is made once the shipments have confirmed it."""

    request: str
    edit: Edit


@message("waybill.order.lines-changed.v1", on=ORDER_EVENTS)
class LinesChanged(_AboutOrder):
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
class LinesChangeRefused(_AboutOrder):
    """The edit came too late."""

    request: str
    reason: Reason


@message("waybill.order.note-added.v1", on=ORDER_EVENTS)
class NoteAdded(_AboutOrder):
    """A member of staff wrote something down, or the system did: `activity`."""

    note_id: Id
    text: Note
    author: str | None
    added_at: Timestamp
    kind: Literal["staff", "activity"] = "staff"
