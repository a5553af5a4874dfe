"""Events of shipments."""

from shared.contracts.address import Address
from shared.contracts.base import Id, Timestamp, message
from shared.contracts.customers import BookPlace
from shared.contracts.holds import HoldDetails
from shared.contracts.money import Amount, Currency, Signed
from shared.contracts.replies import Reason
from shared.contracts.shipments.parts import (
    AboutOrder,
    AboutShipment,
    Carrier,
    ChangedShipment,
    GivenUp,
    Item,
    RecallReason,
    RemovedShipment,
    ShipmentStatus,
    Shortage,
    SplitPart,
    Standing,
    Tracking,
    Tried,
)
from shared.contracts.topics import SHIPMENT_EVENTS

# Events


class _Event(AboutShipment):
    """Base of events about one shipment, with its status after the event."""

    status: ShipmentStatus


@message("waybill.shipment.awaiting-inventory.v1", on=SHIPMENT_EVENTS)
class AwaitingInventory(_Event):
    """A shipment was created; the event has everything that fulfilment needs.

    `keep_whole` says that it isn't split over several warehouses, because people have made it of
    one that was.
    """

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
    keep_whole: bool = False


@message("waybill.shipment.payment-noted.v1", on=SHIPMENT_EVENTS)
class PaymentNoted(AboutOrder):
    """Whether the order is paid in full became known to fulfilment."""

    in_full: bool
    currency: Currency
    outstanding: Signed
    paid: Signed | None = None


@message("waybill.shipment.total-noted.v1", on=SHIPMENT_EVENTS)
class TotalNoted(AboutOrder):
    """A new total of the order became known to fulfilment.

    `request` identifies the edit that changed it, if one did. `returned` is what returns have taken
    off it so far.
    """

    request: str | None
    in_full: bool
    currency: Currency
    total: Amount
    outstanding: Signed
    returned: Amount | None = None


@message("waybill.shipment.inventory-requested.v1", on=SHIPMENT_EVENTS)
class InventoryRequested(_Event):
    """All items of the shipment were requested from its warehouse's stock.

    `sources` are all warehouses that may send it, by priority; empty if only this one may.
    `may_split` says that it may be split over several of them.
    """

    warehouse: Id
    lines: tuple[Item, ...]
    revision: int = 0
    sources: tuple[Id, ...] = ()
    may_split: bool = False


@message("waybill.shipment.backordered.v1", on=SHIPMENT_EVENTS)
class Backordered(_Event):
    """The stock is short; the shipment waits in the warehouse's queue.

    `asks` are the other warehouses that are asked now, one after the other.
    """

    warehouse: Id
    short: tuple[Shortage, ...]
    asks: tuple[Id, ...] = ()


@message("waybill.shipment.inventory-asked-elsewhere.v1", on=SHIPMENT_EVENTS)
class InventoryAskedElsewhere(_Event):
    """Another warehouse, `source`, was asked for all items of a shipment that waits.

    `then` are the warehouses to ask after it. Before a shipment is split, its own warehouse is
    asked again too.
    """

    warehouse: Id
    source: Id
    then: tuple[Id, ...]
    lines: tuple[Item, ...]
    revision: int = 0


@message("waybill.shipment.inventory-unavailable.v1", on=SHIPMENT_EVENTS)
class InventoryUnavailable(_Event):
    """Another warehouse, `source`, which was asked, is short. The shipment goes on waiting.

    offered  it was asked because it had offered goods
    asks     the other warehouses that are asked now, one after the other
    split    it was the last, and the shipment is split over several now
    """

    warehouse: Id
    source: Id
    short: tuple[Shortage, ...]
    offered: bool = False
    asks: tuple[Id, ...] = ()
    split: bool = False


@message("waybill.shipment.split.v1", on=SHIPMENT_EVENTS)
class Split(_Event):
    """The shipment was split over several warehouses, because none has all of it.

    warehouse  the one that is to send what stays in it
    given_up   the one in whose queue it waited, if that is another
    lines      what stays in it
    preorder   whether that has a preorder line
    parts      the new shipments, one for each further warehouse
    had        what each warehouse had when it was asked, by priority
    others     the other warehouses that may send what stays
    number     counts how often shipments of the order were split
    """

    warehouse: Id
    given_up: Id | None
    lines: tuple[Item, ...]
    preorder: bool
    revision: int
    parts: tuple[SplitPart, ...]
    had: tuple[Tried, ...]
    others: tuple[Id, ...]
    number: int


@message("waybill.shipment.inventory-offered.v1", on=SHIPMENT_EVENTS)
class InventoryOffered(_Event):
    """Another warehouse, `source`, has goods that the shipment waits for; it will be asked."""

    warehouse: Id
    source: Id


@message("waybill.shipment.inventory-assigned.v1", on=SHIPMENT_EVENTS)
class InventoryAssigned(_Event):
    """All items of the shipment are allocated to it.

    priority  the warehouse's place among several that may send it, from 1
    tried     what the others had when they were asked
    given_up  the warehouses at which it waited or which were being asked
    """

    warehouse: Id
    lines: tuple[Item, ...]
    priority: int | None = None
    tried: tuple[Tried, ...] = ()
    given_up: tuple[Id, ...] = ()


