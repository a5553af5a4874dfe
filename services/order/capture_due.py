"""How much is to be captured, once shipments are released or have shipped.

A shipment's share is what returning all of it would give back: its lines with their discounts and
taxes, its shipping, less its part of what was taken off the order as a whole. So the shares of all
shipments add up to the total, to the cent.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from services.order.content import Content
from services.order.returns.worth import costs_of
from services.order.state import Order, ShipmentEnd
from shared.contracts import Message, orders
from shared.contracts.money import zero
from shared.runtime.decider import Context


def capture_due(
    order: Order,
    ends: Mapping[str, ShipmentEnd],
    changes: Sequence[Message],
    context: Context,
    released: Collection[str] = (),
) -> list[orders.CaptureDue]:
    """Returns what is due once shipments end like `ends` or are `released`; none if the same was
    due before, or if the order's market captures nothing by itself.

    `changes` are the events that come with it, which may change what the order costs.
    """
    market = context.site.markets.get(order.market)
    if market is None or market.capture is None:
        return []
    if market.capture == "on-ship":
        released = ()
    canceled = {which for which, end in ends.items() if end == "Canceled"}
    due = {which for which, end in ends.items() if end == "Shipped"}
    due |= {*order.capture_due_for, *released} - canceled
    if not due:
        return []
    content = order.content
    for event in changes:
        if isinstance(event, orders.LinesChanged):
            content = content.told(event)
    amount = share_of(content, due, canceled)
    final = "Open" not in ends.values()
    if not final and (amount, due) == (order.capture_due, set(order.capture_due_for)):
        return []
    return [
        orders.CaptureDue(
            order_id=order.order_id,
            order_number=order.number,
            currency=content.currency,
            amount=amount,
            shipments=tuple(which for which in ends if which in due),
            final=final,
        )
    ]


def share_of(content: Content, shipments: Collection[str], canceled: Collection[str]) -> Decimal:
    """Returns what these shipments cost of the order's total."""
    costs = costs_of(content, canceled)
    goods = (costs.goods[key] + costs.taxes[key] for key in costs.goods if key[0] in shipments)
    shipping = (costs.shipping[which] for which in costs.shipping if which in shipments)
    nothing = zero(costs.currency)
    return sum(goods, nothing) + sum(shipping, nothing)
