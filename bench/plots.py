"""`python -m bench plots`: draws the figures of bench/results into docs/images/performance.

A picture whose figures nobody has measured is left out. Text and axes have the colour of the text
around them in light and in dark; lines have colours that stand out from both.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import matplotlib
from cycler import cycler
from matplotlib import pyplot
from matplotlib.axes import Axes

from bench.results import Figures, history, medians, newest

FOLDER = Path("docs/images/performance")
TEXT = "#123456"  # replaced by the page's own colour
LINES = ("#0a84c6", "#d1652b", "#2e9e5b", "#a45bc4", "#b8860b", "#c2455f", "#5f7fbf", "#7a8a2a")
STYLE = (
    "<style>svg { color: #1f2328 } "
    "@media (prefers-color-scheme: dark) { svg { color: #e6edf3 } }</style>"
)


def search(axes: Axes) -> bool:
    """The slowest filter and the median filter at each number of orders."""
    by_count: dict[float, list[float]] = {}
    for _, runs in history("search"):
        found = medians(runs)
        by_count[found["orders"]] = [v for path, v in found.items() if path.endswith(" p95_ms")]
    counts = sorted(by_count)
    axes.plot(counts, [max(by_count[each]) for each in counts], "o-", label="slowest filter")
    middle = [sorted(by_count[each])[len(by_count[each]) // 2] for each in counts]
    axes.plot(counts, middle, "o-", label="filter in the middle")
    axes.axhline(100, linestyle="--", label="target", color=TEXT)
    axes.set(xlabel="orders", ylabel="p95, ms", xscale="log", title="Search")
    return bool(by_count)


def lifecycle(axes: Axes) -> bool:
    """Processor time of an order by process, in the first and the last measured run."""
    measured = list(history("lifecycle"))
    for number, (at, runs) in enumerate(_ends(measured)):
        cost = _group(runs, "cpu_ms_per_order ")
        places = [position + number * 0.4 for position in range(len(cost))]
        axes.bar(places, list(cost.values()), 0.38, label=at[:16].replace("T", " "))
        axes.set_xticks([place - number * 0.2 for place in places], list(cost))
    axes.set(ylabel="ms for an order", title="Processor time of a lifecycle")
    return bool(measured)


def instances(axes: Axes) -> bool:
    """Orders a second and processor time by the number of instances."""
    runs = newest("instances")
    found = medians(runs or [])
    scales = [path.split()[0] for path in found if path.endswith(" per_second")]
    axes.bar(scales, [found[f"{scale} per_second"] for scale in scales], 0.5)
    for position, scale in enumerate(scales):
        cost = found[f"{scale} cpu_ms_per_order sum"]
        height = found[f"{scale} per_second"]
        axes.annotate(f"{cost:.1f} ms an order", (position, height), ha="center", va="bottom")
    axes.set(xlabel="instances of each service", ylabel="orders a second", title="Instances")
    return runs is not None


def flash_sale(axes: Axes) -> bool:
    """Orders decided in the course of a flash sale, in every run of the last measurement."""
    measured = [each for each in newest("flash-sale") or [] if "decided_by_second" in each]
    for number, figures in enumerate(measured, 1):
        axes.plot(figures["decided_by_second"], label=f"run {number}")
    axes.set(xlabel="seconds", ylabel="orders decided", title="Flash sale")
    return bool(measured)


def latency(axes: Axes) -> bool:
    """The distribution of the time from a command to its outcome."""
    measured = [each for each in newest("latency") or [] if "percentiles_ms" in each["add_note"]]
    for figures in measured[-1:]:
        for name, times in figures.items():
            axes.plot(times["percentiles_ms"], range(1, 100), label=name.replace("_", " "))
    axes.set(xlabel="ms", ylabel="% of commands", title="From a command to its outcome")
    axes.set_xlim(left=0)
    return bool(measured)


PICTURES: Mapping[str, Callable[[Axes], bool]] = {
    "search": search,
    "lifecycle": lifecycle,
    "instances": instances,
    "flash-sale": flash_sale,
    "latency": latency,
}


def draw(folder: Path = FOLDER) -> None:
    """Draws each picture whose figures there are, and names the others."""
    matplotlib.use("svg")
    style: dict[str, Any] = (
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "waybill",  # the same figures give the same file
            "font.family": "sans-serif",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.prop_cycle": cycler(color=LINES),
        }
        | {f"{part}.color": TEXT for part in ("text", "xtick", "ytick")}
        | {"axes.edgecolor": TEXT, "axes.labelcolor": TEXT, "legend.frameon": False}
    )
    matplotlib.rcParams.update(style)  # type: ignore[arg-type]
    folder.mkdir(parents=True, exist_ok=True)
    for name, fill in PICTURES.items():
        figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
        if fill(axes):
            if axes.get_legend_handles_labels()[0]:
                axes.legend()
            file = folder / f"{name}.svg"
            figure.savefig(file, transparent=True, metadata={"Date": None, "Creator": None})
            _adapt(file)
            print(f"{file}")
        else:
            print(f"{name}: measure first, python -m bench {name}")
        pyplot.close(figure)


def _adapt(file: Path) -> None:
    """Gives the text the colour that fits the reader's colour scheme."""
    drawn = file.read_text(encoding="utf-8").replace(TEXT, "currentColor")
    head, end, rest = drawn.partition("<defs>")
    lines = [line.rstrip() for line in f"{head}{STYLE}\n {end}{rest}".splitlines()]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _ends(measured: list[tuple[str, list[Figures]]]) -> list[tuple[str, list[Figures]]]:
    return [measured[0], measured[-1]] if len(measured) > 1 else measured


def _group(runs: list[Figures], prefix: str) -> dict[str, float]:
    found = medians(runs)
    return {path.removeprefix(prefix): v for path, v in found.items() if path.startswith(prefix)}
