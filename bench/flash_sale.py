"""A flash sale: far more orders than pieces of one article, in one warehouse, all at once.

Each order wants one piece. What counts is the time from the checkout's topic to the decision, which
is that the shipment has its inventory or waits for it.
"""

from collections.abc import Iterator
from time import perf_counter
from uuid import uuid4

from bench.orders import ADDRESS, CUSTOMER, MARKET, WAREHOUSE
from bench.progress import Progress
from bench.system import System
from ops.demo.checkout import converted, line, shipment
from ops.messaging.command_client import CommandClient
from ops.messaging.reader import reading
from shared.contracts import Message
from shared.contracts.stock import Receive
from shared.contracts.topics import SHIPMENT_EVENTS
from shared.runtime.envelope import Envelope
from shared.site import load

ORDERS = 8000
PIECES = 3000
STALLED_SECONDS = 120.0
ASSIGNED = "waybill.shipment.inventory-assigned.v1"
WAITS = "waybill.shipment.backordered.v1"


async def measure(system: System, orders: int = ORDERS, pieces: int = PIECES) -> dict[str, object]:
    """Decisions a second. Raises `RuntimeError` unless exactly all pieces are allocated."""
    settings, run = system.settings, f"flash-{uuid4().hex[:6]}"
    progress = Progress("orders decided", orders)
    decided: dict[str, str] = {}
    async with (
        CommandClient(settings) as client,
        reading(settings, [SHIPMENT_EVENTS.name]) as reader,
    ):
        await client.send(Receive(warehouse=WAREHOUSE, sku=run, quantity=pieces))
        cpu, started = system.processes.cpu_seconds(), perf_counter()
        last = started
        by_second: list[int] = []
        await client.publish(_carts(run, orders, system))
        published = perf_counter() - started
        while len(decided) < orders:
            for seen in await reader.batch():
                if seen.subject.startswith(run) and seen.type in (ASSIGNED, WAITS):
                    decided.setdefault(seen.subject, seen.type)
                    last = perf_counter()
            progress.at(len(decided))
            passed = int(perf_counter() - started)
            by_second += [len(decided)] * (passed + 1 - len(by_second))
            if perf_counter() - last > STALLED_SECONDS:
                raise TimeoutError(f"{len(decided)} of {orders} decided")
        seconds, used = perf_counter() - started, system.processes.cpu_seconds()
    allocated = sum(kind == ASSIGNED for kind in decided.values())
    if allocated != pieces:
        raise RuntimeError(f"{allocated} orders have one of {pieces} pieces")
    return {
        "orders": orders,
        "pieces": pieces,
        "published_after_seconds": round(published, 1),
        "decisions_per_second": round(orders / seconds, 1),
        "decided_by_second": [*by_second, orders],
        "cpu_ms_per_order": {
            name: round((used[name] - cpu[name]) / orders * 1e3, 2) for name in used
        },
    }


def _carts(run: str, count: int, system: System) -> Iterator[tuple[Message, Envelope]]:
    site = load(system.settings.site)
    shipments = [shipment(site, MARKET, ADDRESS, [line(run, "Limited sneaker", 1, "120.00")])]
    for number in range(count):
        cart = converted(site, MARKET, f"{run}-{number}", shipments, customer=CUSTOMER)
        yield cart, Envelope(id=f"{run}-{number}", source="bench", type=cart.type)
