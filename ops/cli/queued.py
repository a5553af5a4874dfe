"""Adds the orders that are ahead in a warehouse's queue to the blockers of actions."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from ops.errors import ToolError
from shared.contracts import Message
from shared.contracts.queue_places import Before, Place, skus_of, with_places
from shared.contracts.replies import Action, Blocker, Reply
from shared.contracts.stock import Explain
from shared.contracts.stock_status import Queued

Queues = Mapping[tuple[str, str], tuple[Queued, ...]]  # by warehouse and article


# Asks a service; raises `ToolError` if no answer arrives in time.
Ask = Callable[[Message], Awaitable[Reply]]


async def with_queues(ask: Ask, reply: Reply, order_id: str) -> Reply:
    """Returns the shipment service's answer with each shipment's place in its queues.

    Asks the stock service about each article that a shipment lacks. If it doesn't answer, the
    blocker stays unchanged; it names the command that shows the queue.
    """
    actions = reply.actions or ()
    asked = sorted(
        {which for action in actions for blocker in action.blockers for which in _lacks(blocker)}
    )
    found = await asyncio.gather(*(_queue(ask, *which) for which in asked))
    queues = dict(zip(asked, found, strict=True))
    placed = tuple(_placed(action, order_id, queues) for action in actions)
    return reply.model_copy(update={"actions": placed}) if asked else reply


def _lacks(blocker: Blocker) -> list[tuple[str, str]]:
    """Returns the warehouse and article of each queue that a blocker is about."""
    return [((blocker.facts or {})["warehouse"], sku) for sku in skus_of(blocker)]


async def _queue(ask: Ask, warehouse: str, sku: str) -> tuple[Queued, ...]:
    try:
        reply = await ask(Explain(warehouse=warehouse, sku=sku))
    except ToolError:
        return ()
    return reply.stock.queue if reply.stock else ()


def _placed(action: Action, order_id: str, queues: Queues) -> Action:
    who = (order_id, action.subject)
    blockers = tuple(
        with_places(each, [p for w in _lacks(each) if (p := _place(w[1], queues[w], who))])
        for each in action.blockers
    )
    return action.model_copy(update={"blockers": blockers})


def _place(sku: str, queue: tuple[Queued, ...], who: tuple[str, str]) -> Place | None:
    """Returns None if the shipment isn't in the queue, or is beyond the part in the answer."""
    before: list[Before] = []
    for each in queue:
        if (each.order_id, each.shipment_id) == who:
            return Place(sku, before)
        wanted = sum(line.quantity for line in each.lines if line.sku == sku)
        before.append(Before(each.order_id, wanted))
    return None
