"""`python -m bench [PART …]`: measures on a system of its own; one JSON a run, one table.

Parts take what the parts before them left: `python -m bench lifecycle rebuild`. Without a part, all
of them run. Longer ones of their own: `bench.portal` (search), `bench.own_change`, `bench.soak`.
"""

import argparse
import asyncio
import json
import platform
import statistics
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from bench import flash_sale, latency, lifecycle, rebuild, service
from bench.system import System, running

RESULTS = Path("bench/results")

Figures = dict[str, Any]
Measure = Callable[[System, argparse.Namespace], Awaitable[Figures]]

PARTS: Mapping[str, Measure] = {
    "latency": lambda system, _: latency.measure(system.settings),
    "lifecycle": lambda system, asked: lifecycle.measure(system, asked.orders),
    "rebuild": lambda system, _: rebuild.measure(system),
    "flash-sale": lambda system, asked: flash_sale.measure(system, asked.orders, asked.orders // 3),
    "service": lambda system, _: service.measure(system.settings),
}


async def run(asked: argparse.Namespace) -> Figures:
    """Runs the parts, each as often as asked; the figures of each run."""
    found: Figures = {name: [] for name in asked.parts}
    async with running() as system:
        for name in asked.parts:
            for _ in range(asked.runs):
                found[name].append(await PARTS[name](system, asked))
    return found


def table(found: Figures) -> Table:
    """The medians of all runs."""
    shown = Table("part", "figure", "median")
    for name, runs in found.items():
        for path, values in numbers(runs).items():
            shown.add_row(name, path, f"{statistics.median(values):g}")
    return shown


def numbers(runs: list[Figures]) -> dict[str, list[float]]:
    """The numbers of all runs by their path within the figures; lists are left out."""
    found: dict[str, list[float]] = {}

    def collect(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                collect(inner, f"{path} {name}".strip())
        elif isinstance(value, int | float):
            found.setdefault(path, []).append(value)

    for figures in runs:
        collect(figures, "")
    return found


def main() -> None:
    """Runs what is asked for and writes `bench/results/<moment>.json`."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--runs", type=int, default=1, help="how often each part runs")
    parser.add_argument("--orders", type=int, default=5000, help="in a lifecycle or flash sale run")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - PARTS.keys():
        parser.error(f"unknown part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    asked.parts = asked.parts or list(PARTS)
    moment = datetime.now(UTC)
    found = asyncio.run(run(asked))
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{moment:%Y-%m-%dT%H%M%S}.json"
    about = {
        "at": moment.isoformat(),
        "machine": f"{psutil.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        "python": platform.python_version(),
    }
    file.write_text(json.dumps(about | {"parts": found}, indent=2) + "\n", encoding="utf-8")
    Console().print(table(found))
    print(f"Everything is in {file}.")


if __name__ == "__main__":
    main()
