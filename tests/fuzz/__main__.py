"""Looks for inputs that break something."""

import argparse
import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext

from tests.fuzz.world import AT_THE_DOOR, Report, fuzz
from tests.simulation.history import silence

OFTEN = 25  # worlds, until it says how far it is
A_WORLD = 400  # inputs to its services: later all orders are deleted, canceled or shipped


def main() -> int:
    """Returns 1 if something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000, help="how many to try")
    parser.add_argument("--seed", type=int, help="the one world to try, with its logs")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="at the same time")
    parser.add_argument("--most", type=int, default=20, help="stop after so many findings")
    asked = parser.parse_args()
    if asked.seed is not None:
        return _tell([_quietly(asked.seed, loud=True)], time.monotonic())
    a_world = A_WORLD * (1 + AT_THE_DOOR)
    worlds = range(asked.first, asked.first + -(-asked.inputs // a_world))
    began, reports, found = time.monotonic(), [], 0
    with ProcessPoolExecutor(asked.processes) as pool:
        for report in pool.map(_quietly, worlds, chunksize=4):
            reports.append(report)
            found += len(report.findings)
            for words in report.findings:
                print(f"seed {report.seed}: {words}", flush=True)
            if len(reports) % OFTEN == 0:
                print(f"{len(reports) * a_world} inputs, {found} findings", flush=True)
            if found >= asked.most:
                pool.shutdown(cancel_futures=True)
                break
    return _tell(reports, began)


def _quietly(seed: int, *, loud: bool = False) -> Report:
    with nullcontext() if loud else silence():
        return fuzz(seed, A_WORLD)


def _tell(reports: list[Report], began: float) -> int:
    seconds = time.monotonic() - began
    became: Counter[str] = sum((report.became for report in reports), Counter())
    services, door = sum(r.inputs for r in reports), sum(r.at_the_door for r in reports)
    inputs, found = services + door, sum(len(report.findings) for report in reports)
    slowest = max(reports, key=lambda report: report.slowest)
    print(f"{inputs} inputs, {found} findings, {seconds:.0f} s, {inputs / seconds:.0f} a second")
    print(f"{services} of them to the services' processors, {door} to the decoder alone")
    print(f"slowest batch: {slowest.slowest * 1000:.0f} ms, seed {slowest.seed}")
    print(*(f"  {words:<40}{times:>9}" for words, times in became.most_common()), sep="\n")
    print(
        *(words for report in reports if len(reports) == 1 for words in report.findings), sep="\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
