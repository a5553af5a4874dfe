"""What an order costs after a change, and the event that says so."""

from collections.abc import Sequence
from decimal import Decimal

from services.order.content import Content, as_edited
from services.order.edit_summary import total_change
from services.order.state import Order
from shared.contracts import Message, orders
from shared.contracts.edit_texts import Change, sentences
from shared.contracts.error_texts import unknown_method
from shared.contracts.money import zero
from shared.runtime.decider import Context, refuse
from shared.site import Site


def total_without(
    order: Order, canceled: Sequence[str], because: Change, context: Context
) -> list[Message]:
    """Returns the event with the total without the `canceled` shipments.

    None if the total is the same. Discount rules stay with the order: a percentage applies to what
    is left of it.
    """
    gone = {*order.canceled, *canceled}
    after = order.content.repriced(tax_rate(order, context), gone)
    _, total = after.bill(gone)
    if total == order.content.total:
        return []
    return [lines_changed_event(order, after, None, because, gone)]


def lines_changed_event(
    order: Order,
    after: Content,
    request: str | None,
    made: Change,
    canceled: set[str] | None = None,
    split: str | None = None,
) -> orders.LinesChanged:
    """Returns the event with the content and total `after` a change.

    It says first what was `made`, then what became of the total. `split` is the shipment that was
    split over several warehouses, if that is the change.
    """
    canceled = order.canceled if canceled is None else canceled
    off, total = after.bill(canceled)
    changes = (made, total_change(order.content.total, total, after.currency))
    return orders.LinesChanged(
        order_id=order.order_id,
        order_number=order.number,
        request=request,
        currency=after.currency,
        shipments=tuple(
            as_edited(each, each.lines, canceled=each.shipment_id in canceled)
            for each in after.shipments
        ),
        order_discount=off,
        order_discount_granted=max(off, after.granted),
        total=total,
        manual_discount=after.manual_discount or zero(after.currency),
        pricing=after.pricing,
        summary=sentences(changes),
        changes=changes,
        split=split,
    )


def tax_rate(order: Order, context: Context) -> Decimal | None:
    """Returns the tax rate of the order's market, or None if the site no longer has that market."""
    market = context.site.markets.get(order.market)
    return market.tax_rate if market else None


def method_price(method: str, order: Order, site: Site) -> Decimal:
    """Returns the market's price of a method. Raises `Rejected` if the market doesn't offer it."""
    market = site.markets.get(order.market)
    offered = market.shipping_methods if market else {}
    if method not in offered:
        refuse([unknown_method(order.market, method, offered)])
    return offered[method].price
