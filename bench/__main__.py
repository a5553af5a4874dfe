"""`python -m bench`: runs all benchmarks on new engines, writes a JSON file, prints a table."""

import asyncio
import json
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from bench import latency, lifecycle, throughput
from ops.local.home import Home, find_settings
from ops.local.supervisor import Supervisor

RESULTS = Path("bench/results.json")
TARGETS = {
    "one service against the bare loop, commands, ratio": "≥ 0.5, aim 0.6",
    "one service against the bare loop, whole carts, ratio": "≥ 0.5, aim 0.6",
    "orders from checkout to completed, per second": "≥ 100",
    "add note, p50 ms": "≤ 20",
    "add note, p99 ms": "≤ 80",
    "hold and release, p50 ms": "≤ 20",
    "hold and release, p99 ms": "≤ 80",
    "largest process, MB": "≤ 200",
}


async def _measure() -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="waybill-bench-") as folder:
        home = Home(Path(folder))
        system = Supervisor(home, "auto", {}, print)
        try:
            state = await system.start()
            settings = find_settings(home)
            results: dict[str, object] = {
                "at": datetime.now(UTC).isoformat(),
                "machine": f"{psutil.cpu_count()} cores, {platform.machine()}, {platform.system()}",
                "python": platform.python_version(),
                "engines": state.engines,
                "latency": await latency.measure(settings),
                "lifecycles": await lifecycle.measure(settings),
            }
            results["memory_mb"] = {
                instance.name: round(psutil.Process(instance.process.pid).memory_info().rss / 2**20)
                for instance in state.instances
                if instance.process
            }
            results["throughput"] = await throughput.measure(settings)
            return results
        finally:
            await system.stop()


def _table(results: dict[str, object]) -> Table:
    wait, memory = results["latency"], results["memory_mb"]
    figures = [
        results["throughput"]["commands"]["ratio"],  # type: ignore[index]
        results["throughput"]["carts"]["ratio"],  # type: ignore[index]
        results["lifecycles"]["per_second"],  # type: ignore[index]
        *(wait[c][p] for c in ("add_note", "hold_and_release") for p in ("p50_ms", "p99_ms")),  # type: ignore[index]
        max(memory.values()),  # type: ignore[attr-defined]
    ]
    table = Table("figure", "measured", "target")
    for (name, target), figure in zip(TARGETS.items(), figures, strict=True):
        table.add_row(name, str(figure), target)
    return table


if __name__ == "__main__":
    found = asyncio.run(_measure())
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    Console().print(_table(found))
    print(f"All results: {RESULTS}")
