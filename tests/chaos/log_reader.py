"""Hears what services say, while they say it, and asks whether they answer."""

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

KEYS = 4  # on every partition one, most likely
PROBE = "probe-"
TOPICS = ("shipment.events", REPLIES)


class Ears:
    """A thread that reads. `tell` is called with every record, in that thread."""

    def __init__(self, cluster: Cluster, tell: Callable[[Got], None]) -> None:
        self._cluster = cluster
        self._tell = tell
        self._heard: set[str] = set()
        self._news = threading.Condition()
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
        """Asks these services something; the seconds until all have answered, on every partition.

        What was there before the question is done by then: it goes through the same topics. None if
        not all have answered in time.
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
        with self._news:
            answered = self._news.wait_for(lambda: asked <= self._heard, within)
            self._heard -= asked
        return time.monotonic() - begun if answered else None

    def _listen(self) -> None:
        while not self._stop.is_set():
            found: list[Got] = []
            with suppress(KafkaException, AssertionError):  # a broker that is gone comes back
                self._cluster.drain(self._consumer, found)
            for got in found:
                self._tell(got)
            probes = {key for got in found if (key := (got.key or b"").decode()).startswith(PROBE)}
            if probes:
                with self._news:
                    self._heard |= probes
                    self._news.notify_all()
        self._consumer.close()
