"""What the messages about shipments consist of: items, statuses, shortages."""

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


class AboutOrder(Message):
    order_id: Id


class AboutShipment(AboutOrder):
    shipment_id: Id
