"""The state of a cart, and how its events change it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from shared.contracts import Message, carts
from shared.contracts.address import Customer
from shared.contracts.carts import LineSet, ShipmentSet
from shared.contracts.customer_deletion import CartLosesCustomer
from shared.contracts.money import ZERO, zero
from shared.contracts.reorders import CartReordered, CartReorderRefused
from shared.contracts.replies import Reason

LineKey = tuple[str, str]  # the ids of a shipment and of a line in it
LineAmounts = tuple[Decimal, Decimal]  # the discount and tax of a line


@dataclass(slots=True)
class Shipment:
    """The lines that go to one address by one method, as far as these are set.

    The destination and each line are the events that set them last, without the cart's totals.
    `removed` holds the ids of removed lines.
    """

    destination: ShipmentSet | None = None
    lines: dict[str, LineSet] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Cart:
    """A cart, until it becomes an order.

    `discounts` are the manual discounts of lines; `line_amounts` are the discount and tax of each
    line that the events last published. `converting` is the cause of the conversion whose order
    isn't placed yet, `refusal` the reason why the order service refused it. `customer_deleted` says
    that the customer was deleted during the conversion.
    """

    cart_id: str
    market: str
    currency: str
    customer: Customer | None
    shipments: dict[str, Shipment] = field(default_factory=dict)
    status: Literal["Open", "CheckedOut"] = "Open"
    coupons: list[str] = field(default_factory=list)
    coupons_removed: set[str] = field(default_factory=set)
    discounts: dict[LineKey, Decimal] = field(default_factory=dict)
    order_discount: Decimal = ZERO
    line_amounts: dict[LineKey, LineAmounts] = field(default_factory=dict)
    converting: str | None = None
    refusal: Reason | None = None
    customer_deleted: CartLosesCustomer | None = None

    @property
    def customer_id(self) -> str | None:
        """The id of its customer, or None for a customer without a record."""
        return self.customer.customer_id if self.customer else None

    @property
    def line_count(self) -> int:
        """The number of lines in all its shipments."""
        return sum(len(shipment.lines) for shipment in self.shipments.values())

    def line(self, shipment_id: str, line_id: str) -> LineSet | None:
        """The line with these ids, or None."""
        shipment = self.shipments.get(shipment_id)
        return shipment.lines.get(line_id) if shipment else None

    def copy(self) -> "Cart":
        """An independent copy: changing one doesn't change the other."""
        shipments = {
            shipment_id: replace(each, lines=each.lines.copy(), removed=each.removed.copy())
            for shipment_id, each in self.shipments.items()
        }
        return replace(
            self,
            shipments=shipments,
            coupons=self.coupons.copy(),
            coupons_removed=self.coupons_removed.copy(),
            discounts=self.discounts.copy(),
            line_amounts=self.line_amounts.copy(),
        )


def status(cart: Cart | None) -> str | None:
    """The status for replies; None while the cart doesn't exist."""
    return cart.status if cart else None


def is_ordered(cart: Cart | None) -> bool:
    """Whether the cart has become an order; nothing is left to do for it then."""
    return cart is not None and cart.status == "CheckedOut" and cart.converting is None


def evolve(cart: Cart | None, event: Message) -> Cart | None:
    """Returns the state after `event`. Changes `cart` in place, except on `DraftCreated`."""
    if isinstance(event, carts.DraftCreated):
        return Cart(event.cart_id, event.market, event.currency, event.customer)
    if cart is not None and isinstance(event, carts.Happened):
        _EVOLVE[type(event)](cart, event)
        for line in event.totals.changed if event.totals else ():
            cart.line_amounts[line.shipment_id, line.line_id] = (line.discount, line.tax)
    return cart


def _shipment_set(cart: Cart, event: carts.ShipmentSet) -> None:
    shipment = cart.shipments.setdefault(event.shipment_id, Shipment())
    shipment.destination = event.model_copy(update={"totals": None})


def _line_set(cart: Cart, event: carts.LineSet) -> None:
    shipment = cart.shipments.setdefault(event.shipment_id, Shipment())
    shipment.lines[event.line_id] = event.model_copy(update={"totals": None})
    shipment.removed.discard(event.line_id)
    if event.totals is None:
        cart.line_amounts[event.shipment_id, event.line_id] = (zero(cart.currency), event.tax)


def _line_removed(cart: Cart, event: carts.LineRemoved) -> None:
    shipment = cart.shipments[event.shipment_id]
    del shipment.lines[event.line_id]
    shipment.removed.add(event.line_id)
    cart.line_amounts.pop((event.shipment_id, event.line_id), None)
    cart.discounts.pop((event.shipment_id, event.line_id), None)


def _coupon_applied(cart: Cart, event: carts.CouponApplied) -> None:
    cart.coupons.append(event.code)
    cart.coupons_removed.discard(event.code)


def _coupon_removed(cart: Cart, event: carts.CouponRemoved) -> None:
    cart.coupons.remove(event.code)
    cart.coupons_removed.add(event.code)


def _discount_set(cart: Cart, event: carts.DiscountSet) -> None:
    if event.shipment_id is None or event.line_id is None:
        cart.order_discount = event.amount
    elif event.amount:
        cart.discounts[event.shipment_id, event.line_id] = event.amount
    else:
        cart.discounts.pop((event.shipment_id, event.line_id), None)


def _checked_out(cart: Cart, event: carts.CheckedOut) -> None:
    cart.status, cart.converting = "CheckedOut", event.request


def _order_placed(cart: Cart, _: carts.OrderPlaced) -> None:
    cart.converting = None


def _convert_refused(cart: Cart, event: carts.ConvertRefused) -> None:
    cart.status, cart.converting, cart.refusal = "Open", None, event.reason


def _customer_deleted(cart: Cart, event: CartLosesCustomer) -> None:
    cart.customer_deleted = event


def _unchanged(cart: Cart, event: Message) -> None:
    """An answer to the order service; it changes nothing in the cart."""


_EVOLVE: Mapping[type[Message], Callable[[Cart, Any], None]] = {
    carts.ShipmentSet: _shipment_set,
    carts.LineSet: _line_set,
    carts.LineRemoved: _line_removed,
    carts.CouponApplied: _coupon_applied,
    carts.CouponRemoved: _coupon_removed,
    carts.DiscountSet: _discount_set,
    carts.CheckedOut: _checked_out,
    carts.OrderPlaced: _order_placed,
    carts.ConvertRefused: _convert_refused,
    CartLosesCustomer: _customer_deleted,
    CartReordered: _unchanged,
    CartReorderRefused: _unchanged,
}

EVENTS: tuple[type[Message], ...] = (carts.DraftCreated, *_EVOLVE, carts.Deleted)
