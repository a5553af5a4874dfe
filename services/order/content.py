"""The content of an order and its cost: customer, coupons, shipments with priced lines.

This module calculates; `commands/edit_lines.py` decides.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from services.order.lines import Priced, net
from services.order.repricing import (
    Discounts,
    as_edited_lines,
    discount_beyond_goods,
    prices_of,
    repriced,
    shipping_basis,
)
from services.order.splitting import divided_lines
from shared.contracts import line_edits, orders
from shared.contracts.address import Address, Customer
from shared.contracts.line_edits import ShipmentLines
from shared.contracts.money import ZERO, zero
from shared.contracts.order_edits import DiscountSet, Edit, LineMoved
from shared.contracts.orders import EditedShipment, Line, Shipment
from shared.contracts.pricing import Pricing
from shared.contracts.totals import total
from shared.pricing.discounts import LineKey


@dataclass(frozen=True, slots=True)
class Content:
    """What was ordered, after all edits so far.

    `order_discount` is what the checkout granted beside its rules; `pricing` has the rules, if the
    checkout sent any; `covers_shipping` says that the checkout granted more than the goods cost.
    `manual_discount` was set by hand. `total` is the total of the latest event. `gone` are
    shipments that an edit emptied and removed. An order that was never edited shares its shipments
    with the event that placed it.
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
        """Returns the content as the checkout's cart had it."""
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
    def goods(self) -> ShipmentLines[Line]:
        """The lines of each shipment, by its id."""
        return {shipment.shipment_id: shipment.lines for shipment in self.shipments}

    def shipment(self, shipment_id: str) -> Shipment | None:
        """Returns a shipment by its id, or None."""
        return next((each for each in self.shipments if each.shipment_id == shipment_id), None)

    def edited(self, edit: Edit, rate: Decimal | None, canceled: Collection[str] = ()) -> "Content":
        """Returns the content after an edit without blockers; `rate` is the market's tax on lines.

        `total` isn't updated: whoever publishes the edit calculates it.
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
        return changed.repriced(rate, canceled, {**self._lines, **self._moved_whole(edit)})

    def split(self, shipment_id: str, parts: Mapping[str, Mapping[str, int]]) -> "Content":
        """Returns the content after a shipment was split over several warehouses.

        `parts` has the quantity of each line that goes into each new shipment. Nothing is priced
        again: lines keep their amounts, which the parts of a divided line share to the cent, and
        the shipping cost stays with the first shipment.
        """
        whole = self.shipment(shipment_id)
        if whole is None:
            raise AssertionError(shipment_id)
        divided = divided_lines(whole, parts, self._priced(None))
        stays = as_edited(whole, divided[shipment_id])
        nothing = zero(self.currency)
        new = [
            EditedShipment(
                shipment_id=part,
                shipping_method=whole.shipping_method,
                shipping_cost=nothing,
                shipping_tax=nothing,
                address=whole.address,
                lines=as_edited_lines(divided[part]),
                split_from=stays.split_from or shipment_id,
            )
            for part in parts
        ]
        kept = (stays if each is whole else each for each in self.shipments)
        return replace(self, shipments=(*kept, *new))

    def repriced(
        self,
        rate: Decimal | None,
        canceled: Collection[str],
        before: Mapping[LineKey, Line] | None = None,
    ) -> "Content":
        """Returns the content with discounts and taxes calculated again; `before` are the lines
        before the edit.
        """
        priced = self._priced(rate)
        prices = prices_of(self.shipments, canceled, self._discounts, priced)
        known = self._lines if before is None else before
        return replace(self, shipments=repriced(self.shipments, prices, known, priced))

    @property
    def _lines(self) -> dict[LineKey, Line]:
        return {
            (each.shipment_id, line.line_id): line for each in self.shipments for line in each.lines
        }

    def _moved_whole(self, edit: Edit) -> dict[LineKey, Line]:
        """Returns the line that `edit` moves, where it goes; nothing if only a part of it goes.

        It is the same line there, and costs what it did.
        """
        if not isinstance(edit, LineMoved):
            return {}
        line = line_edits.find(self.goods, edit.shipment_id, edit.line_id)
        if line is None or edit.quantity not in (None, line.quantity):
            return {}
        return {(edit.to_shipment_id, edit.to_line_id): line}

    def told(self, event: orders.LinesChanged) -> "Content":
        """Returns the content after `event`.

        Version 0.1 didn't record which discount was manual.
        """
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
        """Returns the content with a discount that version 0.1 set in place of the checkout's, as a
        manual one.
        """
        by_hand = self.order_discount + self.manual_discount
        return replace(
            self,
            manual_discount=by_hand,
            order_discount=zero(self.currency),
            covers_shipping=False,
        )

    def sent_to(self, shipment_id: str, address: Address, method: str) -> "Content":
        """Returns the content with another address or shipping method for a shipment."""
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
        """Returns the content with another address or method for a shipment, at `price`
        before discounts.
        """
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
        """Returns the order discount and the total, without `canceled` shipments.

        A discount never exceeds what it applies to: the goods, and for one that the checkout
        granted beyond them also taxes and shipping. Raises `Malformed` if the total is too large.
        """
        owed = [each for each in self.shipments if each.shipment_id not in canceled]
        prices = prices_of(self.shipments, canceled, self._discounts, self._priced(None))
        off = prices.order_discount
        if self.covers_shipping:
            granted = self.order_discount
            off += discount_beyond_goods(self.shipments, canceled, prices, granted, self.currency)
        return off, total(owed, off, self.currency)

    @property
    def granted(self) -> Decimal:
        """The discounts granted on the order, without those of coupons."""
        return self.order_discount + self.manual_discount

    def net(self, canceled: Collection[str]) -> Decimal:
        """Returns the value of the goods after line discounts, without tax."""
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

    def _born(self, edit: Edit, after: ShipmentLines[Line]) -> Iterator[EditedShipment]:
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
    """Returns `shipment` with these lines, in the form that events about edits use."""
    kept = {**dict(shipment), "lines": as_edited_lines(lines), "canceled": canceled}
    return EditedShipment(**kept)
