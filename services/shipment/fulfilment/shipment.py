"""A shipment as fulfilment knows it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from services.shipment.fulfilment.lifecycle import FINAL
from shared.contracts import shipments
from shared.contracts.address import Address
from shared.contracts.customers import BookPlace
from shared.contracts.shipments import Item, ShipmentStatus, Shortage, Standing


@dataclass(slots=True)
class Shipment:
    """One shipment. `before` is the status that it comes back to when the hold is lifted.

    `revision` counts the edits of its lines: the stock answers for one of them. `to_address_book`
    is where its present address was asked to enter the customer's book. `shipping_cost` is what was
    entered for its method, if that isn't what the market or the checkout asked for.
    """

    order_id: str
    shipment_id: str
    order_number: str
    market: str
    warehouse: str
    shipping_method: str
    address: Address
    lines: tuple[Item, ...]
    preorder_lines: tuple[str, ...]
    status: ShipmentStatus
    before: ShipmentStatus | None = None
    stock_asked: bool = False
    stock_assigned: bool = False
    short: tuple[Shortage, ...] = ()
    to_address_book: BookPlace | None = None
    revision: int = 0
    shipping_cost: Decimal | None = None

    @classmethod
    def born(cls, event: shipments.AwaitingInventory) -> Self:
        """The shipment that `event` brings into being."""
        preorder_lines = event.preorder_lines
        if event.preorder and not preorder_lines:  # as told before lines could be edited
            preorder_lines = tuple(line.line_id for line in event.lines)
        return cls(
            order_id=event.order_id,
            shipment_id=event.shipment_id,
            order_number=event.order_number,
            market=event.market,
            warehouse=event.warehouse,
            shipping_method=event.shipping_method,
            address=event.address,
            lines=event.lines,
            preorder_lines=preorder_lines,
            status=event.status,
            revision=event.revision,
        )

    @property
    def preorder(self) -> bool:
        """Whether any of its lines is one."""
        return bool(self.preorder_lines)

    @property
    def is_open(self) -> bool:
        """Whether anything can still happen to it."""
        return self.status not in FINAL

    @property
    def is_at_warehouse(self) -> bool:
        """Whether a warehouse was told to send it, and not yet to stop."""
        return self.status in ("Released", "Packing")

    @property
    def standing(self) -> Standing:
        """Where it stands, the hold aside."""
        return Standing(shipment_id=self.shipment_id, status=self.before or self.status)
