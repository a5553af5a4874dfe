"""What pieces of an order are worth: exactly what the customer paid for them.

Everything that was taken off the order as a whole is shared by its lines in proportion to their
value after their own discounts, then by taxes, then by shipping, to the cent and exhaustively. The
pieces of a line count on from those that other returns gave money for. So returning everything
piece by piece, in any order, gives back exactly the total (rules: Returns and exchanges, "money").
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from services.order.content import Content
from services.order.lines import net
from services.order.returns.state import Return
from shared.contracts.money import ZERO, zero
from shared.contracts.returns import ValuedLine
from shared.pricing.allocation import scaled
from shared.pricing.discounts import LineKey

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Costs:
    """What the customer owes for each line's goods, its tax and each shipment's shipping.

    Without canceled shipments; together they are `total`.
    """

    currency: str
    total: Decimal
    pieces: Mapping[LineKey, int]
    goods: Mapping[LineKey, Decimal]
    taxes: Mapping[LineKey, Decimal]
    shipping: Mapping[str, Decimal]


def costs_of(content: Content, canceled: Collection[str]) -> Costs:
    """Returns the order's costs: its total, allocated to lines, taxes and shipping."""
    live = [each for each in content.shipments if each.shipment_id not in canceled]
    lines = {(each.shipment_id, line.line_id): line for each in live for line in each.lines}
    goods = {key: net(line) for key, line in lines.items()}
    taxes = {key: line.tax for key, line in lines.items()}
    shipping = {each.shipment_id: each.shipping_cost + each.shipping_tax for each in live}
    _, total = content.bill(canceled)
    off = _sum(goods, content) + _sum(taxes, content) + _sum(shipping, content) - total
    goods, off = _less(goods, off, content.currency)
    taxes, off = _less(taxes, off, content.currency)
    shipping, _ = _less(shipping, off, content.currency)
    pieces = {key: line.quantity for key, line in lines.items()}
    return Costs(content.currency, total, pieces, goods, taxes, shipping)


def valued(
    costs: Costs,
    pieces: Mapping[LineKey, int],
    others: Iterable[Return],
    refunded: Mapping[str, Decimal],
) -> list[ValuedLine]:
    """Returns what `pieces` of each line are worth beside what `others` gave money for.

    Never more than is left of the total, even if a shipment was canceled after the others and
    changed what each line costs. `refunded` is what was refunded of each shipment's
    shipping cost without a return.
    """
    others = list(others)
    left = max(costs.total - given_back(costs, others, refunded), zero(costs.currency))
    found = []
    for key, count in pieces.items():
        if not count:
            continue
        before = [other.valued[key] for other in others if key in other.valued]
        upto = count + sum(line.quantity for line in before)
        goods = _share(costs, costs.goods[key], key, upto) - sum((b.goods for b in before), ZERO)
        tax = _share(costs, costs.taxes[key], key, upto) - sum((b.tax for b in before), ZERO)
        goods = min(max(goods, zero(costs.currency)), left)
        tax = min(max(tax, zero(costs.currency)), left - goods)
        left -= goods + tax
        found.append(
            ValuedLine(shipment_id=key[0], line_id=key[1], quantity=count, goods=goods, tax=tax)
        )
    return found


def returned_shipments(
    costs: Costs, lines: Iterable[ValuedLine], others: Iterable[Return]
) -> tuple[str, ...]:
    """Returns the shipments that came back completely with `lines`.

    Not those whose shipping cost another return refunds.
    """
    lines, others = list(lines), list(others)
    back: dict[LineKey, int] = {}
    for line in [*lines, *(line for other in others for line in other.valued.values())]:
        key = (line.shipment_id, line.line_id)
        back[key] = back.get(key, 0) + line.quantity
    refunded = {each for other in others for each in other.shipments}
    return tuple(
        shipment_id
        for shipment_id in dict.fromkeys(line.shipment_id for line in lines)
        if shipment_id not in refunded
        and all(
            back.get(key, 0) >= count
            for key, count in costs.pieces.items()
            if key[0] == shipment_id
        )
    )


def worth_of(lines: Iterable[ValuedLine]) -> Decimal:
    """Returns what the lines cost, with tax."""
    return sum((line.goods + line.tax for line in lines), ZERO)


def given_back(costs: Costs, returns: Iterable[Return], refunded: Mapping[str, Decimal]) -> Decimal:
    """Returns what was given back of the order's total, by returns or as shipping alone.

    A return gives back what is left of a shipment's cost: with what was refunded before, all of it.
    """
    returns = list(returns)
    goods = sum((worth_of(each.valued.values()) for each in returns), ZERO)
    whole = {shipment_id for each in returns for shipment_id in each.shipments}
    shipping = sum((costs.shipping.get(each, ZERO) for each in whole), ZERO)
    return goods + shipping + sum((refunded[each] for each in refunded if each not in whole), ZERO)


def _share(costs: Costs, amount: Decimal, key: LineKey, count: int) -> Decimal:
    whole = costs.pieces[key]
    return scaled(amount, Decimal(whole), Decimal(min(count, whole)), costs.currency)


def _sum(amounts: Mapping[K, Decimal], content: Content) -> Decimal:
    return sum(amounts.values(), zero(content.currency))


def _less(
    amounts: Mapping[K, Decimal], off: Decimal, currency: str
) -> tuple[dict[K, Decimal], Decimal]:
    """Takes `off` from `amounts` in proportion; returns what is left, and the rest of `off`.

    Each share is the difference of two rounded running sums, so that the shares add up exactly.
    """
    whole = sum(amounts.values(), zero(currency))
    used = min(off, whole)
    left: dict[K, Decimal] = {}
    running = taken = zero(currency)
    for key, amount in amounts.items():
        running += amount
        upto = scaled(used, whole, running, currency)
        left[key] = amount - (upto - taken)
        taken = upto
    return left, off - used
