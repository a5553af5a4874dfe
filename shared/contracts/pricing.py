"""What a cart costs, as each of its events tells it."""

from shared.contracts.base import Id, Part
from shared.contracts.money import Amount
from shared.contracts.replies import Reason


class PricedLine(Part):
    """What is taken off a line, and the tax on what is left of its value."""

    shipment_id: Id
    line_id: Id
    discount: Amount
    tax: Amount


class CouponEffect(Part):
    """What a coupon takes off now; nothing while there is a reason why not."""

    code: Id
    takes_off: Amount
    why_not: Reason | None = None


class Totals(Part):
    """What the whole cart costs at the time of an event.

    total = lines − line_discounts + tax + shipping − order_discount. `shipping` is what is left of
    the methods' prices after `shipping_discount`. `changed` has each line whose discount or tax is
    another one than before the event: who adds them up knows that of every line.
    """

    lines: Amount
    line_discounts: Amount
    tax: Amount
    shipping: Amount
    shipping_discount: Amount
    order_discount: Amount
    total: Amount
    coupons: tuple[CouponEffect, ...] = ()
    changed: tuple[PricedLine, ...] = ()
