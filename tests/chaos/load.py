"""A steady load, and the list of messages that Kafka has acknowledged."""

from __future__ import annotations

import heapq
import random
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Self

from confluent_kafka import KafkaException

from tests.cluster import Cluster, Got, Sent, command
from tests.simulation.csr_actions import SKUS
from tests.simulation.faults import FaultInjector
from tests.simulation.workload import REPLIES, WAREHOUSE, Workload

ORDERS_A_SECOND = 1.3
GOODS_A_SECOND = 1.2
PACE = 15  # how much slower orders proceed than in the simulation, where they take half a second
AGAIN = 0.05
MOST_AT_ONCE = 50
# The warehouse's next command after each event.
NEXT = {
    "inventory-assigned": "release",
    "released": "add-to-picklist",
    "packing": "complete",
}


@dataclass(order=True)
class _Due:
    at: float
    number: int
    sent: Sent = field(compare=False)


class Load:
    """Sends orders drawn from a seed, and the warehouse's commands; `finish` sends the rest."""

    def __init__(self, cluster: Cluster, seed: int) -> None:
        self.sent: list[Sent] = []
        self.failure: Exception | None = None
        self._cluster = cluster
        self._random = random.Random(seed)
        self.work = Workload(FaultInjector(seed))
        self._due: list[_Due] = []
        self._numbers = count()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> Self:
        """Starts sending."""
        self._thread.start()
        return self

    def finish(self) -> None:
        """Starts no new orders; returns once all messages about existing ones are sent."""
        self._stop.set()
        self._thread.join()
        if self.failure:
            raise self.failure

    @property
    def waiting(self) -> int:
        """How many messages are still to be sent."""
        return len(self._due)

    def hear(self, got: Got) -> None:
        """Plans the warehouse's next command after an event of a shipment."""
        step = NEXT.get(got.type.removeprefix("waybill.shipment.").removesuffix(".v1"))
        if got.topic == "shipment.events" and step:
            order = (got.key or b"").decode()
            data = {"order_id": order, "shipment_id": got.data["shipment_id"]}
            # A repeated event causes a repeated command with the same id.
            self._plan(0.0, _ask(f"shipment.{step}", f"w-{got.headers['ce_id']}", order, data))

    def send(self) -> bool:
        """Sends what is due; returns whether there was anything."""
        with self._lock:
            now, ready = time.monotonic(), []
            while self._due and self._due[0].at <= now and len(ready) < MOST_AT_ONCE:
                ready.append(self._addressed(heapq.heappop(self._due).sent))
        self._cluster.produce(ready)
        self.sent += ready
        return bool(ready)

    def _run(self) -> None:
        try:
            order = goods = time.monotonic()
            while not self._stop.is_set():
                now = time.monotonic()
                if now > order:
                    order = now + self._random.expovariate(ORDERS_A_SECOND)
                    for at, sent in self.work.life(f"c-{next(self._numbers)}"):
                        self._plan(at * PACE, sent)
                if now > goods:
                    goods = now + self._random.expovariate(GOODS_A_SECOND)
                    data = {
                        "sku": self._random.choice(SKUS),
                        "quantity": self._random.randint(1, 4),
                    }
                    self._plan(0.0, self.work.ask("stock.receive", WAREHOUSE, data))
                if not self.send():
                    time.sleep(0.05)
            with self._lock:
                for due in self._due:
                    due.at = 0.0  # sorts by number, which keeps the sequence for each order
                heapq.heapify(self._due)
            while self.send():
                pass
        except (AssertionError, KafkaException) as error:
            self.failure = error

    def _plan(self, delay: float, sent: Sent) -> None:
        with self._lock:
            times = [delay]
            if self._random.random() < AGAIN:
                times.append(delay + self._random.uniform(0, PACE))
            for each in times:
                due = _Due(time.monotonic() + each, next(self._numbers), sent)
                heapq.heappush(self._due, due)

    def _addressed(self, sent: Sent) -> Sent:
        """Returns the record with this cluster's name of the reply topic."""
        here = f"{self._cluster.prefix}{REPLIES}".encode()
        headers = tuple((n, here if n == "ce_replyto" else v) for n, v in sent.headers)
        return Sent(sent.topic, sent.key, sent.value, headers)


def _ask(name: str, message_id: str, key: str, data: dict[str, str]) -> Sent:
    topic = f"{name.partition('.')[0]}.commands"
    return command(message_id, f"waybill.{name}.v1", topic, key, data, replyto=REPLIES)
