"""A whole system on engines that are to be broken: places for its processes, and its work."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from services.portal.projections.facts import TOPICS as SHOWN
from shared.contracts.topics import PAYMENT_EVENTS, PAYMENT_REQUESTS, PORTAL, SERVICES
from tests.chaos.clock import Clocks
from tests.chaos.csr import Csr
from tests.chaos.engines import Stage
from tests.chaos.load import Load
from tests.chaos.log_reader import Ears
from tests.chaos.process_pool import ProcessPool
from tests.cluster import Cluster, Got
from tests.polling import eventually

# Far more than it takes: whoever isn't done by then never will be.
PATIENCE = 900.0
SCALE = {"cart": 1, "order": 2, "payment": 1, "shipment": 2, "portal": 2}


class Ground(Cluster):
    """Tests reach Kafka directly; services go through its proxy."""

    engines: Stage

    @property
    def environment(self) -> dict[str, str]:
        """The settings of its services."""
        proxied = {"WAYBILL_KAFKA": f"127.0.0.1:{self.engines.broker.proxy.port}"}
        return {**super().environment, **proxied}


class Place:
    """Where one process of a service is, and where another is started when it is dead."""

    def __init__(self, ground: Ground, clocks: Clocks, service: str, number: int) -> None:
        self.name = f"{service}-{number}"
        self.service = service
        self.clock = clocks.clock(f"{ground.prefix}{self.name}")
        self._ground = ground
        self._environment = {"CHAOS_CLOCK": str(self.clock.file)} if clocks.there else {}
        self.start()

    def start(self) -> None:
        """Starts a process here."""
        self.process = self._ground.start(self.service, **self._environment)

    @property
    def up(self) -> bool:
        """Whether the process here answers, ready or not."""
        return bool(self.process.health())

    @property
    def ready(self) -> bool:
        """Whether the process here is."""
        return bool(self.process.health().get("ready"))


class World:
    """All of it. `load` has begun when it is entered."""

    def __init__(self, stage: Stage, logs: Path, seed: int, scale: Mapping[str, int] = SCALE):
        self.stage = stage
        self.clocks = Clocks(logs)
        self._nursery = ProcessPool(self.clocks)
        self.ground = Ground(stage, logs)
        self.ground.make = self._nursery.make
        self.places = [
            Place(self.ground, self.clocks, service, number)
            for service, many in scale.items()
            for number in range(many)
        ]
        self.load = Load(self.ground, seed)
        self.csr = Csr(self.ground, lambda: [p.process for p in self.of(PORTAL)], seed)
        self.ears = Ears(self.ground, self._hear)

    def __enter__(self) -> Self:
        eventually(lambda: all(place.ready for place in self.places), within=PATIENCE)
        self.ears.__enter__()
        self.load.start()
        self.csr.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.ears.__exit__(kind, error, at)
        self.ground.close()
        self._nursery.__exit__(kind, error, at)

    def _hear(self, got: Got) -> None:
        self.load.hear(got)
        self.csr.hear(got)

    def finish(self) -> None:
        """Nothing new comes in from here on; returns once nobody has anything left to do."""
        self.csr.finish()
        self.load.finish()
        self._until_rest()

    def of(self, service: str) -> list[Place]:
        """The places of a service."""
        return [place for place in self.places if place.service == service]

    def recovered(self, services: Collection[str], within: float = PATIENCE) -> float | None:
        """The seconds until all processes of these services are ready, and have worked off what
        has come in up to now; None if not in time."""
        begun = time.monotonic()
        answered = self.ears.ask([s for s in services if s != PORTAL], within)
        places = [place for service in services for place in self.of(service)]
        while answered is not None and not all(place.ready for place in places):
            if time.monotonic() > begun + within:
                return None
            time.sleep(0.1)
        return None if answered is None else time.monotonic() - begun

    def _until_rest(self) -> None:
        """Nobody has anything left to do, and nothing new came of what was done."""
        seen: list[int] = []

        def rests() -> bool:
            if self.load.send():
                return False
            busy = sum(self.ground.lag(service) for service in SERVICES)
            busy += self.ground.behind("waybill-portal", [topic.name for topic in SHOWN])
            gateway = [PAYMENT_REQUESTS.name, PAYMENT_EVENTS.name]
            busy += self.ground.behind("waybill-payment-gateway", gateway)
            waiting = self.ground.collection("payment", "provider_requests")
            busy += sum("provider" in one for one in waiting)
            # A record that is written while one counts makes another sum the next time.
            seen.append(self.ground.written())
            return not busy and self.load.waiting == 0 and seen[-2:-1] == seen[-1:]

        eventually(rests, within=PATIENCE)
