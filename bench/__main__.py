"""`python -m bench [PART …]`: measures and writes one JSON a run; prints the medians.

Most parts share a system, and each takes what those before it left:
`python -m bench lifecycle rebuild`. Without a part, the quick ones run. `starts`, `search` and
`page-layout` fill a database first, which takes long; `own-change`, `page-layout` and `tasks` need
a browser. Four more read the files of earlier runs: `model` (what many cores would carry), `sizes`
(what a number of orders a day needs), `plots`, and `report` (the tables of the docs).
"""

import argparse
import asyncio
from collections.abc import Callable, Mapping

from rich.console import Console

from bench import model, plots, report, results, sizes
from bench.parts import APART, SHARED, USUAL
from bench.results import Figures
from bench.system import running

READERS: Mapping[str, Callable[[], None]] = {
    "model": model.show,
    "plots": plots.draw,
    "report": report.write_all,
    "sizes": sizes.show,
}


async def run(asked: argparse.Namespace) -> dict[str, list[Figures]]:
    """Runs the parts, each as often as asked; the figures of each run."""
    found: dict[str, list[Figures]] = {name: [] for name in asked.parts if name not in READERS}
    if shared := [name for name in asked.parts if name in SHARED]:
        async with running() as system:
            for name in shared:
                for _ in range(asked.runs):
                    found[name].append(await SHARED[name](system, asked))
    for name in (name for name in asked.parts if name in APART):
        for _ in range(asked.runs):
            found[name].append(await APART[name](asked))
    return found


def main() -> None:
    """Runs what is asked for, and writes the figures."""
    known = [*SHARED, *APART, *READERS]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(known)}")
    parser.add_argument("--runs", type=int, default=1, help="how often each part runs")
    parser.add_argument("--orders", type=int, help="how many, instead of the part's own number")
    parser.add_argument("--minutes", type=float, default=20, help="of the soak")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(known):
        parser.error(f"unknown part {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    asked.parts = asked.parts or list(USUAL)
    if found := asyncio.run(run(asked)):
        file = results.write(found)
        Console().print(results.table(found))
        print(f"Everything is in {file}.")
    for name in (name for name in asked.parts if name in READERS):
        READERS[name]()


if __name__ == "__main__":
    main()
