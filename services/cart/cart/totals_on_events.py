"""Every event of a cart tells what the cart costs after it."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from services.cart.cart.allowed import why_no_market
from services.cart.cart.pricing import Prices, price
from services.cart.cart.state import Cart, LineKey, evolve
from shared.contracts import Malformed, Message, carts
from shared.runtime.decider import Context, rejected

Told = tuple[Decimal, Decimal]  # of a line: its discount and tax
Deciding = Callable[[Any, Cart | None, Context], Sequence[Message]]


def with_totals(decide: Deciding) -> Deciding:
    """`decide`, whose events have their `totals` and lines their tax.

    Refuses what would make the cart cost more than can be written (`too-much`).
    """

    def telling(command: Message, cart: Cart | None, context: Context) -> Sequence[Message]:
        told: list[Message] = []
        after = None
        for event in decide(command, cart, context):
            before = after if told else cart and cart.copy()
            after, with_them = _tell(event, before, context)
            told.append(with_them)
        return told

    return telling


def tell_at_last(events: Sequence[Message], context: Context) -> Sequence[Message]:
    """`events`, which make a new cart: the last one tells its totals, the lines have their tax.

    Raises `Rejected` if it would cost more than can be written.
    """
    after = None
    for event in events:
        after = evolve(after, event)
    if after is None:
        return events
    prices, told = _totals(after, {}, context)
    filled = [
        event.model_copy(update={"tax": prices.lines[event.shipment_id, event.line_id].tax})
        if isinstance(event, carts.LineSet)
        else event
        for event in events[:-1]
    ]
    return [*filled, events[-1].model_copy(update=told)]


def _tell(event: Message, before: Cart | None, context: Context) -> tuple[Cart | None, Message]:
    """The cart after `event`, and the event with what it costs then."""
    known = dict(before.told) if before else {}
    after = evolve(before, event)
    if after is None or why_no_market(after, context.site):
        return after, event
    prices, told = _totals(after, known, context)
    if isinstance(event, carts.LineSet):
        told["tax"] = prices.lines[event.shipment_id, event.line_id].tax
    return after, event.model_copy(update=told)


def _totals(
    cart: Cart, known: Mapping[LineKey, Told], context: Context
) -> tuple[Prices, dict[str, Any]]:
    """What `cart` costs, and that as an event's field; `known` was told of its lines before."""
    try:
        prices = price(cart, context.site, context.now)
    except Malformed as too_much:
        raise rejected("too-much.total", field=too_much.field) from None
    cart.told = {key: (line.discount, line.tax) for key, line in prices.lines.items()}
    changed = [line for key, line in prices.lines.items() if known.get(key) != cart.told[key]]
    return prices, {"totals": prices.totals.model_copy(update={"changed": tuple(changed)})}
