"""Reordering: the cart service makes a new draft of an order, on request of the order service.

The sender of the command chooses the draft's id, so a repeat makes no second draft.
"""

from typing import Literal

from shared.contracts.address import Address, Customer
from shared.contracts.base import Count, Id, Message, Part, Quantity, message
from shared.contracts.cards import ArticleName
from shared.contracts.carts import Happened
from shared.contracts.money import Amount, Currency
from shared.contracts.orders import Shipment
from shared.contracts.replies import Reason
from shared.contracts.topics import CART_COMMANDS, CART_EVENTS, ORDER_COMMANDS, ORDER_EVENTS

Supply = Literal["available", "short", "gone"]
Priced = Literal["same", "repriced", "kept", "gone"]


class ReorderedLine(Part):
    """How a line of the order was reordered.

    stock    available; short: only `available` units of `quantity` are available; gone: the article
             is no longer sold, and the line is left out
    price    the price of a unit now; null if it is gone
    priced   same; repriced: the catalog's price, which differs from before; kept: the order's
             price, because the catalog has none; gone
    message  stock and price as text
    """

    shipment_id: Id
    line_id: Id
    sku: Id
    name: ArticleName
    quantity: Quantity
    stock: Supply
    available: Count
    price_before: Amount
    price: Amount | None
    priced: Priced
    message: str


class ReorderedCoupon(Part):
    """A coupon of the order. `why_not` is null if it applies to the draft."""

    code: Id
    why_not: Reason | None


class ShipmentLeftOpen(Part):
    """A shipment whose shipping method the market no longer offers; set it again."""

    shipment_id: Id
    shipping_method: Id
    address: Address
    message: str


class _AboutOrder(Message):
    order_id: Id


# Messages of the order service


@message("waybill.order.reorder.v1", on=ORDER_COMMANDS)
class Reorder(_AboutOrder):
    """Make a draft with the order's content. `cart_id` has to be a new id."""

    cart_id: Id


@message("waybill.order.settle-reorder.v1", on=ORDER_COMMANDS)
class SettleReorder(_AboutOrder):
    """The cart service's result of a reorder. Internal: only the cart service sends it.

    `refusal` is null if the draft was made.
    """

    cart_id: Id
    refusal: Reason | None


@message("waybill.order.reorder-requested.v1", on=ORDER_EVENTS)
class ReorderRequested(_AboutOrder):
    """A reorder was requested; the event has everything that the draft is made of."""

    request: str
    cart_id: Id
    order_number: str
    market: Id
    currency: Currency
    warehouse: Id | None
    customer: Customer | None
    coupons: tuple[Id, ...]
    shipments: tuple[Shipment, ...]
    others: tuple[Id, ...] = ()


@message("waybill.order.reordered.v1", on=ORDER_EVENTS)
class OrderReordered(_AboutOrder):
    """The draft was made."""

    order_number: str
    cart_id: Id


@message("waybill.order.reorder-refused.v1", on=ORDER_EVENTS)
class OrderReorderRefused(_AboutOrder):
    """The reorder was refused; no draft was made."""

    order_number: str
    cart_id: Id
    reason: Reason


# Messages of the cart service


@message("waybill.cart.create-reorder.v1", on=CART_COMMANDS)
class CreateReorder(Message):
    """Make the draft. Internal: only the order service sends it."""

    cart_id: Id
    order_id: Id
    order_number: str
    market: Id
    currency: Currency
    warehouse: Id | None
    customer: Customer | None
    coupons: tuple[Id, ...]
    shipments: tuple[Shipment, ...]
    others: tuple[Id, ...] = ()


class _AboutDraft(Happened):
    order_id: Id
    order_number: str


@message("waybill.cart.reordered.v1", on=CART_EVENTS)
class CartReordered(_AboutDraft):
    """The draft was made with what is still available of the order's content.

    `totals` are the draft's. The events that fill the draft come before this one, without totals.
    """

    lines: tuple[ReorderedLine, ...]
    coupons: tuple[ReorderedCoupon, ...]
    left_open: tuple[ShipmentLeftOpen, ...]


@message("waybill.cart.reorder-refused.v1", on=CART_EVENTS)
class CartReorderRefused(_AboutDraft):
    """No draft was made, for the given reason; its id may be in use."""

    reason: Reason
