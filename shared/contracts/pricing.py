"""What a cart costs, as each of its events tells it, and the rules that an order keeps."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

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


MAX_SKUS = 10_000  # that one coupon is for

Rate = Annotated[str, StringConstraints(pattern=r"^[0-9](\.[0-9]{1,28})?$", max_length=30)]
Percent = Annotated[
    str,
    StringConstraints(pattern=r"^(100(\.0{1,4})?|[0-9]{1,2}(\.[0-9]{1,4})?)$", max_length=8),
]


class DiscountRule(Part):
    """The rule of a coupon: what it takes off, of what, and from which order value on.

    `percentage` takes `percent` off each line, the order or each shipment's shipping; `amount`
    takes `amount` off each line, or once off the order or its shipping. A rule of scope `line` is
    for the lines with one of `skus`, for all of them where none is named. A percentage of 100 with
    scope `shipping` is free shipping.
    """

    code: Id
    kind: Literal["percentage", "amount"]
    percent: Percent | None = None
    amount: Amount | None = None
    scope: Literal["line", "order", "shipping"]
    skus: Annotated[tuple[Id, ...], Field(max_length=MAX_SKUS)] = ()
    minimum: Amount | None = None

    @model_validator(mode="after")
    def _has_its_value(self) -> Self:
        if (self.percent if self.kind == "percentage" else self.amount) is None:
            field = "percent" if self.kind == "percentage" else "amount"
            raise ValueError(f"a discount of kind {self.kind} needs {field}")
        return self


class Pricing(Part):
    """How the prices of an order were worked out, so that an edit works them out again.

    `tax_rate` is the rate on what is left of each line, a fraction such as 0.0825. `discounts`
    are the coupons' rules, those that take nothing off at the moment included.
    """

    tax_rate: Rate
    discounts: Annotated[tuple[DiscountRule, ...], Field(max_length=100)] = ()
