"""The state of a cart."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from shared.contracts.address import Customer
from shared.contracts.carts import LineSet, ShipmentSet
from shared.contracts.customer_deletion import CartLosesCustomer
from shared.contracts.money import ZERO
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
