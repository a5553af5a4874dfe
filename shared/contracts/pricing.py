"""Totals of carts, and the pricing rules that an order keeps."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from shared.contracts.base import Id, Part
from shared.contracts.money import Amount
from shared.contracts.replies import Reason


class PricedLine(Part):
    """The discount of a line, and the tax on its value after the discount."""

    shipment_id: Id
    line_id: Id
    discount: Amount
    tax: Amount


class CouponEffect(Part):
    """What a coupon takes off now; zero while `why_not` gives a reason."""

    code: Id
    takes_off: Amount
    why_not: Reason | None = None


class Totals(Part):
    """The totals of a cart after an event.

    total = lines − line_discounts + tax + shipping − order_discount. `shipping` is the methods'
    prices minus `shipping_discount`. `changed` lists each line whose discount or tax the event
    changed, so readers of all events know both for every line.
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
    """The rule of a coupon.

    kind     `percentage` takes `percent` off each line, the order or each shipment's shipping;
             `amount` takes `amount` off each line, or once off the order or its shipping
    scope    what the discount is taken off; 100 percent off `shipping` is free shipping
    skus     for scope `line`: the articles that it is for; empty for all
    minimum  the smallest value of lines that the coupon needs
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
    """The rules behind an order's prices, which edits apply again.

    tax_rate   the rate on each line's value after its discount, a fraction such as 0.0825
    discounts  the rules of all coupons, including those that take nothing off at present
    """

    tax_rate: Rate
    discounts: Annotated[tuple[DiscountRule, ...], Field(max_length=100)] = ()
