"""Checks an order's total against its lines, discount rules and shipping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shared.contracts import Message, orders, shipments

Events = Mapping[str, list[Message]]
CENT = Decimal("0.01")


def wrong(events: Events, found: Mapping[str, Any]) -> Iterator[str]:
    """Yields every wrong price; `found` are the orders' states."""
    for order_id, order in found.items():
        if order is None:
            continue
        changes = [e for e in events[f"order/{order_id}"] if isinstance(e, orders.LinesChanged)]
        for event in changes:
            yield from _sum(order_id, event)
            yield from _share(order_id, event)
        yield from _splits(order_id, events[f"order/{order_id}"])
        if f"fulfilment/{order_id}" not in events:
            yield f"{order_id}: fulfilment never learned of it"
            continue
        yield from _entered(order_id, order, events[f"fulfilment/{order_id}"])


def _live(event: orders.LinesChanged) -> list[orders.EditedShipment]:
    return [each for each in event.shipments if not each.canceled]


def _goods(event: orders.LinesChanged) -> Decimal:
    lines = [line for each in _live(event) for line in each.lines]
    return sum((x.quantity * x.placed_price - x.discount for x in lines), Decimal(0))


def _sum(order_id: str, event: orders.LinesChanged) -> Iterator[str]:
    """The total is the sum of its parts, and no discount is more than its base."""
    taxes = sum((line.tax for each in _live(event) for line in each.lines), Decimal(0))
    ships = sum((each.shipping_cost + each.shipping_tax for each in _live(event)), Decimal(0))
    owed = _goods(event) + taxes + ships - event.order_discount
    if owed != event.total:
        yield f"{order_id}: the total is {event.total}, its parts add up to {owed}"
    if event.order_discount > _goods(event):
        yield f"{order_id}: {event.order_discount} off goods for {_goods(event)}"


def _splits(order_id: str, events: list[Message]) -> Iterator[str]:
    """A split over several warehouses costs nothing, and no pieces are lost or added."""
    total, pieces = Decimal(0), Counter[str]()
    for event in events:
        if not isinstance(event, orders.Placed | orders.LinesChanged):
            continue
        before = (total, pieces)
        total, pieces = event.total, Counter()
        for each in event.shipments:
            for line in each.lines:
                pieces[line.sku] += line.quantity
        if isinstance(event, orders.LinesChanged) and event.split and before != (total, pieces):
            yield f"{order_id}: {before} before a split, {(total, pieces)} after it"


def _share(order_id: str, event: orders.LinesChanged) -> Iterator[str]:
    """A percentage applies to the remaining lines, and free shipping stays free."""
    rules = event.pricing.discounts if event.pricing else ()
    for rule in rules:
        if rule.scope == "order" and len([r for r in rules if r.scope == "order"]) == 1:
            if rule.percent is None or rule.minimum is not None:
                continue
            goods = _goods(event)
            share = (goods * Decimal(rule.percent) / 100).quantize(CENT, ROUND_HALF_UP)
            off = min(goods, share + (event.manual_discount or Decimal(0)))
            if event.order_discount != off:
                yield f"{order_id}: {event.order_discount} off by {rule}, not {off}"
        if rule.scope == "shipping" and rule.percent == "100":
            for each in _live(event):
                if each.shipping_cost:
                    yield f"{order_id}/{each.shipment_id}: {each.shipping_cost} for free shipping"


def _entered(order_id: str, order: Any, events: list[Message]) -> Iterator[str]:
    """A shipment has the shipping cost that was entered for it."""
    entered: dict[str, Decimal | None] = {}
    for event in events:
        if isinstance(event, shipments.Edited) and event.request is not None:
            entered[event.shipment_id] = event.shipping_cost
        elif isinstance(event, shipments.LinesChanged):
            for removed in event.removed:
                entered.pop(removed.shipment_id, None)
    for each in order.content.shipments:
        cost = entered.get(each.shipment_id)
        price = each.shipping_cost if each.shipping_price is None else each.shipping_price
        if cost is not None and price != cost:
            yield f"{order_id}/{each.shipment_id}: {cost} was entered, but it costs {price}"
