"""Measures the time from a command to its outcome, on an idle system."""

import statistics
from time import perf_counter
from uuid import uuid4

from bench.orders import carts
from ops.messaging.command_client import CommandClient
from shared.contracts import Message, orders
from shared.runtime.settings import Settings

COUNT = 300


async def measure(settings: Settings) -> dict[str, object]:
    """Returns milliseconds for a command of one service, and one that two services decide."""
    run = f"wait-{uuid4().hex[:6]}"
    async with CommandClient(settings) as client:
        ((cart, _),) = carts(run, 1, settings.site)
        await client.send(cart)
        order_id = cart.key
        notes: list[Message] = [
            orders.AddNote(order_id=order_id, text=f"note {n}") for n in range(COUNT)
        ]
        holds: list[Message] = [
            orders.Hold(order_id=order_id),
            orders.ReleaseHold(order_id=order_id),
        ]
        await client.send(holds[0])
        await client.send(holds[1])
        return {
            "add_note": await _time(client, notes),
            "hold_and_release": await _time(client, holds * (COUNT // 2)),
        }


async def _time(client: CommandClient, commands: list[Message]) -> dict[str, float]:
    took = []
    for command in commands:
        started = perf_counter()
        reply = await client.send(command, actor="bench")
        took.append((perf_counter() - started) * 1000)
        if reply.outcome != "accepted":
            raise RuntimeError(f"{command.type}: {reply.reason}")
    cuts = statistics.quantiles(took, n=100)
    return {"p50_ms": round(cuts[49], 1), "p99_ms": round(cuts[98], 1)}
