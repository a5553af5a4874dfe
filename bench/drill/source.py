"""The first half of the drill: fills a system, lets it archive, and backs it up while it works."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from itertools import cycle
from time import perf_counter

from motor.motor_asyncio import AsyncIOMotorClient

from bench import copies
from bench.copies import Copy
from bench.drill.databases import ARCHIVING, Databases, databases_of
from bench.drill.orders import BEGIN, Sender, fate, order_id, sending
from bench.drill.pages import shown
from bench.drill.run import Run, check
from bench.progress import Progress
from bench.starts import portal_token, restart
from bench.system import System
from bench.tool import waybill
from shared.contracts.topics import STARTED

AT_ONCE = 1000  # orders that are placed
DURING = 200  # orders at a time that come in while the backup is made
ORIGINALS = 500
SAMPLE = 4  # orders of a kind whose pages are compared
REPEATED = 500  # archived orders whose messages are sent again
OLD = timedelta(days=100)
STALLED_SECONDS = 120.0
LOOK_SECONDS = 1.0


async def fill(run: Run, system: System) -> None:
    """Places orders, and copies closed ones."""
    async with sending(system) as sender:
        await sender.stock()
        with run.step("place"):
            progress = Progress("orders placed", run.placed)
            for start in range(0, run.placed, AT_ONCE):
                some = range(start, min(start + AT_ONCE, run.placed))
                run.outcomes |= await sender.orders(some)
                progress.at(some.stop)
    refused = [name for name, each in run.outcomes.items() if each.outcome != "accepted"]
    check(not refused, f"refused: {refused[:5]}")
    mongo: AsyncIOMotorClient = AsyncIOMotorClient(system.settings.mongo.get_secret_value())
    try:
        with databases_of(system.settings) as databases:
            await databases.answered()
            await system.settle()
            rows = databases.rows()
        with run.step("copy"):
            await _copy(run, system, mongo, rows)
        run.token = await portal_token(mongo, system)
    finally:
        mongo.close()


async def _copy(
    run: Run, system: System, mongo: AsyncIOMotorClient, rows: Mapping[str, tuple[str, str]]
) -> None:
    """Makes copies; the first ones are old, so that half of all orders are archived."""
    closed = run.young[:ORIGINALS]
    numbers = {order_id(number): rows[order_id(number)][0] for number in closed}
    names = [system.settings.database_of(name) for name in STARTED]
    of = await copies.originals(mongo, names, numbers, BEGIN)
    first_young = run.placed + run.archived - len(run.old)
    wanted = [
        Copy(order_id(n), copies.order_number(n), OLD if n < first_young else timedelta())
        for n in range(run.placed, run.orders)
    ]
    await copies.fill(mongo, of, wanted, len(wanted))
    run.copied = dict(Counter(fate(n) for n, _ in zip(cycle(closed), wanted, strict=False)))


async def archive(run: Run, system: System) -> None:
    """Lets the services archive what is old, and treats some of it like other orders."""
    with databases_of(system.settings) as databases:
        run.rows = databases.rows()
        wanted = run.orders - sum(fate(n) == "deleted" for n in range(run.placed))
        check(len(run.rows) == wanted, f"the portal has {len(run.rows)} orders, not {wanted}")
        numbers = {order: run.rows[order][0] for order in _sample(run)}
        run.pages = await shown(system, run.token, numbers)
        databases.make_old(map(order_id, run.old), OLD)
        live = databases.megabytes()
        with run.step("archive"):
            for service in ARCHIVING:  # the first pass is after the start
                await restart(system, service)
            await _until_archived(run, databases)
        await system.settle()
        _note_sizes(run, live, databases.megabytes())
        pages = await shown(system, run.token, numbers)
        check(pages == run.pages, "the portal shows archived orders differently")
        async with sending(system) as sender:
            with run.step("repeat"):
                run.same(await sender.again(run.old[:REPEATED]))
            with run.step("erase"):
                await run.erase(sender)
        del run.pages[order_id(run.erased)], run.rows[order_id(run.erased)]
        run.nothing_left(databases)


async def _until_archived(run: Run, databases: Databases) -> None:
    wanted, last = run.archived * len(ARCHIVING), perf_counter()
    progress, moved = Progress("streams archived", wanted), 0
    while moved < wanted:
        await asyncio.sleep(LOOK_SECONDS)
        now = sum((await asyncio.to_thread(databases.archived)).values())
        if now > moved:
            moved, last = now, perf_counter()
        check(perf_counter() - last < STALLED_SECONDS, f"only {moved} streams are archived")
        progress.at(moved)
    check(moved == wanted, f"{moved} streams are archived, not {wanted}")


def _sample(run: Run) -> list[str]:
    """Archived orders and others, placed and copied ones."""
    copied = range(run.placed, run.orders)
    kinds = (run.old, run.young, copied, copied[::-1])
    return [order_id(number) for kind in kinds for number in kind[:SAMPLE]]


def _note_sizes(run: Run, live: dict[str, float], kept: dict[str, float]) -> None:
    streams = run.archived * len(ARCHIVING)
    run.figures["streams_per_second"] = round(streams / run.steps["archive"]["seconds"])
    run.figures["mongo_mb"] = {"live": live, "half_archived": kept}
    run.figures["bytes_per_order"] = {
        "journals": round(live["journals"] * 1e6 / run.orders),
        "archives": round(kept["archives"] * 1e6 / run.archived),
    }


async def create(run: Run, system: System) -> None:
    """Makes the backup, while orders come in."""
    async with sending(system) as sender:
        done = asyncio.Event()
        with run.step("create"):
            coming = asyncio.create_task(_come(run, sender, done))
            try:
                made = await waybill(system.settings, "backup", "create", str(run.backup))
            finally:
                done.set()
                await coming
    run.cost("create", made)
    run.figures["orders_during_backup"] = run.during
    parts = ("documents", "records", "unpublished", "bytes")
    run.figures["backup"] = {name: made.said[name] for name in parts} | {
        "bytes_per_order": round(made.said["bytes"] / run.orders)
    }


async def _come(run: Run, sender: Sender, done: asyncio.Event) -> None:
    while not done.is_set():
        first = run.orders + run.during
        run.during += DURING
        run.outcomes |= await sender.orders(range(first, first + DURING))
