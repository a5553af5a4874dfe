"""What happens to shipments."""

from shared.contracts.address import Address
from shared.contracts.base import Id, Timestamp, message
from shared.contracts.customers import BookPlace
from shared.contracts.money import Amount, Currency, Signed
from shared.contracts.replies import Reason
from shared.contracts.shipments.parts import (
    AboutOrder,
    AboutShipment,
    ChangedShipment,
    GivenUp,
    Item,
    RecallReason,
    RemovedShipment,
    ShipmentStatus,
    Shortage,
    Standing,
    Tracking,
)
from shared.contracts.topics import SHIPMENT_EVENTS

# Events


class _Event(AboutShipment):
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
class PaymentNoted(AboutOrder):
    """Fulfilment has heard whether the order is paid in full."""

    in_full: bool
    currency: Currency
    outstanding: Signed
    paid: Signed | None = None


@message("waybill.shipment.total-noted.v1", on=SHIPMENT_EVENTS)
class TotalNoted(AboutOrder):
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
class Held(AboutOrder):
    """No open shipment of the order moves; each is named with the status that it comes back to."""

    shipments: tuple[Standing, ...]


@message("waybill.shipment.hold-refused.v1", on=SHIPMENT_EVENTS)
class HoldRefused(AboutOrder):
    """There was nothing left to hold."""

    reason: Reason


@message("waybill.shipment.hold-lifted.v1", on=SHIPMENT_EVENTS)
class HoldLifted(AboutOrder):
    """Each shipment is exactly where it was before."""

    shipments: tuple[Standing, ...]


@message("waybill.shipment.cancel-refused.v1", on=SHIPMENT_EVENTS)
class CancelRefused(AboutOrder):
    """Something had already shipped."""

    reason: Reason


@message("waybill.shipment.delete-refused.v1", on=SHIPMENT_EVENTS)
class DeleteRefused(AboutOrder):
    """A warehouse is at it. `request` says which request is meant."""

    request: str
    reason: Reason


@message("waybill.shipment.deleted.v1", on=SHIPMENT_EVENTS)
class Deleted(AboutOrder):
    """All shipments of the order are gone, and nothing of it ships from here on: the tombstone.

    `given_up` are those that were still open and had asked for stock.
    """

    order_number: str
    by: str | None
    at: Timestamp
    given_up: tuple[GivenUp, ...]


@message("waybill.shipment.lines-changed.v1", on=SHIPMENT_EVENTS)
class LinesChanged(AboutOrder):
    """An edit of the order was made: each shipment whose items it changed, none if only money.

    `removed` are those that it left without items.
    """

    request: str
    shipments: tuple[ChangedShipment, ...]
    removed: tuple[RemovedShipment, ...] = ()


@message("waybill.shipment.lines-change-refused.v1", on=SHIPMENT_EVENTS)
class LinesChangeRefused(AboutOrder):
    """An edit of the order could not be made any more."""

    request: str
    reason: Reason
