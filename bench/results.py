"""The files with figures in `bench/results`: one for each run, never changed."""

import json
import platform
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from rich.table import Table

RESULTS = Path("bench/results")

Figures = dict[str, Any]


def write(parts: dict[str, list[Figures]]) -> Path:
    """Writes the figures of a run to `bench/results/<moment>.json`."""
    moment = datetime.now(UTC)
    about = {
        "at": moment.isoformat(),
        "machine": f"{psutil.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        "python": platform.python_version(),
    }
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{moment:%Y-%m-%dT%H%M%S}.json"
    file.write_text(json.dumps(about | {"parts": parts}, indent=2) + "\n", encoding="utf-8")
    return file


def history(part: str) -> Iterator[tuple[str, list[Figures]]]:
    """The moment and the figures of each run that measured `part`, the oldest first."""
    for file in sorted(RESULTS.glob("*.json")):
        found = json.loads(file.read_text(encoding="utf-8"))
        if runs := found["parts"].get(part):
            yield found["at"], runs


def newest(part: str) -> list[Figures] | None:
    """The figures of the last run that measured `part`; None if none did."""
    runs = None
    for _, runs in history(part):  # noqa: B007 - the last one is wanted
        pass
    return runs


def medians(runs: list[Figures]) -> dict[str, float]:
    """The median of every number of these runs, by its path within the figures."""
    return {path: statistics.median(values) for path, values in numbers(runs).items()}


def numbers(runs: list[Figures]) -> dict[str, list[float]]:
    """The numbers of all runs by their path within the figures; lists are left out."""
    found: dict[str, list[float]] = {}

    def collect(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                collect(inner, f"{path} {name}".strip())
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.setdefault(path, []).append(value)

    for figures in runs:
        collect(figures, "")
    return found


def table(parts: dict[str, list[Figures]]) -> Table:
    """The medians of all runs of these parts."""
    shown = Table("part", "figure", "median")
    for name, runs in parts.items():
        for path, median in medians(runs).items():
            shown.add_row(name, path, f"{median:g}")
    return shown
