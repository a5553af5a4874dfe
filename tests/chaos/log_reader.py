"""Reads the services' events and replies while they run, and checks that services answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import Self

from confluent_kafka import KafkaException

from tests.cluster import Cluster, Got, command
from tests.simulation.workload import REPLIES

KEYS = 4  # enough to reach every partition, most likely
PROBE = "probe-"
TOPICS = ("shipment.events", REPLIES)


class EventListener:
    """A thread that reads records and calls `on_record` with each, in that thread."""

    def __init__(self, cluster: Cluster, on_record: Callable[[Got], None]) -> None:
        self._cluster = cluster
        self._on_record = on_record
        self._answered: set[str] = set()
        self._new_answers = threading.Condition()
        self._numbers = count()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._consumer, _ = self._cluster.watch(TOPICS)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def ask(self, services: Collection[str], within: float) -> float | None:
        """Asks these services a question on every partition; returns seconds until all answered.

        Everything sent before is handled by then, because questions use the same topics. Returns
        None if not all have answered within `within` seconds.
        """
        begun = time.monotonic()
        here = f"{self._cluster.prefix}{REPLIES}"
        records = [
            command(
                f"{PROBE}{next(self._numbers)}",
                f"waybill.{service}.explain.v1",
                f"{service}.commands",
                f"nobody-{key}",
                {"cart_id" if service == "cart" else "order_id": f"nobody-{key}"},
                replyto=here,
            )
            for service in services
            for key in range(KEYS)
        ]
        asked = {dict(record.headers)["ce_id"].decode() for record in records}
        self._cluster.produce(records)
        with self._new_answers:
            answered = self._new_answers.wait_for(lambda: asked <= self._answered, within)
            self._answered -= asked
        return time.monotonic() - begun if answered else None

    def _listen(self) -> None:
        while not self._stop.is_set():
            found: list[Got] = []
            with suppress(KafkaException, AssertionError):  # the broker is down for a while
                self._cluster.drain(self._consumer, found)
            for got in found:
                self._on_record(got)
            probes = {key for got in found if (key := (got.key or b"").decode()).startswith(PROBE)}
            if probes:
                with self._new_answers:
                    self._answered |= probes
                    self._new_answers.notify_all()
        self._consumer.close()
