"""The state of fulfilment for an order."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Self

from services.shipment.fulfilment.shipment import Shipment
from shared.contracts.holds import WORK, HoldDetails, Stop, stopped
from shared.contracts.money import ZERO
from shared.contracts.shipments import ShipmentStatus


@dataclass(slots=True)
class Fulfilment:
    """An order's shipments, its total, what is paid, and its holds by id.

    Payments may arrive before the order does, because they come from another topic. The total comes
    from the order service and the paid amount from the payment service, so that a balance from
    before an edit isn't mistaken for the one after it. What returns have taken off the total,
    `returned`, comes from the payment service too, ahead of the refunds. `unpriced` are the
    requests of edits whose new total hasn't arrived. `removed` maps the id of each shipment that an
    edit emptied to the revision at which a new shipment with this id starts. `splits` is how often
    its shipments were split over several warehouses.
    """

    shipments: dict[str, Shipment] = field(default_factory=dict)
    holds: dict[str, HoldDetails] = field(default_factory=dict)
    currency: str | None = None
    total: Decimal | None = None
    paid: Decimal | None = None
    returned: Decimal = ZERO
    unpriced: set[str] = field(default_factory=set)
    removed: dict[str, int] = field(default_factory=dict)
    customer_id: str | None = None
    splits: int = 0

    @property
    def stopped(self) -> frozenset[Stop]:
        """The actions that its holds stop."""
        return stopped(self.holds)

    @property
    def held(self) -> bool:
        """Whether its open shipments are on hold: its holds stop all work on them."""
        return self.stopped >= WORK

    @property
    def outstanding(self) -> Decimal | None:
        """The amount still to be paid, negative if overpaid; None while the total is unknown."""
        return None if self.total is None else self.total - (self.paid or ZERO)

    @property
    def paid_in_full(self) -> bool:
        """Whether the paid amount covers the total (rules: Statuses)."""
        return self.paid is not None and self.total is not None and self.paid >= self.total

    @property
    def is_known(self) -> bool:
        """Whether the order was placed."""
        return bool(self.shipments)

    @property
    def open(self) -> list[Shipment]:
        """The shipments whose status isn't final."""
        return [shipment for shipment in self.shipments.values() if shipment.is_open]

    def copy(self) -> Self:
        """An independent copy, which `evolve` may change."""
        return replace(
            self,
            shipments={which: replace(each) for which, each in self.shipments.items()},
            holds=dict(self.holds),
            unpriced=set(self.unpriced),
            removed=dict(self.removed),
        )

    def any_in(self, status: ShipmentStatus) -> list[Shipment]:
        """The shipments in `status`."""
        return [shipment for shipment in self.shipments.values() if shipment.status == status]


def status(order: Fulfilment) -> str | None:
    """The status for replies: that of the only shipment, or `1:Released 2:Packing` of several."""
    statuses = [(shipment.shipment_id, shipment.status) for shipment in order.shipments.values()]
    if len(statuses) == 1:
        return statuses[0][1]
    return " ".join(f"{shipment_id}:{status}" for shipment_id, status in statuses) or None


def is_closed(order: Fulfilment) -> bool:
    """Whether all shipments have ended, and no edit waits for its new total."""
    return order.is_known and not order.open and not order.unpriced
