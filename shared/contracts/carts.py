"""Carts, and the drafts that customer service makes."""

from typing import Annotated

from pydantic import Field, model_validator

from shared.contracts.address import Address, Customer
from shared.contracts.base import Id, Malformed, Message, Quantity, Timestamp, message
from shared.contracts.cards import ArticleName
from shared.contracts.checkout import CartConverted
from shared.contracts.customers import BookPlace
from shared.contracts.money import Amount, Currency
from shared.contracts.order_edits import flatten_line
from shared.contracts.pricing import Totals
from shared.contracts.replies import Reason
from shared.contracts.topics import CART_COMMANDS, CART_EVENTS


class _AboutCart(Message):
    cart_id: Id


class _AboutShipment(_AboutCart):
    shipment_id: Id


# Commands


@message("waybill.cart.create-draft.v1", on=CART_COMMANDS)
class CreateDraft(_AboutCart):
    """Create a draft, for example for a customer on the phone."""

    market: Id
    customer_id: Id | None = None
    customer: Customer | None = None


@message("waybill.cart.set-shipment.v1", on=CART_COMMANDS)
class SetShipment(_AboutShipment):
    """Set the address and the shipping method of a shipment.

    The address is `address`, or the one with `address_id` in the customer's address book. It is
    added to the address book only with `add_to_address_book`.
    """

    address: Address | None = None
    address_id: Id | None = None
    shipping_method: Id
    add_to_address_book: bool = False

    def check(self) -> None:
        """Exactly one address has to be given."""
        if self.address is None and self.address_id is None:
            raise Malformed(
                "address", "give an address, or the address_id of one in the address book"
            )
        if self.address is not None and self.address_id is not None:
            raise Malformed("address_id", "give an address or an address_id, not both")


@message("waybill.cart.add-line.v1", on=CART_COMMANDS)
class AddLine(_AboutShipment):
    """Add a line to a shipment. A name or price that isn't given comes from the catalog."""

    line_id: Id
    sku: Id
    name: ArticleName | None = None
    quantity: Quantity
    placed_price: Amount | None = None
    preorder: bool = False

    _flatten_line = model_validator(mode="before")(flatten_line)


@message("waybill.cart.change-line.v1", on=CART_COMMANDS)
class ChangeLine(_AboutShipment):
    """Change a line's quantity or price. Fields that aren't given stay unchanged."""

    line_id: Id
    quantity: Quantity | None = None
    placed_price: Amount | None = None

    _flatten_line = model_validator(mode="before")(flatten_line)

    def check(self) -> None:
        """Neither field can be cleared."""
        self.refuse_null("quantity", "placed_price")


@message("waybill.cart.remove-line.v1", on=CART_COMMANDS)
class RemoveLine(_AboutShipment):
    """Remove a line from a shipment."""

    line_id: Id


@message("waybill.cart.apply-coupon.v1", on=CART_COMMANDS)
class ApplyCoupon(_AboutCart):
    """Apply a coupon of the site. Upper and lower case are equivalent."""

    code: Id


@message("waybill.cart.remove-coupon.v1", on=CART_COMMANDS)
class RemoveCoupon(_AboutCart):
    """Remove a coupon."""

    code: Id


@message("waybill.cart.set-discount.v1", on=CART_COMMANDS)
class SetDiscount(_AboutCart):
    """Set the manual discount of a line, or of the order if no line is named. Zero removes it."""

    amount: Amount
    shipment_id: Id | None = None
    line_id: Id | None = None

    def check(self) -> None:
        """Both ids of a line have to be given, or neither."""
        if (self.shipment_id is None) != (self.line_id is None):
            missing = "line_id" if self.line_id is None else "shipment_id"
            raise Malformed(missing, "a line is named by shipment_id and line_id")


@message("waybill.cart.convert.v1", on=CART_COMMANDS)
class Convert(_AboutCart):
    """Convert the draft to a purchase order.

    The outcome follows once the order is placed or refused.
    """


@message("waybill.cart.settle-convert.v1", on=CART_COMMANDS)
class SettleConvert(_AboutCart):
    """The order service's result of a conversion. Internal: only the order service sends it.

    `refusal` is null if the order was placed.
    """

    order_number: str | None
    refusal: Reason | None


@message("waybill.cart.delete.v1", on=CART_COMMANDS)
class Delete(_AboutCart):
    """Delete the cart and its personal data."""


# Questions


@message("waybill.cart.explain.v1", on=CART_COMMANDS)
class Explain(_AboutCart):
    """Which actions are possible on a cart now, and what blocks the others?"""


# Events


class Happened(_AboutCart):
    """Base of all cart events; `totals` are the cart's totals after the event.

    They are missing if the cart's market no longer exists, after a deletion, and in events of
    version 0.1.
    """

    totals: Totals | None = None


class _HappenedToShipment(Happened):
    shipment_id: Id


@message("waybill.cart.draft-created.v1", on=CART_EVENTS)
class DraftCreated(Happened):
    """A draft was created."""

    market: Id
    currency: Currency
    customer: Customer | None


@message("waybill.cart.shipment-set.v1", on=CART_EVENTS)
class ShipmentSet(_HappenedToShipment):
    """The address and shipping method of a shipment were set; the cost is the market's price.

    `to_address_book` says where to add the address to the customer's address book, if at all.
    """

    address: Address
    shipping_method: Id
    shipping_cost: Amount
    to_address_book: BookPlace | None = None


@message("waybill.cart.line-set.v1", on=CART_EVENTS)
class LineSet(_HappenedToShipment):
    """A line was added or changed; these are all of its fields now.

    `tax` is on the line's value after its discount.
    """

    line_id: Id
    sku: Id
    name: ArticleName
    quantity: Quantity
    placed_price: Amount
    tax: Amount
    preorder: bool


@message("waybill.cart.line-removed.v1", on=CART_EVENTS)
class LineRemoved(_HappenedToShipment):
    """A line was removed."""

    line_id: Id


@message("waybill.cart.coupon-applied.v1", on=CART_EVENTS)
class CouponApplied(Happened):
    """A coupon was applied; it counts whenever its conditions are met."""

    code: Id


@message("waybill.cart.coupon-removed.v1", on=CART_EVENTS)
class CouponRemoved(Happened):
    """A coupon was removed."""

    code: Id


@message("waybill.cart.discount-set.v1", on=CART_EVENTS)
class DiscountSet(Happened):
    """The manual discount of a line or of the order was set; it adds to the coupons' discounts."""

    amount: Amount
    shipment_id: Id | None
    line_id: Id | None


@message("waybill.cart.checked-out.v1", on=CART_EVENTS)
class CheckedOut(Happened):
    """The cart was checked out, and can't change any more. The order gets the cart's id.

    request  the command that waits for the order service; missing in events of version 0.1
    cart     the complete cart as sent to the order service, without coupons that no longer count;
             `totals` gives the reasons
    """

    total: Amount
    lines: Annotated[int, Field(ge=1)]
    cart: CartConverted
    request: str | None = None


@message("waybill.cart.order-placed.v1", on=CART_EVENTS)
class OrderPlaced(Happened):
    """The cart became the order with this number."""

    order_number: str | None


@message("waybill.cart.convert-refused.v1", on=CART_EVENTS)
class ConvertRefused(Happened):
    """The order service refused the cart; the cart can be changed again."""

    reason: Reason


@message("waybill.cart.deleted.v1", on=CART_EVENTS)
class Deleted(Happened):
    """The cart and its personal data were deleted, alone or with its order. The tombstone."""

    by: str | None = None
    at: Timestamp | None = None
