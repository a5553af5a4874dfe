"""A complete system on engines with injected faults: its processes, load and users."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from services.portal.projections.facts import TOPICS as SHOWN
from shared.contracts.topics import PAYMENT_EVENTS, PAYMENT_REQUESTS, PORTAL, SERVICES
from tests.chaos.clock import Clocks
from tests.chaos.csr import Csr
from tests.chaos.engines import ChaosEngines
from tests.chaos.load import Load
from tests.chaos.log_reader import EventListener
from tests.cluster import Cluster, Got
from tests.polling import eventually
from tests.process_pool import ProcessPool
from tests.processes import ServiceProcess

# Seconds; much longer than any recovery takes.
PATIENCE = 900.0
SCALE = {"cart": 1, "order": 2, "payment": 1, "shipment": 2, "portal": 2}


class ProxiedCluster(Cluster):
    """A cluster whose services reach Kafka through its proxy, and whose tests reach it directly."""

    engines: ChaosEngines

    @property
    def environment(self) -> dict[str, str]:
        """The settings of the services."""
        proxied = {"WAYBILL_KAFKA": f"127.0.0.1:{self.engines.broker.proxy.port}"}
        return {**super().environment, **proxied}


class ProcessSlot:
    """A slot for one process of a service, which is started again when it has died."""

    def __init__(self, cluster: ProxiedCluster, clocks: Clocks, service: str, number: int) -> None:
        self.name = f"{service}-{number}"
        self.service = service
        self.clock = clocks.clock(f"{cluster.prefix}{self.name}")
        self._cluster = cluster
        self._environment = {"CHAOS_CLOCK": str(self.clock.file)} if clocks.there else {}
        self.start()

    def start(self) -> None:
        """Starts a process."""
        self.process = self._cluster.start(self.service, **self._environment)

    @property
    def up(self) -> bool:
        """Whether the process answers, ready or not."""
        return bool(self.process.health())

    @property
    def ready(self) -> bool:
        """Whether the process is ready."""
        return bool(self.process.health().get("ready"))


class World:
    """The system with its load. As a context manager it starts the load at the beginning."""

    def __init__(
        self, engines: ChaosEngines, logs: Path, seed: int, scale: Mapping[str, int] = SCALE
    ):
        self.engines = engines
        self.clocks = Clocks(logs)
        self._pool = ProcessPool(self.clocks.environment)
        self.cluster = ProxiedCluster(engines, logs)
        self.cluster.make = partial(ServiceProcess, pool=self._pool)
        self.slots = [
            ProcessSlot(self.cluster, self.clocks, service, number)
            for service, many in scale.items()
            for number in range(many)
        ]
        self.load = Load(self.cluster, seed)
        self.csr = Csr(self.cluster, lambda: [p.process for p in self.of(PORTAL)], seed)
        self.listener = EventListener(self.cluster, self._hear)

    def __enter__(self) -> Self:
        eventually(lambda: all(slot.ready for slot in self.slots), within=PATIENCE)
        self.listener.__enter__()
        self.load.start()
        self.csr.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.listener.__exit__(kind, error, at)
        self.cluster.close()
        self._pool.close()

    def _hear(self, got: Got) -> None:
        self.load.hear(got)
        self.csr.hear(got)

    def finish(self) -> None:
        """Ends the load; returns once everything is handled."""
        self.csr.finish()
        self.load.finish()
        self._until_rest()

    def of(self, service: str) -> list[ProcessSlot]:
        """Returns the slots of a service."""
        return [slot for slot in self.slots if slot.service == service]

    def recovered(self, services: Collection[str], within: float = PATIENCE) -> float | None:
        """Waits until all processes of these services are ready and have handled earlier messages.

        Returns the seconds that this took, or None if it took longer than `within`.
        """
        begun = time.monotonic()
        answered = self.listener.ask([s for s in services if s != PORTAL], within)
        slots = [slot for service in services for slot in self.of(service)]
        while answered is not None and not all(slot.ready for slot in slots):
            if time.monotonic() > begun + within:
                return None
            time.sleep(0.1)
        return None if answered is None else time.monotonic() - begun

    def _until_rest(self) -> None:
        """Waits until everything is handled and nothing new is written."""
        seen: list[int] = []

        def rests() -> bool:
            if self.load.send():
                return False
            busy = sum(self.cluster.lag(service) for service in SERVICES)
            busy += self.cluster.behind("waybill-portal", [topic.name for topic in SHOWN])
            gateway = [PAYMENT_REQUESTS.name, PAYMENT_EVENTS.name]
            busy += self.cluster.behind("waybill-payment-gateway", gateway)
            waiting = self.cluster.collection("payment", "provider_requests")
            busy += sum("provider" in one for one in waiting)
            # A record written during the count changes the sum the next time.
            seen.append(self.cluster.written())
            return not busy and self.load.waiting == 0 and seen[-2:-1] == seen[-1:]

        eventually(rests, within=PATIENCE)
