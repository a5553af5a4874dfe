"""Searches for inputs that break something."""

import argparse
import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext

from tests.fuzz.world import DECODER_INPUTS, Report, fuzz
from tests.simulation.history import silence

PROGRESS_EVERY = 25  # worlds
PER_WORLD = 400  # inputs to its services; with more, all orders are deleted, canceled or shipped


def main() -> int:
    """Returns the exit code: 1 if something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000, help="how many to try")
    parser.add_argument("--seed", type=int, help="run only this world, with logs")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="at the same time")
    parser.add_argument("--most", type=int, default=20, help="stop after so many findings")
    asked = parser.parse_args()
    if asked.seed is not None:
        return _report([_fuzz(asked.seed, logs=True)], time.monotonic())
    per_world = PER_WORLD * (1 + DECODER_INPUTS)
    worlds = range(asked.first, asked.first + -(-asked.inputs // per_world))
    began, reports, found = time.monotonic(), [], 0
    with ProcessPoolExecutor(asked.processes) as pool:
        for report in pool.map(_fuzz, worlds, chunksize=4):
            reports.append(report)
            found += len(report.findings)
            for words in report.findings:
                print(f"seed {report.seed}: {words}", flush=True)
            if len(reports) % PROGRESS_EVERY == 0:
                print(f"{len(reports) * per_world} inputs, {found} findings", flush=True)
            if found >= asked.most:
                pool.shutdown(cancel_futures=True)
                break
    return _report(reports, began)


def _fuzz(seed: int, *, logs: bool = False) -> Report:
    with nullcontext() if logs else silence():
        return fuzz(seed, PER_WORLD)


def _report(reports: list[Report], began: float) -> int:
    seconds = time.monotonic() - began
    results: Counter[str] = sum((report.results for report in reports), Counter())
    services, decoder = sum(r.inputs for r in reports), sum(r.decoder_inputs for r in reports)
    inputs, found = services + decoder, sum(len(report.findings) for report in reports)
    slowest = max(reports, key=lambda report: report.slowest)
    print(f"{inputs} inputs, {found} findings, {seconds:.0f} s, {inputs / seconds:.0f} per second")
    print(f"{services} to the services' processors, {decoder} to the decoder alone")
    print(f"slowest batch: {slowest.slowest * 1000:.0f} ms, seed {slowest.seed}")
    print(*(f"  {words:<40}{times:>9}" for words, times in results.most_common()), sep="\n")
    print(
        *(words for report in reports if len(reports) == 1 for words in report.findings), sep="\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
