"""What an order holds and what it costs: customer, coupons, shipments with their priced lines.

Nothing here decides; `commands/edit_lines.py` does, with what is worked out here.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from services.order.lines import Priced, net
from services.order.repricing import (
    Discounts,
    as_edited_lines,
    off_the_whole,
    prices_of,
    repriced,
    shipping_basis,
)
from shared.contracts import line_edits, orders
from shared.contracts.address import Address, Customer
from shared.contracts.line_edits import Goods
from shared.contracts.money import ZERO, zero
from shared.contracts.order_edits import DiscountSet, Edit, LineMoved
from shared.contracts.orders import EditedShipment, Line, Shipment
from shared.contracts.pricing import Pricing
from shared.contracts.totals import total


@dataclass(frozen=True, slots=True)
class Content:
    """All that was ordered, as it is after every edit so far.

    `order_discount` is what the checkout granted beside its rules, which `pricing` has if it gave
    them; `covers_shipping` says that it granted more than the goods cost. `manual_discount` was set
    by hand. `total` is what was told last. `gone` are shipments that went away when an edit emptied
    them. An order that was never edited shares its shipments with the event that placed it.
    """

    currency: str
    customer: Customer | None
    coupons: tuple[str, ...]
    order_discount: Decimal
    shipments: tuple[Shipment, ...]
    total: Decimal
    manual_discount: Decimal = ZERO
    pricing: Pricing | None = None
    covers_shipping: bool = False
    gone: tuple[Shipment, ...] = field(default=(), compare=False)

    @classmethod
    def placed(cls, event: orders.Placed) -> "Content":
        """As the checkout's cart had it."""
        by_hand = event.manual_discount or ZERO
        granted = max(event.order_discount - by_hand, zero(event.currency))
        goods = sum((net(line) for each in event.shipments for line in each.lines), ZERO)
        return cls(
            currency=event.currency,
            customer=event.customer,
            coupons=event.coupons,
            order_discount=granted if event.pricing is None else zero(event.currency),
            shipments=event.shipments,
            total=event.total,
            manual_discount=by_hand,
            pricing=event.pricing,
            covers_shipping=event.pricing is None and granted > goods,
        )

    @property
    def goods(self) -> Goods[Line]:
        """The lines of each shipment."""
        return {shipment.shipment_id: shipment.lines for shipment in self.shipments}

    def shipment(self, shipment_id: str) -> Shipment | None:
        """A shipment by its id."""
        return next((each for each in self.shipments if each.shipment_id == shipment_id), None)

    def edited(self, edit: Edit, rate: Decimal | None, canceled: Collection[str] = ()) -> "Content":
        """After an edit that nothing stands in the way of; `rate` is the market's tax on lines.

        The total stays what was told: who tells of the edit works it out.
        """
        if isinstance(edit, DiscountSet):
            changed = replace(self, manual_discount=edit.amount)
            if not edit.beside:
                changed = replace(changed, order_discount=zero(self.currency))
            return changed.repriced(rate, canceled)
        after = line_edits.applied(self.goods, edit, self._priced(rate))
        shipments = tuple(
            each
            if after[each.shipment_id] == each.lines
            else as_edited(each, after[each.shipment_id])
            for each in self.shipments
            if each.shipment_id in after
        )
        changed = replace(self, shipments=(*shipments, *self._born(edit, after)))
        return changed.repriced(rate, canceled, self)

    def repriced(
        self, rate: Decimal | None, canceled: Collection[str], before: "Content | None" = None
    ) -> "Content":
        """At what the discounts and taxes are now; `before` is how it was before the edit."""
        priced = self._priced(rate)
        prices = prices_of(self.shipments, canceled, self._discounts, priced)
        known = {
            (each.shipment_id, line.line_id): line
            for each in (before or self).shipments
            for line in each.lines
        }
        return replace(self, shipments=repriced(self.shipments, prices, known, priced))

    def told(self, event: orders.LinesChanged) -> "Content":
        """As the event tells. One of version 0.1 doesn't say what was set by hand."""
        left = {each.shipment_id for each in event.shipments}
        gone = (*self.gone, *(each for each in self.shipments if each.shipment_id not in left))
        told = replace(self, shipments=event.shipments, total=event.total, gone=gone)
        if event.manual_discount is not None:
            return replace(
                told,
                manual_discount=event.manual_discount,
                order_discount=max(
                    event.order_discount_granted - event.manual_discount, zero(self.currency)
                )
                if self.pricing is None
                else zero(self.currency),
            )
        granted = max(event.order_discount_granted - self.manual_discount, zero(self.currency))
        return replace(told, order_discount=granted)

    def as_set_by_hand(self) -> "Content":
        """What version 0.1 set instead of the checkout's discount is a manual one from then on."""
        by_hand = self.order_discount + self.manual_discount
        return replace(
            self,
            manual_discount=by_hand,
            order_discount=zero(self.currency),
            covers_shipping=False,
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

    def by_method(
        self, shipment_id: str, address: Address, method: str, price: Decimal
    ) -> "Content":
        """With another address or method for a shipment, which costs `price` before discounts."""
        sent = self.sent_to(shipment_id, address, method)
        return replace(
            sent,
            shipments=tuple(
                each
                if each.shipment_id != shipment_id
                else EditedShipment(
                    **{
                        **dict(each),
                        "lines": as_edited_lines(each.lines),
                        "shipping_price": price,
                        "shipping_basis": shipping_basis(old),
                    }
                )
                for each, old in zip(sent.shipments, self.shipments, strict=True)
            ),
        )

    def bill(self, canceled: Collection[str]) -> tuple[Decimal, Decimal]:
        """What the order's discount takes off, and the total; nobody pays for `canceled` shipments.

        A discount is at most what it is taken from: the goods, and for one that the checkout
        granted beyond them taxes and shipping too. Raises `Malformed` if the total can't be
        written.
        """
        owed = [each for each in self.shipments if each.shipment_id not in canceled]
        prices = prices_of(self.shipments, canceled, self._discounts, self._priced(None))
        off = prices.order_discount
        if self.covers_shipping:
            granted = self.order_discount
            off += off_the_whole(self.shipments, canceled, prices, granted, self.currency)
        return off, total(owed, off, self.currency)

    @property
    def granted(self) -> Decimal:
        """What was granted to be taken off the order, the coupons' rules aside."""
        return self.order_discount + self.manual_discount

    def net(self, canceled: Collection[str]) -> Decimal:
        """What the goods cost, with the discounts of their lines and without tax."""
        owed = (each for each in self.shipments if each.shipment_id not in canceled)
        return sum((net(line) for each in owed for line in each.lines), zero(self.currency))

    @property
    def _discounts(self) -> Discounts:
        rules = self.pricing.discounts if self.pricing else ()
        return Discounts(rules, self.order_discount, self.manual_discount)

    def _priced(self, rate: Decimal | None) -> Priced:
        if self.pricing is not None:
            return Priced(self.currency, Decimal(self.pricing.tax_rate), ruled=True)
        return Priced(self.currency, rate)

    def _born(self, edit: Edit, after: Goods[Line]) -> Iterator[EditedShipment]:
        if not isinstance(edit, LineMoved) or edit.destination is None:
            return
        if self.shipment(edit.to_shipment_id) is None and edit.to_shipment_id in after:
            there = edit.destination
            yield EditedShipment(
                shipment_id=edit.to_shipment_id,
                shipping_method=there.shipping_method,
                shipping_cost=there.shipping_cost,
                shipping_tax=zero(self.currency)
                if there.shipping_tax is None
                else there.shipping_tax,
                address=there.address,
                lines=as_edited_lines(after[edit.to_shipment_id]),
            )


def as_edited(
    shipment: Shipment, lines: tuple[Line, ...], *, canceled: bool = False
) -> EditedShipment:
    """`shipment` with these lines, as an event about edits tells it."""
    kept = {**dict(shipment), "lines": as_edited_lines(lines), "canceled": canceled}
    return EditedShipment(**kept)
