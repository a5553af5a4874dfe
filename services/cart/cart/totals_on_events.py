"""Adds to every event of a cart the cart's totals after it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.cart.cart.allowed import why_no_market
from services.cart.cart.evolution import evolve
from services.cart.cart.pricing import Prices, price
from services.cart.cart.state import Cart, LineAmounts, LineKey
from shared.contracts import Malformed, Message, carts
from shared.runtime.decider import Context, rejected

Decide = Callable[[Any, Cart | None, Context], Sequence[Message]]


def with_totals(decide: Decide) -> Decide:
    """Wraps `decide`: adds `totals` to its events and the tax to their lines.

    The function returned raises `Rejected` (`too-much`) if the cart would cost more than an
    amount of the contract can hold.
    """

    def decide_with_totals(
        command: Message, cart: Cart | None, context: Context
    ) -> Sequence[Message]:
        completed: list[Message] = []
        after = None
        for event in decide(command, cart, context):
            before = after if completed else cart and cart.copy()
            after, with_them = _add_totals(event, before, context)
            completed.append(with_them)
        return completed

    return decide_with_totals


def with_totals_on_last(events: Sequence[Message], context: Context) -> Sequence[Message]:
    """Adds the totals to the last of `events`, which create a cart, and the tax to all lines.

    Raises `Rejected` if the cart would cost more than an amount of the contract can hold.
    """
    after = None
    for event in events:
        after = evolve(after, event)
    if after is None:
        return events
    prices, totals = _totals(after, {}, context)
    taxed = [
        event.model_copy(update={"tax": prices.lines[event.shipment_id, event.line_id].tax})
        if isinstance(event, carts.LineSet)
        else event
        for event in events[:-1]
    ]
    return [*taxed, events[-1].model_copy(update=totals)]


def _add_totals(
    event: Message, before: Cart | None, context: Context
) -> tuple[Cart | None, Message]:
    """Returns the cart after `event`, and the event with the totals of that cart.

    Changes `before`.
    """
    published = dict(before.line_amounts) if before else {}
    after = evolve(before, event)
    if after is None or why_no_market(after, context.site):
        return after, event
    prices, fields = _totals(after, published, context)
    if isinstance(event, carts.LineSet):
        fields["tax"] = prices.lines[event.shipment_id, event.line_id].tax
    return after, event.model_copy(update=fields)


def _totals(
    cart: Cart, published: Mapping[LineKey, LineAmounts], context: Context
) -> tuple[Prices, dict[str, Any]]:
    """Prices `cart`; returns its prices, and its totals as a field of an event.

    The totals list the lines whose amounts differ from `published`, the ones in earlier events.
    Stores the new amounts in `cart`.
    """
    try:
        prices = price(cart, context.site, context.now)
    except Malformed as too_much:
        raise rejected("too-much.total", field=too_much.field) from None
    cart.line_amounts = {key: (line.discount, line.tax) for key, line in prices.lines.items()}
    changed = [
        line for key, line in prices.lines.items() if published.get(key) != cart.line_amounts[key]
    ]
    return prices, {"totals": prices.totals.model_copy(update={"changed": tuple(changed)})}
