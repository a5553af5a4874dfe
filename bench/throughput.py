"""One service against the bare loop, in turn, on the same records."""

import asyncio
import os
import statistics
import subprocess
import sys
from uuid import uuid4

from bench.orders import carts
from ops.client import Client
from shared.runtime.settings import Settings
from shared.runtime.topics import create_topics

COUNT = 20_000
ROUNDS = 3


async def measure(settings: Settings) -> dict[str, object]:
    """Medians of messages a second, and of the ratio of each pair of runs."""
    bare, service = [], []
    for _ in range(ROUNDS):
        prefix = f"b{uuid4().hex[:6]}."
        own = settings.model_copy(update={"topic_prefix": prefix, "database": prefix[:-1]})
        await create_topics(own)
        async with Client(own, replies=False) as client:
            await client.publish(carts("bench", COUNT, settings.site))
        bare.append(await asyncio.to_thread(_run, "bench.bare", own))
        service.append(await asyncio.to_thread(_run, "bench.service", own))
    return {
        "records": COUNT,
        "rounds": ROUNDS,
        "bare_per_second": round(statistics.median(bare)),
        "service_per_second": round(statistics.median(service)),
        "ratio": round(statistics.median(s / b for s, b in zip(service, bare, strict=True)), 3),
    }


def _run(module: str, settings: Settings) -> float:
    environment = os.environ | {
        "WAYBILL_KAFKA": settings.kafka,
        "WAYBILL_MONGO": settings.mongo.get_secret_value(),
        "WAYBILL_TOPIC_PREFIX": settings.topic_prefix,
        "WAYBILL_DATABASE": settings.database,
        "WAYBILL_SITE": str(settings.site),
        "WAYBILL_HTTP_PORT": "0",
        "WAYBILL_LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", module, str(COUNT)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=300, check=True
    )
    return float(done.stdout.split()[-1])
