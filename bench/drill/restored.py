"""The second half of the drill: restores into empty engines, goes on, and compares everything."""

import asyncio
from time import perf_counter
from typing import Any

from pydantic import SecretStr

from bench.drill.databases import Databases, databases_of
from bench.drill.orders import expected, fate, order_id, sending
from bench.drill.pages import shown
from bench.drill.run import Run, check, memory
from bench.system import System, running
from bench.tool import waybill
from ops.local import engines
from ops.local.home import PROJECT
from ops.local.prepare import prepare
from shared.runtime.settings import Settings, read_settings

REPEATED = 500  # orders of all kinds whose messages are sent again, and as many archived ones
AT_ONCE = 1000
PREPARED_WITHIN = 120.0
SITE = PROJECT / "config" / "site.yaml"


async def restore(run: Run) -> None:
    """Restores the backup, starts everything on it, and checks it."""
    folder = run.folder / "second"
    with run.step("engines"):
        found = await asyncio.to_thread(engines.start, folder)
    try:
        settings = read_settings(
            Settings, kafka=found.kafka, mongo=SecretStr(found.mongo), site=SITE
        )
        await prepare(settings, PREPARED_WITHIN, print)
        with run.step("restore"):
            made = await waybill(settings, "backup", "restore", str(run.backup))
        run.cost("restore", made)
        check(made.said["reconciliation"]["sound"], "the restored databases differ")
        began = perf_counter()
        async with running(folder=folder) as system:
            run.note("start", began)
            with databases_of(system.settings) as databases:
                await _go_on(run, system, databases)
    finally:
        await asyncio.to_thread(engines.stop, folder)


async def _go_on(run: Run, system: System, databases: Databases) -> None:
    """Compares the restored system, repeats what was sent, and compares again."""
    with run.step("read"):
        await system.settle()
    await _nothing_lost(run, system, databases)
    run.figures["mongo_mb"]["restored"] = databases.megabytes()
    with run.step("repeat_everything"):
        await _repeat(run, system)
    with run.step("providers"):
        await databases.answered()
        await system.settle()
    with run.step("reconcile"):
        made = await waybill(system.settings, "backup", "reconcile")
    run.cost("reconcile", made)
    _compare(run, made.said)
    numbers = [number for number, _ in databases.rows().values()]
    check(len(set(numbers)) == len(numbers), "a number is used twice")
    run.nothing_left(databases)
    run.figures["memory_after"] = memory(system)


async def _nothing_lost(run: Run, system: System, databases: Databases) -> None:
    rows = databases.rows()
    lost = [order for order, row in run.rows.items() if rows.get(order) != row]
    check(not lost, f"lost or different: {lost[:5]}")
    check(not databases.shows(order_id(run.erased)), "the deleted order is shown")
    pages = await shown(system, run.token, {order: run.rows[order][0] for order in run.pages})
    different = [order for order in pages if pages[order] != run.pages[order]]
    check(not different, f"the portal shows {different} differently")
    check(set(databases.archived().values()) == {run.archived}, "the archives differ")


async def _repeat(run: Run, system: System) -> None:
    """Senders repeat what they sent during the backup, and some of what they sent before."""
    some = {*range(0, run.placed, max(1, run.placed // REPEATED)), *run.old[:REPEATED]}
    async with sending(system) as sender:
        run.same(await sender.again(sorted(some - {run.erased})))
        await run.erase(sender)
        end = run.orders + run.during
        for start in range(run.orders, end, AT_ONCE):
            again = await sender.orders(range(start, min(start + AT_ONCE, end)))
            changed = [n for n in again if again[n].outcome != run.outcomes[n].outcome]
            check(not changed, f"another outcome: {changed[:5]}")


def _compare(run: Run, said: dict[str, Any]) -> None:
    placed = [*range(run.placed), *range(run.orders, run.orders + run.during)]
    wanted = expected(placed, run.copied, fate(run.erased))
    found = {name: said[name] for name in wanted}
    check(found == wanted, f"{found} isn't {wanted}")
    for each in said["comparisons"]:
        fine = (each["different"], each["in_flight"]) == (0, 0)
        check(fine, f"{each['compared']}: {each['differences'][:5]}")
