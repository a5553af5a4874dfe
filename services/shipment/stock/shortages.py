"""The shipments that lack stock after a count, and those that wait (rules: stock, "counted").

The latest allocations lack stock first: the earliest keep what is on hand.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from services.shipment.stock.state import Inventory
from shared.contracts import Malformed, stock
from shared.contracts.stock_status import ExpectedGoods, Lacking, Queued, StockStatus, Wanted
from shared.runtime.decider import Context

MAX_LISTED = 1000  # of each kind, because an answer must fit into a Kafka record


def shipments_short_of(inventory: Inventory, sku: str, on_hand: int) -> Iterator[Lacking]:
    """The shipments that lack `sku` if only `on_hand` units exist, the latest allocation first."""
    level = inventory.levels.get(sku)
    missing = level.allocated - on_hand if level else 0
    allocations = iter(reversed(inventory.allocations.items()))
    while missing > 0:
        (order_id, shipment_id), lines = next(allocations)
        for line in lines:
            if line.sku == sku:
                lacks = min(missing, line.quantity)
                missing -= lacks
                yield Lacking(order_id=order_id, shipment_id=shipment_id, sku=sku, lacks=lacks)


def truncated(short: Iterable[Lacking]) -> tuple[Lacking, ...]:
    """The first `MAX_LISTED` of `short`."""
    return tuple(islice(short, MAX_LISTED))


def explain(question: stock.Explain, inventory: Inventory, context: Context) -> StockStatus:
    """The shipments that lack stock and those that wait, for one article or for all."""
    if question.warehouse not in context.site.warehouses:
        raise Malformed("warehouse", f"no warehouse is called {question.warehouse}")
    skus = [question.sku] if question.sku else sorted(inventory.levels)
    short = [
        lacking
        for sku in skus
        if (level := inventory.levels.get(sku)) and level.allocated > level.on_hand
        for lacking in shipments_short_of(inventory, sku, level.on_hand)
    ]
    expected = (
        ExpectedGoods(sku=sku, **dict(receipt))
        for sku in skus
        if (level := inventory.levels.get(sku))
        for receipt in level.expected
    )
    queue = _queue(inventory, question.sku)
    return StockStatus(
        short=truncated(short),
        lacking=len(short),
        queue=tuple(queue[:MAX_LISTED]),
        waiting=len(queue),
        expected=tuple(islice(expected, MAX_LISTED)),
    )


def _queue(inventory: Inventory, sku: str | None) -> Sequence[Queued]:
    """The backorders in order. `place` counts from 1 in the whole queue, whatever the `sku`."""
    return [
        Queued(
            place=place,
            order_id=backorder.key[0],
            shipment_id=backorder.key[1],
            lines=tuple(Wanted(sku=line.sku, quantity=line.quantity) for line in backorder.lines),
        )
        for place, backorder in enumerate(inventory.queue.in_order(), 1)
        if sku is None or any(line.sku == sku for line in backorder.lines)
    ]
