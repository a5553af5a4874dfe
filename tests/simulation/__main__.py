"""Searches for histories with violations."""

import argparse
import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.history import Verdict, run_seed


def main() -> int:
    """Returns the exit code: 1 if a violation was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--histories", type=int, default=1000, help="how many seeds to try")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--show", action="store_true", help="print the first seed's history")
    parser.add_argument("--most", type=int, default=10, help="stop after so many bad seeds")
    asked = parser.parse_args()
    if asked.show:
        return _show(run_seed(asked.seed, show=True))
    return _search(asked.seed, asked.histories, asked.most)


def _show(verdict: Verdict) -> int:
    print(*verdict.lines, sep="\n")
    print(*(f"VIOLATION {words}" for words in verdict.violations), sep="\n")
    return 1 if verdict.violations else 0


def _search(first: int, histories: int, most: int) -> int:
    begun = time.monotonic()
    happened: Counter[str] = Counter()
    records = done = bad = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for verdict in pool.map(run_seed, range(first, first + histories), chunksize=20):
            done += 1
            happened.update(verdict.happened)
            records += verdict.records
            if verdict.violations:
                bad += 1
                print(f"seed {verdict.seed}:", *verdict.violations[:5], sep="\n  ", flush=True)
                if bad >= most:
                    pool.shutdown(cancel_futures=True)
                    break
    seconds = time.monotonic() - begun
    print(f"{done} histories, {records} records, {bad} with violations, {seconds:.0f} s")
    print(*(f"  {fault:<16}{times:>9}" for fault, times in happened.most_common()), sep="\n")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
