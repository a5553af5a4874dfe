"""Whole lives of orders, from the checkout to completed: a warehouse and customers' people too."""

import asyncio
from collections.abc import Iterable
from time import perf_counter
from uuid import uuid4

from bench.orders import SKUS, WAREHOUSE, carts
from ops.messaging.command_client import CommandClient
from ops.messaging.reader import Seen, reading
from shared.contracts import Message, shipments
from shared.contracts.stock import Receive
from shared.contracts.topics import ORDER_EVENTS, SHIPMENT_EVENTS
from shared.runtime.settings import Settings

COUNT = 3000
PATIENCE = 180.0
COMPLETED = "waybill.order.completed.v1"

# What customer service and the warehouse ask for, once they hear of it.
NEXT: dict[str, type[Message]] = {
    "waybill.shipment.inventory-assigned.v1": shipments.Release,
    "waybill.shipment.released.v1": shipments.AddToPicklist,
    "waybill.shipment.packing.v1": shipments.Complete,
}


async def measure(settings: Settings) -> dict[str, object]:
    """Orders completed a second, everything on this machine, the driver too."""
    run = f"life-{uuid4().hex[:6]}"
    topics = [ORDER_EVENTS.name, SHIPMENT_EVENTS.name]
    async with CommandClient(settings) as client, reading(settings, topics) as reader:
        for sku in SKUS:
            await client.send(Receive(warehouse=WAREHOUSE, sku=sku, quantity=COUNT * 3))
        orders = list(carts(run, COUNT, settings.site))
        completed: set[str] = set()
        started = perf_counter()
        placing = asyncio.create_task(client.publish(orders))
        async with asyncio.timeout(PATIENCE):
            while len(completed) < COUNT:
                ours = [s for s in await reader.batch() if s.subject.startswith(run)]
                completed.update(seen.subject for seen in ours if seen.type == COMPLETED)
                await carry_on(client, ours)
        seconds = perf_counter() - started
        await placing
    return {"orders": COUNT, "per_second": round(COUNT / seconds, 1)}


async def carry_on(client: CommandClient, news: Iterable[Seen]) -> None:
    """Asks for what comes next in the lives of orders."""
    answers = [_ask(seen) for seen in news if seen.type in NEXT]
    if answers:
        await client.publish((a, client.envelope(a, actor="bench")) for a in answers)


def _ask(seen: Seen) -> Message:
    return NEXT[seen.type](order_id=seen.subject, shipment_id=seen.data["shipment_id"])
