"""Fulfilment: what can be asked of an order's shipments, and what happens to them."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.contracts.address import Address
from shared.contracts.base import (
    Id,
    Malformed,
    Message,
    Name,
    Part,
    Quantity,
    Timestamp,
    message,
)
from shared.contracts.cards import NUMBERS
from shared.contracts.customers import BookPlace
from shared.contracts.money import Amount, Currency, Signed
from shared.contracts.replies import Reason
from shared.contracts.topics import SHIPMENT_COMMANDS, SHIPMENT_EVENTS

ShipmentStatus = Literal[
    "AwaitingInventory",
    "InventoryAssigned",
    "Released",
    "Packing",
    "Shipped",
    "OnHold",
    "Canceled",
]
RecallReason = Literal["held", "canceled", "edited"]
Tracking = Annotated[str, StringConstraints(max_length=100), NUMBERS]


class Item(Part):
    """A line as a warehouse needs it: what, and how many."""

    line_id: Id
    sku: Id
    name: Name
    quantity: Quantity


class ChangedShipment(Part):
    """A shipment whose items were edited: what they are now, and where it stands.

    `revision` counts its edits, so that the stock's answers can say which items they are about.
    `inventory_requested`: the stock was asked for the items before, and is asked for these now.
    """

    shipment_id: Id
    status: ShipmentStatus
    warehouse: Id
    lines: tuple[Item, ...]
    preorder_lines: tuple[Id, ...]
    revision: int
    inventory_requested: bool


class RemovedShipment(Part):
    """A shipment that an edit emptied, so that it is gone; its `revision` was this.

    `inventory_requested`: the stock was asked for its items, and needs them for it no more.
    """

    shipment_id: Id
    warehouse: Id
    revision: int
    inventory_requested: bool


class Standing(Part):
    """Where one shipment stands."""

    shipment_id: Id
    status: ShipmentStatus


class GivenUp(Part):
    """A shipment that won't be sent, and the warehouse whose stock it needs no more."""

    shipment_id: Id
    warehouse: Id


class Shortage(Part):
    """How much of an item a shipment wants, and how much it could have had."""

    sku: Id
    wanted: int
    available: int


class _AboutOrder(Message):
    order_id: Id


class _AboutShipment(_AboutOrder):
    shipment_id: Id


# Commands


@message("waybill.shipment.edit.v1", on=SHIPMENT_COMMANDS)
class Edit(_AboutShipment):
    """Send it to another address, or by another method; what isn't given stays as it is.

    An address enters the customer's address book only with `add_to_address_book`. Without a
    `shipping_cost`, another method costs what the market asks for it.
    """

    address: Address | None = None
    shipping_method: Id | None = None
    shipping_cost: Amount | None = None
    add_to_address_book: bool = False

    def check(self) -> None:
        """Something has to be asked for."""
        self.refuse_null("address", "shipping_method", "shipping_cost")
        if self.address is None and self.shipping_method is None and self.shipping_cost is None:
            raise Malformed("address", "an address or a shipping method is needed, or both")
        if self.address is None and self.add_to_address_book:
            raise Malformed("address", "needed, to be added to the address book")


@message("waybill.shipment.release.v1", on=SHIPMENT_COMMANDS)
class Release(_AboutShipment):
    """Hand the shipment to its warehouse."""


@message("waybill.shipment.add-to-picklist.v1", on=SHIPMENT_COMMANDS)
class AddToPicklist(_AboutShipment):
    """The warehouse starts to pack it."""


@message("waybill.shipment.remove-from-picklist.v1", on=SHIPMENT_COMMANDS)
class RemoveFromPicklist(_AboutShipment):
    """The warehouse puts it back."""


@message("waybill.shipment.complete.v1", on=SHIPMENT_COMMANDS)
class Complete(_AboutShipment):
    """It has left the house."""

    tracking_number: Tracking | None = None


@message("waybill.shipment.cancel.v1", on=SHIPMENT_COMMANDS)
class Cancel(_AboutShipment):
    """Don't send it."""


# Questions


@message("waybill.shipment.explain.v1", on=SHIPMENT_COMMANDS)
class Explain(_AboutOrder):
    """What may be done with an order's shipments now, and what stands in the way of the rest?"""


# Events


class _Event(_AboutShipment):
    """Every event about one shipment says where the shipment stands after it."""

    status: ShipmentStatus


@message("waybill.shipment.awaiting-inventory.v1", on=SHIPMENT_EVENTS)
class AwaitingInventory(_Event):
    """A shipment came into being with its order; it carries all that fulfilment has to know."""

    order_number: str
    market: Id
    warehouse: Id
    shipping_method: Id
    address: Address
    lines: tuple[Item, ...]
    preorder: bool
    preorder_lines: tuple[Id, ...] = ()
    currency: Currency | None = None
    order_total: Amount | None = None
    customer_id: Id | None = None
    revision: int = 0


@message("waybill.shipment.payment-noted.v1", on=SHIPMENT_EVENTS)
class PaymentNoted(_AboutOrder):
    """Fulfilment has heard whether the order is paid in full."""

    in_full: bool
    currency: Currency
    outstanding: Signed
    paid: Signed | None = None


