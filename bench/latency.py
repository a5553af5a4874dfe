"""Measures the time from a command to its outcome, on an idle system."""

from collections.abc import Sequence
from time import perf_counter
from uuid import uuid4

from bench.orders import carts
from bench.percentiles import distribution, percentiles
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
            "add_note": _shown(await time_each(client, notes)),
            "hold_and_release": _shown(await time_each(client, holds * (COUNT // 2))),
        }


async def time_each(client: CommandClient, commands: Sequence[Message]) -> list[float]:
    """The milliseconds of each command, sent one after the other. Raises `RuntimeError`."""
    took = []
    for command in commands:
        started = perf_counter()
        reply = await client.send(command, actor="bench")
        took.append((perf_counter() - started) * 1000)
        if reply.outcome != "accepted":
            raise RuntimeError(f"{command.type}: {reply.reason}")
    return took


def _shown(took: list[float]) -> dict[str, object]:
    """Percentiles, and all of them for the distribution in the picture."""
    return {**percentiles(took, 50, 95, 99), "percentiles_ms": distribution(took)}
