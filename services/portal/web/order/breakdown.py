"""The breakdown of an order's total, for its page: sums that add up to it exactly."""

from dataclasses import dataclass
from decimal import Decimal

from services.portal.queries.models.details import Line, OrderDetails

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class TotalBreakdown:
    """Sums of the shipments that aren't canceled; total = goods − line discounts + tax + shipping
    − order discount, never below zero (contract: `waybill.cart.converted.v1`)."""

    goods: Decimal
    line_discounts: Decimal
    tax: Decimal
    shipping: Decimal
    order_discount: Decimal

    @property
    def total(self) -> Decimal:
        """The total of these sums."""
        owed = self.goods - self.line_discounts + self.tax + self.shipping - self.order_discount
        return max(owed, ZERO)


def line_total(line: Line) -> Decimal:
    """The total of a line, with discount and tax."""
    return line.quantity * Decimal(line.placed_price) - Decimal(line.discount) + Decimal(line.tax)


def breakdown_of(order: OrderDetails) -> TotalBreakdown:
    """The breakdown of an order's total."""
    shipments = [s for s in order.shipments if s.status != "Canceled"]
    lines = [line for shipment in shipments for line in shipment.lines]
    return TotalBreakdown(
        goods=sum((line.quantity * Decimal(line.placed_price) for line in lines), ZERO),
        line_discounts=sum((Decimal(line.discount) for line in lines), ZERO),
        tax=sum((Decimal(line.tax) for line in lines), ZERO),
        shipping=sum((Decimal(s.shipping_cost) + Decimal(s.shipping_tax) for s in shipments), ZERO),
        order_discount=Decimal(order.order_discount),
    )
