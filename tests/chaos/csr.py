"""A customer service user who works with any portal that answers, and retries until one does."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpx

from tests.cluster import Cluster, Got
from tests.desk import Desk
from tests.processes import ServiceProcess

ORDERS = 20  # how many of the latest orders get notes
PAUSE = 1.0
UNDECIDED = 202
TRY_AGAIN = 500


class Csr:
    """Adds notes to the latest orders, in `orders`; `outcomes` has the final outcome of each."""

    def __init__(self, cluster: Cluster, portals: Callable[[], list[ServiceProcess]], seed: int):
        self.outcomes: dict[str, str] = {}
        self._portals = portals
        self._random = random.Random(seed)
        self.orders: list[str] = []
        self._stop = threading.Event()
        self._headers = {"Authorization": f"Bearer {Desk(cluster, portals=0).token('csr')}"}
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Starts adding notes."""
        self._thread.start()

    def finish(self) -> None:
        """Stops; returns once the current note is accepted or rejected."""
        self._stop.set()
        self._thread.join()

    def hear(self, got: Got) -> None:
        """Adds the order of an event to `orders`."""
        if got.type == "waybill.shipment.awaiting-inventory.v1":
            self.orders = [*self.orders, (got.key or b"").decode()][-ORDERS:]

    def wrong(self, found: Iterable[Got]) -> Iterable[str]:
        """Yields notes that are missing, doubled, or there although they were rejected."""
        there: dict[str, set[str]] = {}
        for got in found:
            if got.type == "waybill.order.note-added.v1":
                there.setdefault(got.data.get("text"), set()).add(got.headers["ce_id"])
        for text, outcome in self.outcomes.items():
            times = len(there.get(text, ()))
            if times != (outcome == "accepted"):
                yield f"{text}: {outcome}, but recorded {times} times"

    def _run(self) -> None:
        while not self._stop.wait(self._random.expovariate(1 / PAUSE)):
            if self.orders:
                self._note(f"by hand {len(self.outcomes)}", self._random.choice(self.orders))

    def _note(self, text: str, order: str) -> None:
        headers = {**self._headers, "Idempotency-Key": text, "Prefer": "wait=5"}
        while True:
            portal = self._random.choice(self._portals())
            where = f"http://127.0.0.1:{portal.port}/api/commands/order.add-note"
            answer = _post(where, {"order_id": order, "text": text}, headers)
            if answer is None or answer.status_code >= TRY_AGAIN:
                time.sleep(0.2)
            elif answer.status_code != UNDECIDED:
                self.outcomes[text] = answer.json().get("outcome", "rejected")
                return


def _post(where: str, data: dict[str, Any], headers: dict[str, str]) -> httpx.Response | None:
    try:
        return httpx.post(where, json=data, headers=headers, timeout=15)
    except httpx.HTTPError:
        return None
