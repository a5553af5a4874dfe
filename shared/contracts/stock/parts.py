"""Parts of the messages about a warehouse's stock: articles, shipments, levels."""

from typing import Annotated

from pydantic import Field

from shared.contracts.base import Id, Message, Part
from shared.contracts.stock_status import ExpectedReceipt


class ItemQuantity(Part):
    """A quantity of an article: the sum of all lines of a shipment."""

    sku: Id
    quantity: Annotated[int, Field(ge=1)]


class ShipmentKey(Part):
    """Identifies a shipment."""

    order_id: Id
    shipment_id: Id


class LevelNow(Part):
    """The level of an article after an event.

    On hand, minus allocated, minus `safety`, is available. Goods in quarantine aren't on hand.
    `expected` are receipts that are expected, the earliest first.
    """

    sku: Id
    on_hand: int
    allocated: int
    backordered: int
    quarantined: int = 0
    safety: int = 0
    expected: tuple[ExpectedReceipt, ...] = ()


class AboutWarehouse(Message):
    """Base of the messages about a warehouse's stock."""

    warehouse: Id


class ForShipment(AboutWarehouse):
    """Base of the messages about the stock of one shipment."""

    order_id: Id
    shipment_id: Id


class ForRevision(ForShipment):
    """About a shipment's items after `revision` edits."""

    revision: int = 0
