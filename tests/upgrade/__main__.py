"""Rolls a running system from another version to this one and back, under load, and reports."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from shared.contracts.topics import SERVICES
from tests.cluster import Cluster
from tests.engines import start
from tests.upgrade import report
from tests.upgrade.load import SteadyLoad
from tests.upgrade.releases import CURRENT, Release, unpack
from tests.upgrade.rolling import NotReadyError, Result, RollingSystem


def main() -> int:
    """Returns the exit code: 1 if something was lost, doubled, unanswered or a dead letter."""
    parser = argparse.ArgumentParser(prog="python -m tests.upgrade", description=__doc__)
    parser.add_argument("--from", dest="revision", required=True, help="a revision of git")
    parser.add_argument("--code", type=Path, help="keep that revision's code and packages here")
    parser.add_argument(
        "--services",
        type=lambda text: tuple(text.split(",")),
        default=("order", "cart", "payment", "shipment"),
        help="in which order they are upgraded; the downgrade goes the other way",
    )
    parser.add_argument(
        "--together",
        type=lambda text: tuple(text.split(",")),
        default=(),
        help="services that are stopped first and started as the other version, before the rest",
    )
    parser.add_argument("--orders", type=int, default=30, help="a second")
    parser.add_argument("--seconds", type=float, default=15, help="before, between and after")
    parser.add_argument("--no-downgrade", action="store_true", help="only the way forward")
    asked = parser.parse_args()
    if set(asked.services) != set(SERVICES):
        parser.error(f"name each service once: {','.join(SERVICES)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # so that cleanup runs
    with tempfile.TemporaryDirectory(prefix="waybill-upgrade-") as folder:
        former = unpack(asked.revision, asked.code or Path(folder) / "code")
        engines = start(Path(folder))
        try:
            cluster = Cluster(engines, asked.code or Path(folder))
            try:
                result = roll(cluster, former, asked)
            finally:
                cluster.close()
        finally:
            engines.stop()
    print(*report.lines(result), sep="\n")
    wrong = result.missing or result.doubled or result.unanswered or result.dead_letters
    return int(bool(wrong))


def roll(cluster: Cluster, former: Release, asked: argparse.Namespace) -> Result:
    """Upgrades and downgrades; a version that doesn't get ready ends that phase."""
    system = RollingSystem(cluster, former, _say)
    one_by_one = [service for service in asked.services if service not in asked.together]
    ways = [("upgrade", CURRENT, one_by_one), ("downgrade", former, one_by_one[::-1])]
    with SteadyLoad(cluster, asked.orders) as load:
        with system.phase(f"{former.name} alone"):
            time.sleep(asked.seconds)
        for name, release, services in ways[: 1 if asked.no_downgrade else 2]:
            with system.phase(name):
                try:
                    system.replace_together(release, asked.together)
                    system.replace_all(release, services)
                except NotReadyError as error:
                    _say(f"STOPPED: {error}")
            with system.phase(f"after the {name}"):
                time.sleep(asked.seconds)
        return system.result(load)


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
