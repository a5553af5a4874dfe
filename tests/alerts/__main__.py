"""Causes a fault for each alert on a running system, and watches it fire and clear."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.alerts import report
from tests.alerts.alert_log import AlertLog
from tests.alerts.drill import Drill, Outcome
from tests.alerts.fault import Fault
from tests.alerts.faults import FAULTS
from tests.alerts.prometheus import Prometheus, shipped_rules
from tests.alerts.system import System
from tests.mail_server import MailServer


def main() -> int:
    """Returns the exit code: 1 if an alert didn't fire or didn't clear, or has no fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.alerts", description=__doc__)
    parser.add_argument("alert", nargs="*", help="only the faults of these alerts")
    parser.add_argument("--folder", type=Path, help="keep logs and what Prometheus stored here")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # so that cleanup runs
    wanted = {*asked.alert} or {*alerts()}
    if unknown := wanted - {alert for fault in FAULTS for alert in fault.alerts}:
        parser.error(f"no fault for {', '.join(sorted(unknown))}")
    faults = [fault for fault in FAULTS if wanted & {*fault.alerts}]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="waybill-alerts-") as folder:
        outcomes = run(faults, asked.folder or Path(folder))
    print(*report.lines(outcomes), sep="\n")
    print(f"\n{time.monotonic() - began:.0f} s")
    return int(not all(each.is_good for each in outcomes))


def alerts() -> list[str]:
    """The names of all shipped alerts."""
    return [rule["alert"] for group in shipped_rules()["groups"] for rule in group["rules"]]


def run(faults: list[type[Fault]], folder: Path) -> list[Outcome]:
    """Starts everything, causes the faults, and stops everything."""
    began = time.monotonic()

    def say(words: str) -> None:
        print(f"{time.monotonic() - began:5.0f} s  {words}", flush=True)

    with MailServer() as mail_server, System(folder, mail_server) as system:
        system.prepare()
        say("the system runs")
        targets = [each.url.removeprefix("http://") for each in system.instances]
        server = Prometheus(folder / "prometheus", targets)
        with server as prometheus, AlertLog(prometheus.firing) as log:
            return Drill(log, say).run([fault(system, prometheus) for fault in faults])


if __name__ == "__main__":
    raise SystemExit(main())