@message("waybill.shipment.total-noted.v1", on=SHIPMENT_EVENTS)
class TotalNoted(_AboutOrder):
    """Fulfilment has heard what the order costs now, after the edit `request` if it was one."""

    request: str | None
    in_full: bool
    currency: Currency
    total: Amount
    outstanding: Signed


@message("waybill.shipment.inventory-requested.v1", on=SHIPMENT_EVENTS)
class InventoryRequested(_Event):
    """The shipment asks its warehouse's stock for all of its items."""

    warehouse: Id
    lines: tuple[Item, ...]
    revision: int = 0


@message("waybill.shipment.backordered.v1", on=SHIPMENT_EVENTS)
class Backordered(_Event):
    """The stock doesn't reach; the shipment waits in the queue."""

    warehouse: Id
    short: tuple[Shortage, ...]


@message("waybill.shipment.inventory-assigned.v1", on=SHIPMENT_EVENTS)
class InventoryAssigned(_Event):
    """All of its items are set aside for it."""

    warehouse: Id
    lines: tuple[Item, ...]


@message("waybill.shipment.edited.v1", on=SHIPMENT_EVENTS)
class Edited(_Event):
    """It goes elsewhere, or another way: address and method are what they are now.

    `to_address_book` says where the address is to enter its customer's book, if it is to.
    `request` is the message that asked for another method or cost, whose new total the order tells;
    `shipping_cost` is what the shipping costs before discounts, if that was entered.
    """

    warehouse: Id
    shipping_method: Id
    address: Address
    to_address_book: BookPlace | None = None
    request: str | None = None
    shipping_cost: Amount | None = None


@message("waybill.shipment.released.v1", on=SHIPMENT_EVENTS)
class Released(_Event):
    """The warehouse may send it."""

    order_number: str
    warehouse: Id
    market: Id
    shipping_method: Id
    address: Address
    lines: tuple[Item, ...]
    released_at: Timestamp


@message("waybill.shipment.recalled.v1", on=SHIPMENT_EVENTS)
class Recalled(_Event):
    """The warehouse must not send it after all, or not yet."""

    order_number: str
    warehouse: Id
    reason: RecallReason
    recalled_at: Timestamp


@message("waybill.shipment.packing.v1", on=SHIPMENT_EVENTS)
class Packing(_Event):
    """It is on a pick list."""

    warehouse: Id


@message("waybill.shipment.removed-from-picklist.v1", on=SHIPMENT_EVENTS)
class RemovedFromPicklist(_Event):
    """It is on no pick list any more, and still released."""

    warehouse: Id


@message("waybill.shipment.shipped.v1", on=SHIPMENT_EVENTS)
class Shipped(_Event):
    """It has left the house."""

    warehouse: Id
    tracking_number: Tracking | None
    lines: tuple[Item, ...]
    shipped_at: Timestamp


@message("waybill.shipment.canceled.v1", on=SHIPMENT_EVENTS)
class Canceled(_Event):
    """It will never be sent; whatever was set aside for it, or queued, is given up."""

    warehouse: Id
    inventory_requested: bool


@message("waybill.shipment.held.v1", on=SHIPMENT_EVENTS)
class Held(_AboutOrder):
    """No open shipment of the order moves; each is named with the status that it comes back to."""

    shipments: tuple[Standing, ...]


@message("waybill.shipment.hold-refused.v1", on=SHIPMENT_EVENTS)
class HoldRefused(_AboutOrder):
    """There was nothing left to hold."""

    reason: Reason


@message("waybill.shipment.hold-lifted.v1", on=SHIPMENT_EVENTS)
class HoldLifted(_AboutOrder):
    """Each shipment is exactly where it was before."""

    shipments: tuple[Standing, ...]


@message("waybill.shipment.cancel-refused.v1", on=SHIPMENT_EVENTS)
class CancelRefused(_AboutOrder):
    """Something had already shipped."""

    reason: Reason


@message("waybill.shipment.delete-refused.v1", on=SHIPMENT_EVENTS)
class DeleteRefused(_AboutOrder):
    """A warehouse is at it. `request` says which request is meant."""

    request: str
    reason: Reason


@message("waybill.shipment.deleted.v1", on=SHIPMENT_EVENTS)
class Deleted(_AboutOrder):
    """All shipments of the order are gone, and nothing of it ships from here on: the tombstone.

    `given_up` are those that were still open and had asked for stock.
    """

    order_number: str
    by: str | None
    at: Timestamp
    given_up: tuple[GivenUp, ...]


@message("waybill.shipment.lines-changed.v1", on=SHIPMENT_EVENTS)
class LinesChanged(_AboutOrder):
    """An edit of the order was made: each shipment whose items it changed, none if only money.

    `removed` are those that it left without items.
    """

    request: str
    shipments: tuple[ChangedShipment, ...]
    removed: tuple[RemovedShipment, ...] = ()


@message("waybill.shipment.lines-change-refused.v1", on=SHIPMENT_EVENTS)
class LinesChangeRefused(_AboutOrder):
    """An edit of the order could not be made any more."""

    request: str
    reason: Reason
