"""Who is short where less was found than is set aside, and who waits (rules: stock, "counted").

Those who got theirs last are short first: whoever came first keeps all that there is.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from services.shipment.stock.state import Inventory
from shared.contracts import Malformed, stock
from shared.contracts.stock_status import Lacking, Queued, StockStatus, Wanted
from shared.runtime.decider import Context

NAMED = 1000  # of each kind: an answer has to fit into a record


def shortages_of(inventory: Inventory, sku: str, on_hand: int) -> Iterator[Lacking]:
    """The shipments that would lack pieces of `sku` with `on_hand` of it, the worst off first."""
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


def first_named(short: Iterable[Lacking]) -> tuple[Lacking, ...]:
    """As many as are named in an event."""
    return tuple(islice(short, NAMED))


def explain(question: stock.Explain, inventory: Inventory, context: Context) -> StockStatus:
    """Who is short and who waits now, of one article or of all."""
    if question.warehouse not in context.site.warehouses:
        raise Malformed("warehouse", f"no warehouse is called {question.warehouse}")
    skus = [question.sku] if question.sku else sorted(inventory.levels)
    short = [
        lacking
        for sku in skus
        if (level := inventory.levels.get(sku)) and level.free < 0
        for lacking in shortages_of(inventory, sku, level.on_hand)
    ]
    queue = _queue(inventory, question.sku)
    return StockStatus(
        short=first_named(short), lacking=len(short), queue=tuple(queue[:NAMED]), waiting=len(queue)
    )


def _queue(inventory: Inventory, sku: str | None) -> Sequence[Queued]:
    """Who waits, the first first; a place is one in the whole queue, whatever is asked for."""
    return [
        Queued(
            place=place,
            order_id=waiting.key[0],
            shipment_id=waiting.key[1],
            lines=tuple(Wanted(sku=line.sku, quantity=line.quantity) for line in waiting.lines),
        )
        for place, waiting in enumerate(inventory.queue.in_order(), 1)
        if sku is None or any(line.sku == sku for line in waiting.lines)
    ]
