"""The cost of each line and shipment of an order, calculated again after every edit.

Discounts are those of `shared.pricing`, as for drafts: the same content always costs the same,
however it came about. Canceled shipments are left out and stay as they were.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from services.order.lines import Priced, manual, value
from services.order.splitting import parts_by_whole
from shared.contracts.money import ZERO, zero
from shared.contracts.orders import EditedLine, EditedShipment, Line, Shipment, ShippingBasis
from shared.contracts.pricing import DiscountRule
from shared.pricing.allocation import scaled, shares
from shared.pricing.discounts import Item, LineKey, Prices, price

Shipments = tuple[Shipment, ...]


@dataclass(frozen=True, slots=True)
class Discounts:
    """The discounts of an order: by coupon rules, granted by the checkout, and manual."""

    rules: tuple[DiscountRule, ...]
    granted: Decimal
    manual: Decimal


def prices_of(
    shipments: Shipments, canceled: Collection[str], discounts: Discounts, priced: Priced
) -> Prices:
    """Returns the value of every line and of shipping after discounts, without
    canceled shipments. The parts of a line that a split has divided count as one line.
    """
    live = [each for each in shipments if each.shipment_id not in canceled]
    wholes = parts_by_whole(live)
    prices = price(
        {
            whole: Item(
                next(iter(parts.values())).sku,
                sum(map(value, parts.values()), ZERO),
                sum(map(priced.own, parts.values()), ZERO),
                sum(map(manual, parts.values()), ZERO),
            )
            for whole, parts in wholes.items()
        },
        {each.shipment_id: shipping_price(each) for each in live},
        discounts.rules,
        priced.currency,
        granted=discounts.granted,
        manual=discounts.manual,
    )
    lines: dict[LineKey, Decimal] = {}
    for whole, parts in wholes.items():
        if len(parts) == 1:
            lines[next(iter(parts))] = prices.lines[whole]
            continue
        nets = shares(
            prices.lines[whole], list(map(priced.weight, parts.values())), priced.currency
        )
        lines |= dict(zip(parts, nets, strict=True))
    return replace(prices, lines=lines)


def repriced(
    shipments: Shipments, prices: Prices, before: Mapping[LineKey, Line], priced: Priced
) -> Shipments:
    """Returns the shipments at `prices`; `before` are the lines before the edit."""
    return tuple(
        each
        if each.shipment_id not in prices.shipping
        else _shipment_at(each, prices, before, priced)
        for each in shipments
    )


def shipping_price(shipment: Shipment) -> Decimal:
    """Returns the price of the shipping method before discounts."""
    full = shipment.shipping_price
    return shipment.shipping_cost if full is None else full


def shipping_basis(shipment: Shipment) -> ShippingBasis:
    """Returns the price, cost and tax of shipping when the shipment was placed."""
    if isinstance(shipment, EditedShipment) and shipment.shipping_basis is not None:
        return shipment.shipping_basis
    return ShippingBasis(
        shipping_method=shipment.shipping_method,
        price=shipping_price(shipment),
        cost=shipment.shipping_cost,
        tax=shipment.shipping_tax,
    )


def _shipment_at(
    shipment: Shipment, prices: Prices, before: Mapping[LineKey, Line], priced: Priced
) -> Shipment:
    lines = tuple(
        _line_at(line, prices, before.get((shipment.shipment_id, line.line_id)), priced, key)
        for line in shipment.lines
        for key in [(shipment.shipment_id, line.line_id)]
    )
    full, cost = shipping_price(shipment), prices.shipping[shipment.shipment_id]
    basis = shipping_basis(shipment)
    tax = scaled(basis.tax, basis.cost, cost, priced.currency)
    changed = {
        "lines": lines,
        "shipping_cost": cost,
        "shipping_tax": tax,
        "shipping_price": None if full == cost else full,
    }
    if all(getattr(shipment, name) == now for name, now in changed.items()):
        return shipment
    as_placed = basis.shipping_method == shipment.shipping_method and basis.price == full
    here = ShippingBasis(shipping_method=shipment.shipping_method, price=full, cost=cost, tax=tax)
    kept = {**dict(shipment), **changed}
    kept["lines"] = as_edited_lines(lines)
    kept["shipping_basis"] = None if as_placed and here == basis else basis
    return EditedShipment(**kept)


def _line_at(line: Line, prices: Prices, before: Line | None, priced: Priced, key: LineKey) -> Line:
    left = prices.lines[key]
    discount = value(line) - left
    if not manual(line) and (own := priced.own(line)) > discount:
        discount = own  # the checkout's discount exceeds the value, and nobody changed that
    if before and line.discount == discount and _costs(before) == _costs(line):
        return line  # not affected: it keeps its tax, even one that isn't the market's
    tax = priced.tax(line, left, before)
    if (discount, tax) != (line.discount, line.tax):
        line = line.model_copy(update={"discount": discount, "tax": tax})
    return priced.settled(line)


def _costs(line: Line) -> tuple[Decimal, ...]:
    """Returns all that a line's price after discounts and its tax follow from."""
    return (value(line), line.discount, manual(line), line.tax)


def as_edited_lines(lines: tuple[Line, ...]) -> tuple[EditedLine, ...]:
    """Returns the lines in the form that events about edits use."""
    return tuple(
        line if isinstance(line, EditedLine) else EditedLine(**dict(line)) for line in lines
    )


def discount_beyond_goods(
    shipments: Shipments, canceled: Collection[str], prices: Prices, granted: Decimal, currency: str
) -> Decimal:
    """Returns how much of a granted discount applies to taxes and shipping, once the
    goods are free.
    """
    live = [each for each in shipments if each.shipment_id not in canceled]
    nothing = zero(currency)
    taxes = sum((line.tax for each in live for line in each.lines), nothing)
    besides = sum((each.shipping_cost + each.shipping_tax for each in live), taxes)
    return min(max(granted - prices.lines_total, nothing), besides)
