"""Completes "why not?" with who is before a shipment in the queue for stock."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from ops.errors import ToolError
from shared.contracts import Message
from shared.contracts.queue_places import Before, Place, skus_of, with_places
from shared.contracts.replies import Action, Blocker, Reply
from shared.contracts.stock import Explain
from shared.contracts.stock_status import Queued

Queues = Mapping[tuple[str, str], tuple[Queued, ...]]  # by warehouse and article


# Asks a service; raises `ToolError` if there is no answer in time.
Ask = Callable[[Message], Awaitable[Reply]]


async def with_queues(ask: Ask, reply: Reply, order_id: str) -> Reply:
    """The shipments' answer about an order, with the places that its shipments have.

    Asks the stock for each article that one of them lacks. Without an answer the blocker stays as
    it is: it says where to look.
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
    """The warehouse and article of each queue that a blocker is about."""
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
    """None if it doesn't wait there, or behind all that an answer can name."""
    before: list[Before] = []
    for each in queue:
        if (each.order_id, each.shipment_id) == who:
            return Place(sku, before)
        wanted = sum(line.quantity for line in each.lines if line.sku == sku)
        before.append(Before(each.order_id, wanted))
    return None
