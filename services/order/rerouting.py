"""An edited shipment goes elsewhere or by another method, which may cost the order another amount.

The market's price holds for another method, unless a cost was entered. The method that a shipment
was placed with costs what it did then, so that an edit that is undone changes nothing.
"""

from collections.abc import Sequence
from decimal import Decimal

from services.order.content import Content
from services.order.editing import method_price, rate_of, told
from services.order.repricing import shipping_basis, shipping_price
from services.order.state import Order
from shared.contracts import Message, orders, shipments
from shared.runtime.decider import Context, Rejected


def reroute(fact: shipments.Edited, order: Order | None, context: Context) -> Sequence[Message]:
    """The shipment's new address and method, and the order's new total if those cost otherwise.

    The shipments wait for that total. Nothing if the order knows no such shipment.
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
    price = _price(fact, order, context)
    after = order.content.by_method(fact.shipment_id, fact.address, fact.shipping_method, price)
    after = after.repriced(rate_of(order, context), order.canceled)
    words = _words(fact, order.content, after)
    return [edited, told(order, after, fact.request, words)]


def _price(fact: shipments.Edited, order: Order, context: Context) -> Decimal:
    """What the shipment's shipping costs from now on, before discounts."""
    if fact.shipping_cost is not None:
        return fact.shipping_cost
    here = order.content.shipment(fact.shipment_id)
    if here is None:
        raise AssertionError(fact.shipment_id)
    basis = shipping_basis(here)
    if basis.shipping_method == fact.shipping_method:
        return basis.price
    try:
        return method_price(fact.shipping_method, order, context.site)
    except Rejected:  # the market has offered it when the shipment was edited: it costs the same
        return shipping_price(here)


def _words(fact: shipments.Edited, before: Content, after: Content) -> str:
    which = fact.shipment_id
    was, now = before.shipment(which), after.shipment(which)
    if was is None or now is None or was.shipping_cost == now.shipping_cost:
        return f"Shipment {which} goes by {fact.shipping_method}, at the same cost."
    return (
        f"Shipment {which} goes by {fact.shipping_method}: shipping was {was.shipping_cost:f}, "
        f"now {now.shipping_cost:f}."
    )
