"""Carts and the drafts of customer service."""

from typing import Annotated

from pydantic import Field, model_validator

from shared.contracts.address import Address, Customer
from shared.contracts.base import Id, Malformed, Message, Quantity, Timestamp, message
from shared.contracts.cards import ArticleName
from shared.contracts.checkout import CartConverted
from shared.contracts.customers import BookPlace
from shared.contracts.money import Amount, Currency
from shared.contracts.order_edits import beside
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
    """Start an order by hand, for a customer on the phone say."""

    market: Id
    customer_id: Id | None = None
    customer: Customer | None = None


@message("waybill.cart.set-shipment.v1", on=CART_COMMANDS)
class SetShipment(_AboutShipment):
    """Say where a shipment goes, and how.

    It goes to `address`, or to the one that the customer's address book has as `address_id`. An
    address enters the book only with `add_to_address_book`.
    """

    address: Address | None = None
    address_id: Id | None = None
    shipping_method: Id
    add_to_address_book: bool = False

    def check(self) -> None:
        """It has to go somewhere, and to one place."""
        if self.address is None and self.address_id is None:
            raise Malformed(
                "address", "an address, or the address_id of one in the address book, is needed"
            )
        if self.address is not None and self.address_id is not None:
            raise Malformed("address_id", "an address is given already: one of the two is enough")


@message("waybill.cart.add-line.v1", on=CART_COMMANDS)
class AddLine(_AboutShipment):
    """Put an article into a shipment; what isn't given of it is the catalog's."""

    line_id: Id
    sku: Id
    name: ArticleName | None = None
    quantity: Quantity
    placed_price: Amount | None = None
    preorder: bool = False

    _beside = model_validator(mode="before")(beside)


@message("waybill.cart.change-line.v1", on=CART_COMMANDS)
class ChangeLine(_AboutShipment):
    """Another quantity or price; what isn't given stays."""

    line_id: Id
    quantity: Quantity | None = None
    placed_price: Amount | None = None

    _beside = model_validator(mode="before")(beside)

    def check(self) -> None:
        """A line has both."""
        self.refuse_null("quantity", "placed_price")


@message("waybill.cart.remove-line.v1", on=CART_COMMANDS)
class RemoveLine(_AboutShipment):
    """Take an article out."""

    line_id: Id


@message("waybill.cart.apply-coupon.v1", on=CART_COMMANDS)
class ApplyCoupon(_AboutCart):
    """Use a coupon of the site; capitals don't matter."""

    code: Id


@message("waybill.cart.remove-coupon.v1", on=CART_COMMANDS)
class RemoveCoupon(_AboutCart):
    """Take a coupon out again."""

    code: Id


@message("waybill.cart.set-discount.v1", on=CART_COMMANDS)
class SetDiscount(_AboutCart):
    """Take an amount off a line, or off the order where no line is named; zero ends that."""

    amount: Amount
    shipment_id: Id | None = None
    line_id: Id | None = None

    def check(self) -> None:
        """A line is named by both of its ids."""
        if (self.shipment_id is None) != (self.line_id is None):
            missing = "line_id" if self.line_id is None else "shipment_id"
            raise Malformed(missing, "a line is named by shipment_id and line_id")


@message("waybill.cart.convert.v1", on=CART_COMMANDS)
class Convert(_AboutCart):
    """Make it a purchase order. The outcome comes once the order is placed, or refused."""


@message("waybill.cart.settle-convert.v1", on=CART_COMMANDS)
class SettleConvert(_AboutCart):
    """The order service's answer: the order is placed, or why not. Nobody else sends it."""

    order_number: str | None
    refusal: Reason | None


@message("waybill.cart.delete.v1", on=CART_COMMANDS)
class Delete(_AboutCart):
    """Forget it."""


# Questions


@message("waybill.cart.explain.v1", on=CART_COMMANDS)
class Explain(_AboutCart):
    """What may be done with a cart now, and what stands in the way of the rest?"""


# Events


class Happened(_AboutCart):
    """Something happened to a cart; `totals` are what it costs after that.

    They are missing where its market is gone, of a deleted cart, and from events of version 0.1.
    """

    totals: Totals | None = None


class _HappenedToShipment(Happened):
    shipment_id: Id


@message("waybill.cart.draft-created.v1", on=CART_EVENTS)
class DraftCreated(Happened):
    """A draft was started."""

    market: Id
    currency: Currency
    customer: Customer | None


@message("waybill.cart.shipment-set.v1", on=CART_EVENTS)
class ShipmentSet(_HappenedToShipment):
    """A shipment has an address and a method, at the market's price for it.

    `to_address_book` says where the address is to enter its customer's book, if it is to.
    """

    address: Address
    shipping_method: Id
    shipping_cost: Amount
    to_address_book: BookPlace | None = None


@message("waybill.cart.line-set.v1", on=CART_EVENTS)
class LineSet(_HappenedToShipment):
    """A line is now like this; its tax is that on its value after its discount."""

    line_id: Id
    sku: Id
    name: ArticleName
    quantity: Quantity
    placed_price: Amount
    tax: Amount
    preorder: bool


@message("waybill.cart.line-removed.v1", on=CART_EVENTS)
class LineRemoved(_HappenedToShipment):
    """A line is gone."""

    line_id: Id


@message("waybill.cart.coupon-applied.v1", on=CART_EVENTS)
class CouponApplied(Happened):
    """A coupon is used, from here on wherever it counts."""

    code: Id


@message("waybill.cart.coupon-removed.v1", on=CART_EVENTS)
class CouponRemoved(Happened):
    """A coupon isn't used any more."""

    code: Id


@message("waybill.cart.discount-set.v1", on=CART_EVENTS)
class DiscountSet(Happened):
    """So much is taken off a line, or off the order, beside the coupons."""

    amount: Amount
    shipment_id: Id | None
    line_id: Id | None


@message("waybill.cart.checked-out.v1", on=CART_EVENTS)
class CheckedOut(Happened):
    """The cart is to become an order, whose id is the cart's; it can't change any more.

    `request` is the message that asked, which waits for the order service; none from version 0.1.

    `cart` is the whole of it, as it goes to the order service. Coupons that didn't count any more
    are left out of it, and `totals` says why.
    """

    total: Amount
    lines: Annotated[int, Field(ge=1)]
    cart: CartConverted
    request: str | None = None


@message("waybill.cart.order-placed.v1", on=CART_EVENTS)
class OrderPlaced(Happened):
    """The cart is an order now, with this number."""

    order_number: str | None


@message("waybill.cart.convert-refused.v1", on=CART_EVENTS)
class ConvertRefused(Happened):
    """The cart became no order; it may change again."""

    reason: Reason


@message("waybill.cart.deleted.v1", on=CART_EVENTS)
class Deleted(Happened):
    """The cart is gone, by itself or with its order, and whose it was: the tombstone."""

    by: str | None = None
    at: Timestamp | None = None
