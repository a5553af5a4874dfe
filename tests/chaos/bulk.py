"""Runs a bulk job over many orders while services, portals and engines are killed.

python -m tests.chaos.bulk --orders 5000 --kills 40

Afterwards every order has the action exactly once, and the job tells every result.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from shared.contracts.topics import PORTAL
from tests.chaos.engines import ChaosEngines
from tests.chaos.fault_run import FaultSchedule, Record
from tests.chaos.world import PATIENCE, World
from tests.desk import Desk
from tests.e2e.system import cart, converted, shipment
from tests.polling import eventually

PLACED_AT_ONCE = 50
TRY_AGAIN = 500


class BulkHold:
    """A job that holds orders, driven through whichever portal answers."""

    def __init__(self, world: World, orders: list[str]) -> None:
        self._world = world
        self._orders = orders
        token = Desk(world.cluster, portals=0).token("csr")
        self._headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "bulk"}
        self.job_id = ""

    def place(self) -> None:
        """Places the orders, and waits until the portals show them."""
        carts = [converted(cart(order, shipment("SKU-bulk", 1))) for order in self._orders]
        for first in range(0, len(carts), PLACED_AT_ONCE):
            self._world.cluster.produce(carts[first : first + PLACED_AT_ONCE])
        eventually(self._all_shown, within=PATIENCE)

    def start(self) -> None:
        """Starts the job."""
        body = {"action": "hold", "orders": self._orders, "reason": "Chaos"}
        self.job_id = self._call("POST", "", body)["job_id"]

    def confirm(self) -> None:
        """Waits for the check, and confirms it."""
        self.until("ready")
        self._call("POST", f"/{self.job_id}/confirm", {})

    def until(self, *phases: str) -> dict[str, Any]:
        """Waits until the job is in one of these phases, and returns it with its counts."""
        seen: dict[str, Any] = {}

        def there() -> bool:
            seen.update(self._call("GET", f"/{self.job_id}"))
            time.sleep(0.2)
            return seen["phase"] in phases

        eventually(there, within=PATIENCE)
        return seen

    def violations(self, job: dict[str, Any]) -> Iterator[str]:
        """Yields results that aren't told, and orders that aren't held exactly once."""
        if job["counts"] != {"accepted": len(self._orders)}:
            yield f"the job tells {job['counts']} of {len(self._orders)}"
        found = self._world.cluster.read("order.events")
        # A record may be there twice after a crash; its id is the same.
        seen = {got.headers["ce_id"]: got for got in found}.values()
        for name in ("hold-requested", "held"):
            kind = f"waybill.order.{name}.v1"
            times = Counter((got.key or b"").decode() for got in seen if got.type == kind)
            wrong = {order: times[order] for order in self._orders if times[order] != 1}
            if wrong:
                yield f"{len(wrong)} orders aren't {name} once, such as {list(wrong.items())[:3]}"

    def _all_shown(self) -> bool:
        time.sleep(0.5)
        shown = self._world.cluster.collection(PORTAL, "orders")
        return {each["_id"] for each in shown if "row" in each} >= set(self._orders)

    def _call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """The answer of any portal; tries again until one answers.

        A repeated step that was taken before answers 409, which is success.
        """
        while True:
            portal = random.choice(self._world.of(PORTAL)).process
            url = f"http://127.0.0.1:{portal.port}/api/bulk-jobs{path}"
            try:
                answer = httpx.request(method, url, json=body, headers=self._headers, timeout=60)
            except httpx.HTTPError:
                time.sleep(0.2)
                continue
            if answer.status_code < TRY_AGAIN:
                assert answer.status_code in (200, 201, 409), answer.text
                return dict(answer.json())
            time.sleep(0.2)


def main() -> int:
    """Returns the exit code: 1 if a violation was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.bulk", description=__doc__)
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--kills", type=int, default=10, help="of processes, during the job")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # so that cleanup runs
    folder = Path(tempfile.mkdtemp(prefix="chaos-bulk-"))
    try:
        with ChaosEngines(folder) as engines, World(engines, folder, asked.seed) as world:
            return run(world, asked.orders, asked.kills, asked.seed)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(world: World, orders: int, kills: int, seed: int) -> int:
    """Runs the job while processes are killed, from its check on."""
    world.csr.finish()
    world.load.finish()  # the job alone, so that every event of its orders is its own
    job = BulkHold(world, [f"bulk-{n:05}" for n in range(orders)])
    job.place()
    _say(f"{orders} orders placed")
    begun, records = time.monotonic(), list[Record]()
    schedule = FaultSchedule(world, seed, _say)
    breaking = threading.Thread(target=lambda: records.append(schedule.run(kills)), daemon=True)
    job.start()
    breaking.start()
    job.confirm()
    _say(f"confirmed after {time.monotonic() - begun:.0f} s")
    ended = job.until("finished")
    _say(f"finished after {time.monotonic() - begun:.0f} s: {ended['counts']}")
    breaking.join()
    world.finish()
    wrong = [*job.violations(ended), *(line for each in records for line in each.wrong)]
    for each in wrong:
        _say(f"VIOLATION {each}")
    _say(f"{sum(each.kills for each in records)} kills, {len(wrong)} violations")
    return 1 if wrong else 0


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
