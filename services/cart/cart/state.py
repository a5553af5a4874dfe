"""What a cart remembers, and how its events change that."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from shared.contracts import Message, carts
from shared.contracts.address import Customer
from shared.contracts.carts import LineSet, ShipmentSet
from shared.contracts.money import ZERO, zero
from shared.contracts.replies import Reason

LineKey = tuple[str, str]  # a shipment's id and the line's own


@dataclass(slots=True)
class Shipment:
    """What goes to one address by one method, as far as that is known yet.

    Its destination and each of its lines is the event that set it last, without the cart's totals.
    `removed` remembers the lines that are gone.
    """

    destination: ShipmentSet | None = None
    lines: dict[str, LineSet] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Cart:
    """A cart, until it becomes an order.

    `discounts` are those set by hand, by line; `told` is what the events said last of each line's
    discount and tax. `converting` is the message that asked for an order which isn't placed yet,
    `refusal` is why it can't be.
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
    told: dict[LineKey, tuple[Decimal, Decimal]] = field(default_factory=dict)
    converting: str | None = None
    refusal: Reason | None = None

    @property
    def customer_id(self) -> str | None:
        """Whose it is, if that is somebody on record."""
        return self.customer.customer_id if self.customer else None

    @property
    def line_count(self) -> int:
        """How many lines it has in all its shipments."""
        return sum(len(shipment.lines) for shipment in self.shipments.values())

    def line(self, shipment_id: str, line_id: str) -> LineSet | None:
        """The line, if it is there."""
        shipment = self.shipments.get(shipment_id)
        return shipment.lines.get(line_id) if shipment else None

    def copy(self) -> "Cart":
        """A cart of its own, which may change without this one."""
        shipments = {
            shipment_id: replace(one, lines=one.lines.copy(), removed=one.removed.copy())
            for shipment_id, one in self.shipments.items()
        }
        return replace(
            self,
            shipments=shipments,
            coupons=self.coupons.copy(),
            coupons_removed=self.coupons_removed.copy(),
            discounts=self.discounts.copy(),
            told=self.told.copy(),
        )


def status(cart: Cart | None) -> str | None:
    """The word for the state; None while there is no cart."""
    return cart.status if cart else None


def evolve(cart: Cart | None, event: Message) -> Cart | None:
    """The cart after `event`."""
    if isinstance(event, carts.DraftCreated):
        return Cart(event.cart_id, event.market, event.currency, event.customer)
    if cart is not None and isinstance(event, carts.Happened):
        _apply(cart, event)
        for line in event.totals.changed if event.totals else ():
            cart.told[line.shipment_id, line.line_id] = (line.discount, line.tax)
    return cart


def _apply(cart: Cart, event: carts.Happened) -> None:
    match event:
        case carts.ShipmentSet():
            shipment = cart.shipments.setdefault(event.shipment_id, Shipment())
            shipment.destination = event.model_copy(update={"totals": None})
        case carts.LineSet():
            shipment = cart.shipments.setdefault(event.shipment_id, Shipment())
            shipment.lines[event.line_id] = event.model_copy(update={"totals": None})
            shipment.removed.discard(event.line_id)
            if event.totals is None:
                cart.told[event.shipment_id, event.line_id] = (zero(cart.currency), event.tax)
        case carts.LineRemoved():
            shipment = cart.shipments[event.shipment_id]
            del shipment.lines[event.line_id]
            shipment.removed.add(event.line_id)
            cart.told.pop((event.shipment_id, event.line_id), None)
            cart.discounts.pop((event.shipment_id, event.line_id), None)
        case carts.CouponApplied():
            cart.coupons.append(event.code)
            cart.coupons_removed.discard(event.code)
        case carts.CouponRemoved():
            cart.coupons.remove(event.code)
            cart.coupons_removed.add(event.code)
        case carts.DiscountSet():
            _discount(cart, event)
        case carts.CheckedOut() | carts.OrderPlaced() | carts.ConvertRefused():
            _convert(cart, event)


def _convert(cart: Cart, event: carts.Happened) -> None:
    match event:
        case carts.CheckedOut():
            cart.status, cart.converting = "CheckedOut", event.request
        case carts.OrderPlaced():
            cart.converting = None
        case carts.ConvertRefused():
            cart.status, cart.converting, cart.refusal = "Open", None, event.reason


def _discount(cart: Cart, event: carts.DiscountSet) -> None:
    if event.shipment_id is None or event.line_id is None:
        cart.order_discount = event.amount
    elif event.amount:
        cart.discounts[event.shipment_id, event.line_id] = event.amount
    else:
        cart.discounts.pop((event.shipment_id, event.line_id), None)
