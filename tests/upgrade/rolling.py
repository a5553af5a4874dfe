"""A system of two instances of each service, which are replaced under load."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from shared.contracts.topics import SERVICES, dead_letter_topic
from tests.cluster import Cluster
from tests.polling import eventually
from tests.processes import ServiceProcess, until_ready
from tests.upgrade.load import SteadyLoad
from tests.upgrade.releases import Release

INSTANCES = 2
READY_WITHIN = 120.0  # seconds
ENDED_WITHIN = 60.0  # seconds
SETTLED_WITHIN = 120.0  # seconds from the end of the load


class NotReadyError(Exception):
    """A process of a version doesn't start beside what runs."""


@dataclass
class Result:
    """What was lost or doubled, and the times of commands by phase in seconds.

    cut_off  the last lines of the logs of processes that didn't stop in order
    """

    orders: int
    missing: dict[str, list[str]]
    doubled: list[str]
    unanswered: list[str]
    rejected: Counter[str]
    dead_letters: Counter[str]
    took: dict[str, list[float]]
    cut_off: list[str]
    lasted: dict[str, float] = field(default_factory=dict)


class RollingSystem:
    """Replaces instances one by one, as an orchestrator does: first the new one, then the old.

    `phase` names what goes on, so that commands can be timed by it.
    """

    def __init__(self, cluster: Cluster, release: Release, say: Callable[[str], None]) -> None:
        self._cluster = cluster
        self._say = say
        self._phases: list[tuple[str, float]] = []
        self.cut_off: list[str] = []
        self.running: dict[str, list[ServiceProcess]] = {
            service: [self._start(service, release) for _ in range(INSTANCES)]
            for service in SERVICES
        }
        until_ready(*(p for each in self.running.values() for p in each), within=READY_WITHIN)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Commands that are sent meanwhile belong to this phase."""
        self._say(name)
        self._phases.append((name, time.monotonic()))
        yield
        self._phases.append(("", time.monotonic()))

    def replace_all(self, release: Release, services: Sequence[str] = SERVICES) -> None:
        """Replaces all instances of these services, one after the other.

        Raises `NotReadyError` if a new one doesn't get ready; the old ones then run on.
        """
        for service in services:
            for old in list(self.running[service]):
                self._replace(service, old, release)

    def replace_together(self, release: Release, services: Sequence[str]) -> None:
        """Stops all instances of these services before the first new one starts.

        Raises `NotReadyError` if a new one doesn't get ready.
        """
        old = [process for service in services for process in self.running[service]]
        for process in old:
            process.send(signal.SIGTERM)
        for process in old:
            self._await_end(process)
        for service in services:
            self.running[service] = [self._start(service, release) for _ in range(INSTANCES)]
        for service in services:
            for new in self.running[service]:
                _until_ready(new, release)
            self._say(f"  {service}: stopped, and started as {release.name}")

    def _replace(self, service: str, old: ServiceProcess, release: Release) -> None:
        new = self._start(service, release)
        try:
            _until_ready(new, release)
        except NotReadyError:
            new.kill()
            raise
        self.running[service].append(new)
        self.running[service].remove(old)
        old.send(signal.SIGTERM)
        self._await_end(old)
        self._say(f"  {service}: replaced by {release.name}")

    def _await_end(self, process: ServiceProcess) -> None:
        """Waits until it has ended. Its last batch is done if it has logged `stopped`."""
        process.ended(ENDED_WITHIN)
        if '"event": "stopped"' not in process.log.read_text(encoding="utf-8", errors="replace"):
            self.cut_off.append(process.last_words())

    def result(self, load: SteadyLoad) -> Result:
        """Stops the load, waits until nothing is missing or time is up, and counts."""
        load.stop()
        begun = time.monotonic()
        try:
            eventually(lambda: not load.missing() and not load.unanswered(), within=SETTLED_WITHIN)
        except AssertionError:
            self._say("something is missing")
        self._say(f"settled {time.monotonic() - begun:.0f} s after the load")
        rejected = Counter(c.name for c in load.commands.values() if c.outcome == "rejected")
        return Result(
            orders=len(load.orders),
            missing=load.missing(),
            doubled=load.doubled(),
            unanswered=load.unanswered(),
            rejected=rejected,
            dead_letters=self._dead_letters(),
            took=self._took(load),
            cut_off=self.cut_off,
            lasted=self._lasted(),
        )

    def _start(self, service: str, release: Release) -> ServiceProcess:
        self._cluster.make = release.process
        return self._cluster.start(service)

    def _dead_letters(self) -> Counter[str]:
        found = self._cluster.read(*(dead_letter_topic(service) for service in SERVICES))
        return Counter(f"{got.topic}: {got.type}" for got in found)

    def _lasted(self) -> dict[str, float]:
        ends = [at for _, at in self._phases[1:]]
        return {
            name: end - begin
            for (name, begin), end in zip(self._phases, ends, strict=False)
            if name
        }

    def _took(self, load: SteadyLoad) -> dict[str, list[float]]:
        took: dict[str, list[float]] = {name: [] for name, _ in self._phases if name}
        for each in load.commands.values():
            name = next((n for n, at in reversed(self._phases) if at <= each.sent), "")
            if name and each.answered is not None:
                took[name].append(each.answered - each.sent)
        return took


def _until_ready(process: ServiceProcess, release: Release) -> None:
    try:
        until_ready(process, within=READY_WITHIN)
    except AssertionError as error:
        why = process.health().get("because", error) if process.code is None else error
        raise NotReadyError(f"{process.service} of {release.name}: {why}") from None
