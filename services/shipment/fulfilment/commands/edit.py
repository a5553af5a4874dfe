"""Edits the address and shipping method of a shipment (rules: shipment state machine)."""

from collections.abc import Sequence
from dataclasses import replace

from services.shipment.fulfilment import events
from services.shipment.fulfilment.allowed import permit, why_no_address_book, why_no_method
from services.shipment.fulfilment.lifecycle import Trigger
from services.shipment.fulfilment.preconditions import require_shipment
from services.shipment.fulfilment.shipment import Shipment
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import Message
from shared.contracts.address import Address
from shared.contracts.customers import BookPlace, place_for
from shared.contracts.money import ZERO, exact
from shared.contracts.shipments import Edit
from shared.contracts.totals import writable
from shared.runtime.decider import Context, refuse, rejected


def edit(command: Edit, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Changes address, method or cost until the shipment has shipped.

    A shipment at a warehouse is recalled and released again. Another method or cost changes the
    order's total: the order service computes it, and nothing of the order is released until the new
    total has arrived.
    """
    shipment = require_shipment(command, order)
    status = permit(Trigger.EDIT, order, shipment, context.site)
    address = command.address or shipment.address
    method = command.shipping_method or shipment.shipping_method
    place = _book_place(command, address, order)
    another_method = method != shipment.shipping_method
    cost = command.shipping_cost
    if cost is not None:
        exact(cost, _currency(order, shipment, context), "shipping_cost")
        writable((order.total or ZERO) + cost, "shipping_cost")
    elif not another_method:
        cost = shipment.shipping_cost
    after = replace(
        shipment,
        address=address,
        shipping_method=method,
        to_address_book=place,
        shipping_cost=cost,
    )
    same = (address, method) == (shipment.address, shipment.shipping_method)
    at_another_cost = another_method or cost != shipment.shipping_cost
    unchanged = same and not at_another_cost
    if status is None or (unchanged and place in (None, shipment.to_address_book)):
        return []
    if same:
        return [events.edited(after, status, context.cause if at_another_cost else None)]
    if another_method:
        refuse(why_no_method(method, shipment, context.site))
    return events.edited_with_rerelease(after, status, context, at_another_cost=at_another_cost)


def _currency(order: Fulfilment, shipment: Shipment, context: Context) -> str:
    """The order's currency, or the market's if a journal of version 0.1 lacks it."""
    market = context.site.markets.get(shipment.market)
    if order.currency is None and market is None:
        raise rejected("unknown-market", market=shipment.market)
    return order.currency or (market.currency if market else "")


def _book_place(command: Edit, address: Address, order: Fulfilment) -> BookPlace | None:
    """The address's place in the customer's book; None if not requested (rules: Customers)."""
    if not command.add_to_address_book:
        return None
    refuse(why_no_address_book(order))
    return place_for(order.customer_id or "", address)
