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
    """

    shipment_id: Id
    status: ShipmentStatus
    warehouse: Id
    lines: tuple[Item, ...]
    preorder_lines: tuple[Id, ...]
    revision: int
    inventory_requested: bool


class RemovedShipment(Part):
    """A shipment that was removed because an edit left it empty, with its last revision.

    `inventory_requested`: stock was requested for it, and has to be given up.
    """

    shipment_id: Id
    warehouse: Id
    revision: int
    inventory_requested: bool


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


class AboutOrder(Message):
    order_id: Id


class AboutShipment(AboutOrder):
    shipment_id: Id
