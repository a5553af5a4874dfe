"""Searches for faults after which something is lost, doubled, oversold or out of order."""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.chaos.engines import ChaosEngines
from tests.chaos.evidence import SystemChecks
from tests.chaos.fault_run import FaultSchedule, Record, Recovery
from tests.chaos.world import World

KILLS_PER_RUN = 80  # after which the system comes to rest and is checked


def main() -> int:
    """Returns the exit code: 1 if a violation was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="how many processes to kill")
    parser.add_argument("--seed", type=int, help="of the first run; later runs use the next ones")
    parser.add_argument(
        "--apart", action="store_true", help="one fault at a time, to time each recovery alone"
    )
    parser.add_argument("--folder", type=Path, help="keep data and logs here")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # so that cleanup runs
    seed = random.SystemRandom().randrange(1 << 20) if asked.seed is None else asked.seed
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="chaos-"))
    folder.mkdir(parents=True, exist_ok=True)
    runs: list[Record] = []
    begun = time.monotonic()
    try:
        with ChaosEngines(folder) as engines:
            while (left := asked.kills - sum(each.kills for each in runs)) > 0:
                kills = min(left, KILLS_PER_RUN)
                runs.append(run(engines, folder, seed + len(runs), kills, asked.apart))
                if runs[-1].wrong:
                    break
    finally:
        if not asked.folder:
            shutil.rmtree(folder, ignore_errors=True)
    _report(runs, time.monotonic() - begun)
    return 1 if runs[-1].wrong else 0


def run(engines: ChaosEngines, folder: Path, seed: int, kills: int, apart: bool) -> Record:
    """Starts a system, injects faults, waits until it is at rest, and checks it."""
    _say(f"seed {seed}: {kills} kills")
    logs = folder / f"seed-{seed}"
    logs.mkdir()
    with World(engines, logs, seed) as world:
        record = FaultSchedule(world, seed, _say).run(kills, apart=apart)
        if not record.wrong:
            _say("no more faults")
            world.finish()
            checks = SystemChecks(world)
            record.wrong += checks.violations()
            sent, events = len(world.load.sent), checks.event_counts()
            notes = len(world.csr.outcomes)
            _say(f"seed {seed}: {sent} messages sent, {notes} by portals; {_some(events)}")
    for wrong in record.wrong[:20]:
        _say(f"VIOLATION {wrong}")
    return record


def _some(events: Counter[str]) -> str:
    names = ("order.placed", "order.held", "order.canceled", "order.deleted", "shipment.shipped")
    return ", ".join(f"{events[f'waybill.{name}.v1']} {name}" for name in names)


def _report(runs: list[Record], seconds: float) -> None:
    happened = sum((each.happened for each in runs), Counter[str]())
    kills, wrong = (sum(n) for n in zip(*((c.kills, len(c.wrong)) for c in runs), strict=True))
    recoveries = [recovery for each in runs for recovery in each.recoveries]
    _say(f"{kills} kills, {happened.total()} faults, {wrong} violations, {seconds:.0f} s")
    _say("time to recover, s           faults      p50     p99   alone      p50     p99")
    for kind, times in [*happened.most_common(), ("all", happened.total())]:
        mine = [r for r in recoveries if kind in ("all", r.kind)]
        alone = [r for r in mine if r.alone]
        _say(f"  {kind:<24}{times:>9}{_quantiles(mine)}{len(alone):>8}{_quantiles(alone)}")


def _quantiles(recoveries: list[Recovery]) -> str:
    if not recoveries:
        return f"{'-':>9}{'-':>8}"
    times = sorted(recovery.seconds for recovery in recoveries)
    return f"{statistics.median(times):>9.1f}{times[int(len(times) * 0.99)]:>8.1f}"


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
