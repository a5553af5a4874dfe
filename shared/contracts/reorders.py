"""Reordering: a new draft with what an order holds. The order service asks, the cart service makes.

The draft's id is chosen by whoever asks, so a repeat makes no second one.
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
    """What became of a line of the order.

    stock   available; short: `available` pieces of `quantity` are there; gone: the article isn't
            sold any more, and the line is left out.
    price   what a piece costs now; None if it is gone. Repriced: it is the catalog's, and another
            one than before. Kept: the catalog has none, so it is the order's.
    message both in words.
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
    """A coupon of the order: it counts again, or here is why not."""

    code: Id
    why_not: Reason | None


class ShipmentLeftOpen(Part):
    """A shipment whose method isn't the market's any more: it has to be set anew."""

    shipment_id: Id
    shipping_method: Id
    address: Address
    message: str


class _AboutOrder(Message):
    order_id: Id


# Asked of the order


@message("waybill.order.reorder.v1", on=ORDER_COMMANDS)
class Reorder(_AboutOrder):
    """Make a draft with what this order holds; its id must be a new one."""

    cart_id: Id


@message("waybill.order.settle-reorder.v1", on=ORDER_COMMANDS)
class SettleReorder(_AboutOrder):
    """The cart service's answer: the draft is there, or why not. Nobody else sends it."""

    cart_id: Id
    refusal: Reason | None


@message("waybill.order.reorder-requested.v1", on=ORDER_EVENTS)
class ReorderRequested(_AboutOrder):
    """Somebody wants the order once more; this is all that the draft is made of."""

    request: str
    cart_id: Id
    order_number: str
    market: Id
    currency: Currency
    warehouse: Id | None
    customer: Customer | None
    coupons: tuple[Id, ...]
    shipments: tuple[Shipment, ...]


@message("waybill.order.reordered.v1", on=ORDER_EVENTS)
class OrderReordered(_AboutOrder):
    """The draft is there."""

    order_number: str
    cart_id: Id


@message("waybill.order.reorder-refused.v1", on=ORDER_EVENTS)
class OrderReorderRefused(_AboutOrder):
    """No draft was made."""

    order_number: str
    cart_id: Id
    reason: Reason


# Asked of the cart


@message("waybill.cart.create-reorder.v1", on=CART_COMMANDS)
class CreateReorder(Message):
    """Make the draft. The order service sends it, nobody else."""

    cart_id: Id
    order_id: Id
    order_number: str
    market: Id
    currency: Currency
    warehouse: Id | None
    customer: Customer | None
    coupons: tuple[Id, ...]
    shipments: tuple[Shipment, ...]


class _AboutDraft(Happened):
    order_id: Id
    order_number: str


@message("waybill.cart.reordered.v1", on=CART_EVENTS)
class CartReordered(_AboutDraft):
    """The draft has what the order held, as far as that can be had; its `totals` are the draft's.

    The events that fill the draft come before it, without totals.
    """

    lines: tuple[ReorderedLine, ...]
    coupons: tuple[ReorderedCoupon, ...]
    left_open: tuple[ShipmentLeftOpen, ...]


@message("waybill.cart.reorder-refused.v1", on=CART_EVENTS)
class CartReorderRefused(_AboutDraft):
    """There is no draft with this id, or there was one before."""

    reason: Reason
