"""The state of one shipment in fulfilment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Self

from services.shipment.fulfilment.lifecycle import FINAL
from shared.contracts import shipments
from shared.contracts.address import Address
from shared.contracts.customers import BookPlace
from shared.contracts.shipments import Item, ShipmentStatus, Shortage, Standing, Tried


@dataclass(slots=True)
class Shipment:
    """One shipment of an order.

    `status_before_hold` is the status that it returns to when the hold is lifted. `revision` counts
    the edits of its lines; each allocation is for one revision. `to_address_book` is the requested
    place of its current address in the customer's address book. `shipping_cost` is the cost that
    was entered for its method in place of the market's or the checkout's. `tracking_number` and
    `carrier` are those it has shipped with, or that were corrected since.

    warehouse  the warehouse that sends it, or in whose queue it waits
    sources    all that may send it, by priority; empty if only one may
    asked      another warehouse that is being asked for its goods while it waits
    to_ask     the warehouses to ask after that
    offers     the warehouses that have offered goods and haven't declined since
    tried      the last answer of each warehouse that was short
    answers    what each warehouse was short of when it answered last
    fresh      those that have answered since all were asked
    may_split  it may be split over several warehouses
    keep_whole it may not, because it was split before, or made of one that was
    split_number  which split of the order has made it what it is; 0 if none has
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
    tracking_number: str | None = None
    carrier: str | None = None
    sources: tuple[str, ...] = ()
    asked: str | None = None
    to_ask: tuple[str, ...] = ()
    offers: frozenset[str] = frozenset()
    tried: tuple[Tried, ...] = ()
    answers: Mapping[str, tuple[Shortage, ...]] = field(default_factory=dict)
    fresh: frozenset[str] = frozenset()
    may_split: bool = False
    keep_whole: bool = False
    split_number: int = 0

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
            keep_whole=event.keep_whole,
        )

    @property
    def preorder(self) -> bool:
        """Whether any of its lines is a preorder."""
        return bool(self.preorder_lines)

    @property
    def others(self) -> tuple[str, ...]:
        """The other warehouses that may send it, by priority."""
        return tuple(each for each in self.sources if each != self.warehouse)

    @property
    def offered_by(self) -> tuple[str, ...]:
        """The warehouses whose goods it is to be told of while it waits.

        Goods in its own are allocated to it once that has all; if it may be split, fewer count too.
        """
        return self.sources if self.may_split else self.others

    @property
    def claims(self) -> tuple[str, ...]:
        """The warehouses that may have stock or a place in the queue for it, once requested."""
        return (self.warehouse, *self.asked_elsewhere)

    @property
    def asked_elsewhere(self) -> tuple[str, ...]:
        """The other warehouse that is being asked for its goods, if one is."""
        return () if self.asked in (None, self.warehouse) else (self.asked,)

    def stop_asking(self) -> None:
        """Forgets what other warehouses were asked and have answered or offered."""
        self.asked = None
        self.to_ask = ()
        self.offers = frozenset()

    def forget_answers(self) -> None:
        """Forgets all that warehouses have answered or offered: they were asked for other lines."""
        self.stop_asking()
        self.tried = ()
        self.answers = {}
        self.fresh = frozenset()

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
