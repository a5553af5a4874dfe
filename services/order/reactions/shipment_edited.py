"""A shipment was edited: its new address or method may change the order's total.

Another method costs the market's price unless a cost was entered. The method that the shipment was
placed with costs what it did then, so undoing an edit restores the total.
"""

from collections.abc import Sequence
from decimal import Decimal

from services.order.content import Content
from services.order.new_total import lines_changed_event, method_price, tax_rate
from services.order.repricing import shipping_basis, shipping_price
from services.order.state import Order
from shared.contracts import Malformed, Message, orders, shipments
from shared.contracts.edit_texts import Change, change
from shared.runtime.decider import Context, Rejected


def apply_shipment_edit(
    fact: shipments.Edited, order: Order | None, context: Context
) -> Sequence[Message]:
    """Returns the shipment's new address and method, and the new total if the cost changed.

    The shipments wait for that total. Nothing if the order has no such shipment.
    """
    if order is None or fact.shipment_id not in order.shipments:
        return []
    edited = orders.ShipmentEdited(
        order_id=order.order_id,
        shipment_id=fact.shipment_id,
        address=fact.address,
        shipping_method=fact.shipping_method,
    )
    if fact.request is None:
        return [edited]
    try:
        return [edited, _event_at(_price(fact, order, context), fact, order, context)]
    except Malformed:  # the total has grown since and would be too large with the new cost
        return [edited, _event_at(shipping_price(_shipment(fact, order)), fact, order, context)]


def _event_at(
    price: Decimal, fact: shipments.Edited, order: Order, context: Context
) -> orders.LinesChanged:
    """Returns the event with the new total. Raises `Malformed` if that is too large."""
    after = order.content.by_method(fact.shipment_id, fact.address, fact.shipping_method, price)
    after = after.repriced(tax_rate(order, context), order.canceled)
    return lines_changed_event(order, after, fact.request, _change(fact, order.content, after))


def _shipment(fact: shipments.Edited, order: Order) -> orders.Shipment:
    here = order.content.shipment(fact.shipment_id)
    if here is None:
        raise AssertionError(fact.shipment_id)
    return here


def _price(fact: shipments.Edited, order: Order, context: Context) -> Decimal:
    """Returns the new price of shipping before discounts."""
    if fact.shipping_cost is not None:
        return fact.shipping_cost
    here = _shipment(fact, order)
    basis = shipping_basis(here)
    if basis.shipping_method == fact.shipping_method:
        return basis.price
    try:
        return method_price(fact.shipping_method, order, context.site)
    except Rejected:  # the market no longer offers the method: the price stays
        return shipping_price(here)


def _change(fact: shipments.Edited, before: Content, after: Content) -> Change:
    which = fact.shipment_id
    was, now = before.shipment(which), after.shipment(which)
    if was is None or now is None or was.shipping_cost == now.shipping_cost:
        return change("method-same-cost", shipment=which, method=fact.shipping_method)
    return change(
        "method",
        shipment=which,
        method=fact.shipping_method,
        was=f"{was.shipping_cost:f}",
        now=f"{now.shipping_cost:f}",
    )
