"""What an order holds and what it costs: customer, coupons, shipments with their priced lines.

Nothing here decides; `editing.py` does, with what is worked out here.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from services.order.lines import Priced, net
from shared.contracts import goods, orders
from shared.contracts.address import Address, Customer
from shared.contracts.editing import DiscountSet, Edit, LineMoved
from shared.contracts.goods import Goods
from shared.contracts.money import zero
from shared.contracts.orders import EditedLine, EditedShipment, Line, Shipment
from shared.contracts.totals import total


@dataclass(frozen=True, slots=True)
class Content:
    """All that was ordered, as it is after every edit so far.

    `order_discount` is what was granted, and `total` what was told last. An order that was never
    edited shares its shipments with the event that placed it.
    """

    currency: str
    customer: Customer | None
    coupons: tuple[str, ...]
    order_discount: Decimal
    shipments: tuple[Shipment, ...]
    total: Decimal

    @classmethod
    def placed(cls, event: orders.Placed) -> "Content":
        """As the checkout's cart had it."""
        return cls(
            currency=event.currency,
            customer=event.customer,
            coupons=event.coupons,
            order_discount=event.order_discount,
            shipments=event.shipments,
            total=event.total,
        )

    @property
    def goods(self) -> Goods[Line]:
        """The lines of each shipment."""
        return {shipment.shipment_id: shipment.lines for shipment in self.shipments}

    def shipment(self, shipment_id: str) -> Shipment | None:
        """A shipment by its id."""
        return next((each for each in self.shipments if each.shipment_id == shipment_id), None)

    def edited(self, edit: Edit, rate: Decimal | None) -> "Content":
        """After an edit that nothing stands in the way of; `rate` is the market's tax on lines.

        The total stays what was told: who tells of the edit works it out.
        """
        if isinstance(edit, DiscountSet):
            return replace(self, order_discount=edit.amount)
        after = goods.applied(self.goods, edit, Priced(self.currency, rate))
        shipments = tuple(
            each
            if after[each.shipment_id] == each.lines
            else as_edited(each, after[each.shipment_id])
            for each in self.shipments
        )
        return replace(self, shipments=(*shipments, *self._born(edit, after)))

    def told(self, event: orders.LinesChanged) -> "Content":
        """As the event tells."""
        return replace(
            self,
            shipments=event.shipments,
            order_discount=event.order_discount_granted,
            total=event.total,
        )

    def sent_to(self, shipment_id: str, address: Address, method: str) -> "Content":
        """With another address or shipping method for one of the shipments."""
        changed = {"address": address, "shipping_method": method}
        return replace(
            self,
            shipments=tuple(
                each.model_copy(update=changed) if each.shipment_id == shipment_id else each
                for each in self.shipments
            ),
        )

    def bill(self, canceled: Collection[str]) -> tuple[Decimal, Decimal]:
        """What the order's discount takes off, and the total; nobody pays for `canceled` shipments.

        A discount is at most what it is taken from: the goods. Raises `Malformed` if the total
        can't be written.
        """
        owed = [each for each in self.shipments if each.shipment_id not in canceled]
        off = min(self.order_discount, self.net(canceled))
        return off, total(owed, off, self.currency)

    def net(self, canceled: Collection[str]) -> Decimal:
        """What the goods cost, with the discounts of their lines and without tax."""
        owed = (each for each in self.shipments if each.shipment_id not in canceled)
        return sum((net(line) for each in owed for line in each.lines), zero(self.currency))

    def _born(self, edit: Edit, after: Goods[Line]) -> Iterator[EditedShipment]:
        if not isinstance(edit, LineMoved) or edit.destination is None:
            return
        if self.shipment(edit.to_shipment_id) is None and edit.to_shipment_id in after:
            there = edit.destination
            yield EditedShipment(
                shipment_id=edit.to_shipment_id,
                shipping_method=there.shipping_method,
                shipping_cost=there.shipping_cost,
                shipping_tax=zero(self.currency),
                address=there.address,
                lines=_edited_lines(after[edit.to_shipment_id]),
            )


def as_edited(
    shipment: Shipment, lines: tuple[Line, ...], *, canceled: bool = False
) -> EditedShipment:
    """`shipment` with these lines, as an event about edits tells it."""
    kept = {**dict(shipment), "lines": _edited_lines(lines), "canceled": canceled}
    return EditedShipment(**kept)


def _edited_lines(lines: tuple[Line, ...]) -> tuple[EditedLine, ...]:
    return tuple(
        line if isinstance(line, EditedLine) else EditedLine(**dict(line)) for line in lines
    )
