"""The state of one shipment in fulfilment."""

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
    """One shipment of an order.

    `status_before_hold` is the status that it returns to when the hold is lifted. `revision` counts
    the edits of its lines; each allocation is for one revision. `to_address_book` is the requested
    place of its current address in the customer's address book. `shipping_cost` is the cost that
    was entered for its method in place of the market's or the checkout's.
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
    status_before_hold: ShipmentStatus | None = None
    stock_requested: bool = False
    stock_assigned: bool = False
    shortages: tuple[Shortage, ...] = ()
    to_address_book: BookPlace | None = None
    revision: int = 0
    shipping_cost: Decimal | None = None

    @classmethod
    def from_event(cls, event: shipments.AwaitingInventory) -> Self:
        """The shipment that `event` creates."""
        preorder_lines = event.preorder_lines
        if event.preorder and not preorder_lines:  # from before lines could be edited
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
        """Whether any of its lines is a preorder."""
        return bool(self.preorder_lines)

    @property
    def is_open(self) -> bool:
        """Whether its status isn't final."""
        return self.status not in FINAL

    @property
    def is_at_warehouse(self) -> bool:
        """Whether it is released to a warehouse and not recalled."""
        return self.status in ("Released", "Packing")

    @property
    def standing(self) -> Standing:
        """Its status, disregarding a hold."""
        return Standing(shipment_id=self.shipment_id, status=self.status_before_hold or self.status)