@message("waybill.shipment.edited.v1", on=SHIPMENT_EVENTS)
class Edited(_Event):
    """The shipment's address, method or cost was edited; address and method are the present ones.

    to_address_book  where to add the address to the customer's address book, if at all
    request          the command, if it changed method or cost; the order publishes the new total
    shipping_cost    the cost before discounts, if it was entered
    """

    warehouse: Id
    shipping_method: Id
    address: Address
    to_address_book: BookPlace | None = None
    request: str | None = None
    shipping_cost: Amount | None = None


@message("waybill.shipment.released.v1", on=SHIPMENT_EVENTS)
class Released(_Event):
    """The shipment was released to its warehouse."""

    order_number: str
    warehouse: Id
    market: Id
    shipping_method: Id
    address: Address
    lines: tuple[Item, ...]
    released_at: Timestamp


@message("waybill.shipment.recalled.v1", on=SHIPMENT_EVENTS)
class Recalled(_Event):
    """The release was withdrawn: the warehouse must not ship it, unless it is released again."""

    order_number: str
    warehouse: Id
    reason: RecallReason
    recalled_at: Timestamp


@message("waybill.shipment.packing.v1", on=SHIPMENT_EVENTS)
class Packing(_Event):
    """The shipment is on a pick list."""

    warehouse: Id


@message("waybill.shipment.removed-from-picklist.v1", on=SHIPMENT_EVENTS)
class RemovedFromPicklist(_Event):
    """The shipment was removed from its pick list; it stays released."""

    warehouse: Id


@message("waybill.shipment.shipped.v1", on=SHIPMENT_EVENTS)
class Shipped(_Event):
    """The shipment has left the warehouse."""

    warehouse: Id
    tracking_number: Tracking | None
    lines: tuple[Item, ...]
    shipped_at: Timestamp
    carrier: Carrier | None = None


@message("waybill.shipment.tracking-corrected.v1", on=SHIPMENT_EVENTS)
class TrackingCorrected(_Event):
    """The tracking number or the carrier of a shipped shipment was corrected.

    `tracking_number` and `carrier` are the present ones, `former_…` those before.
    """

    warehouse: Id
    tracking_number: Tracking | None
    carrier: Carrier | None
    former_tracking_number: Tracking | None
    former_carrier: Carrier | None


@message("waybill.shipment.canceled.v1", on=SHIPMENT_EVENTS)
class Canceled(_Event):
    """The shipment was canceled; its stock, or its position in the queue, is given up.

    `given_up` is another warehouse that was being asked.
    """

    warehouse: Id
    inventory_requested: bool
    given_up: tuple[Id, ...] = ()


@message("waybill.shipment.held.v1", on=SHIPMENT_EVENTS)
class Held(AboutOrder):
    """The shipments know of the hold, and do nothing that it stops.

    `shipments` are those that are on hold, each with the status to return to: all open ones if the
    order's holds together stop releasing, picking, packing and shipping, otherwise none. `hold` is
    missing if it has no more than a reason.
    """

    shipments: tuple[Standing, ...]
    hold: HoldDetails | None = None


@message("waybill.shipment.hold-refused.v1", on=SHIPMENT_EVENTS)
class HoldRefused(AboutOrder):
    """The hold was refused: no shipment is open. A hold without details has no `hold_id`."""

    reason: Reason
    hold_id: Id | None = None


@message("waybill.shipment.hold-lifted.v1", on=SHIPMENT_EVENTS)
class HoldLifted(AboutOrder):
    """Holds were lifted. Each of `shipments` has its status from before the holds; it is empty if
    another hold keeps them on hold.

    `holds` are the ids of the holds; if it is missing, all without a type.
    """

    shipments: tuple[Standing, ...]
    holds: tuple[Id, ...] | None = None


@message("waybill.shipment.cancel-refused.v1", on=SHIPMENT_EVENTS)
class CancelRefused(AboutOrder):
    """The cancellation was refused: a shipment has shipped."""

    reason: Reason


@message("waybill.shipment.delete-refused.v1", on=SHIPMENT_EVENTS)
class DeleteRefused(AboutOrder):
    """The deletion was refused because a warehouse is processing a shipment.

    `request` identifies the refused command.
    """

    request: str
    reason: Reason


@message("waybill.shipment.deleted.v1", on=SHIPMENT_EVENTS)
class Deleted(AboutOrder):
    """All shipments of the order were deleted; nothing of it will ship. The tombstone.

    `given_up` lists the open shipments that had requested stock, and from which warehouses.
    """

    order_number: str
    by: str | None
    at: Timestamp
    given_up: tuple[GivenUp, ...]


@message("waybill.shipment.lines-changed.v1", on=SHIPMENT_EVENTS)
class LinesChanged(AboutOrder):
    """An edit of the order was made.

    shipments  those whose items it changed; empty if it only changed amounts
    removed    those that it left without items
    """

    request: str
    shipments: tuple[ChangedShipment, ...]
    removed: tuple[RemovedShipment, ...] = ()


@message("waybill.shipment.lines-change-refused.v1", on=SHIPMENT_EVENTS)
class LinesChangeRefused(AboutOrder):
    """An edit of the order was refused."""

    request: str
    reason: Reason
