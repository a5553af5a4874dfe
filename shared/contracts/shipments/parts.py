"""Parts of the messages about shipments: items, statuses, shortages."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.contracts.base import Id, Message, Name, Part, Quantity
from shared.contracts.cards import NUMBERS

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


Carrier = Annotated[str, StringConstraints(max_length=100)]


class Item(Part):
    """A line as a warehouse needs it: article and quantity."""

    line_id: Id
    sku: Id
    name: Name
    quantity: Quantity


class ChangedShipment(Part):
    """A shipment whose items were edited, with its present items and status.

    revision  counts its edits; the stock's answers refer to it
    inventory_requested  the stock was requested before the edit, and is requested again for these
    others    the other warehouses that may send it; its own too, if it may be split
    given_up  of these, the one that was being asked when the edit was made
    """

    shipment_id: Id
    status: ShipmentStatus
    warehouse: Id
    lines: tuple[Item, ...]
    preorder_lines: tuple[Id, ...]
    revision: int
    inventory_requested: bool
    others: tuple[Id, ...] = ()
    given_up: tuple[Id, ...] = ()


class RemovedShipment(Part):
    """A shipment that was removed because an edit left it empty, with its last revision.

    inventory_requested  stock was requested for it, and has to be given up
    given_up  another warehouse that was being asked when it was removed
    """

    shipment_id: Id
    warehouse: Id
    revision: int
    inventory_requested: bool
    given_up: tuple[Id, ...] = ()


class SplitPart(Part):
    """A new shipment for items of one that was split; lines keep their ids."""

    shipment_id: Id
    warehouse: Id
    lines: tuple[Item, ...]


class Standing(Part):
    """The status of a shipment."""

    shipment_id: Id
    status: ShipmentStatus


class GivenUp(Part):
    """A deleted shipment, and the warehouse whose stock it gives up."""

    shipment_id: Id
    warehouse: Id


class Shortage(Part):
    """How much of an article a shipment needs, and how much is available."""

    sku: Id
    wanted: int
    available: int


class Tried(Part):
    """What a warehouse had of a shipment when it was asked: pieces of all that it needs."""

    warehouse: Id
    available: int
    wanted: int


class AboutOrder(Message):
    order_id: Id


class AboutShipment(AboutOrder):
    shipment_id: Id
