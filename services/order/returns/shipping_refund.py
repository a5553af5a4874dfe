"""Refunds of shipping costs without a return, and what is left of each shipment's cost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.order.returns.state import Return
from services.order.returns.worth import Costs, given_back
from shared.contracts.money import ZERO, zero


@dataclass(slots=True)
class ShippingRefund:
    """A part of a shipment's shipping cost, with tax, that was taken off the order's total.

    `request` is the command whose refund is pending.
    """

    refund_id: str
    shipment_id: str
    amount: Decimal
    request: str | None


def by_shipment(refunds: Iterable[ShippingRefund]) -> dict[str, Decimal]:
    """Returns what was refunded of each shipment's cost."""
    found: dict[str, Decimal] = {}
    for each in refunds:
        found[each.shipment_id] = found.get(each.shipment_id, ZERO) + each.amount
    return found


def shipping_left(
    costs: Costs,
    shipments: Iterable[str],
    returns: Iterable[Return],
    refunded: Mapping[str, Decimal],
) -> dict[str, Decimal]:
    """Returns what is left of the cost of each shipment after returns and refunds.

    Never more than is left of the total, even if another shipment was canceled after them and
    changed what each costs.
    """
    returns, nothing = list(returns), zero(costs.currency)
    whole = {shipment_id for each in returns for shipment_id in each.shipments}
    most = max(nothing, costs.total - given_back(costs, returns, refunded))
    found = {}
    for which in shipments:
        left = costs.shipping.get(which, nothing) - refunded.get(which, nothing)
        found[which] = nothing if which in whole else max(nothing, min(left, most))
    return found
