"""Compares one service with the bare loop, in turn, on the same records."""

import asyncio
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

from bench.orders import carts
from ops.messaging.command_client import CommandClient
from shared.contracts import Message, Topic, orders
from shared.contracts.topics import CHECKOUT, ORDER_COMMANDS
from shared.runtime.envelope import Envelope
from shared.runtime.kafka.topics import create_topics
from shared.runtime.settings import Settings

COUNT = 20_000
ORDERS = 4000  # how many orders the commands are about
ROUNDS = 3


async def measure(settings: Settings) -> dict[str, object]:
    """Returns the medians of messages per second, and of the ratio of each pair of runs.

    Measures the largest kind of message, carts that become orders, and a small one, commands.
    """
    pairs: dict[str, list[tuple[float, float]]] = {"carts": [], "commands": []}
    for _ in range(ROUNDS):
        prefix = f"b{uuid4().hex[:6]}."
        own = settings.model_copy(update={"topic_prefix": prefix, "database": prefix[:-1]})
        await create_topics(own)
        async with CommandClient(own, replies=False) as client:
            await client.publish(carts("bench", COUNT, settings.site))
            pairs["carts"].append(await _pair(own, CHECKOUT))
            await client.publish(_notes(client))
            pairs["commands"].append(await _pair(own, ORDER_COMMANDS))
    return {"records": COUNT, "rounds": ROUNDS} | {
        kind: {
            "bare_per_second": round(statistics.median(bare for bare, _ in runs)),
            "service_per_second": round(statistics.median(service for _, service in runs)),
            "ratio": round(statistics.median(service / bare for bare, service in runs), 3),
        }
        for kind, runs in pairs.items()
    }


def _notes(client: CommandClient) -> Iterator[tuple[Message, Envelope]]:
    for number in range(COUNT):
        note = orders.AddNote(order_id=f"bench-{number % ORDERS}", text=f"Called at {number}.")
        yield note, client.envelope(note, actor="csr:17")


async def _pair(settings: Settings, topic: Topic) -> tuple[float, float]:
    bare = await asyncio.to_thread(_run, "bench.bare", settings, topic.name)
    return bare, await asyncio.to_thread(_run, "bench.counted_service", settings)


def _run(module: str, settings: Settings, *arguments: str) -> float:
    environment = os.environ | {
        "WAYBILL_KAFKA": settings.kafka,
        "WAYBILL_MONGO": settings.mongo.get_secret_value(),
        "WAYBILL_TOPIC_PREFIX": settings.topic_prefix,
        "WAYBILL_DATABASE": settings.database,
        "WAYBILL_SITE": str(settings.site),
        "WAYBILL_HTTP_PORT": "0",
        "WAYBILL_LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", module, *arguments, str(COUNT)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=300, check=True
    )
    return float(done.stdout.split()[-1])
