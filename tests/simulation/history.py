"""One seed's history: bad weather, then calm, then the question whether all is well."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from itertools import count
from unittest.mock import patch

import structlog

from services.portal.projections.facts import TOPICS as SHOWN
from shared.contracts.topics import PORTAL, SERVICES
from shared.runtime.decider.service import Service
from shared.runtime.ports import Document
from shared.runtime.processing import context, processor
from tests.cluster import Sent
from tests.fakes import MemoryRecord, MemoryTables
from tests.simulation.faults import Fault, Weather
from tests.simulation.host import Host
from tests.simulation.invariants import Evidence, check, watch
from tests.simulation.journal import Journal
from tests.simulation.kafka import Group, Log
from tests.simulation.loop import VirtualLoop
from tests.simulation.member import Member
from tests.simulation.portal import Portal
from tests.simulation.process import START, Fakes, Process
from tests.simulation.workload import Workload
from tests.unit.portal.memory import MemoryStore

STORM = 2.0  # seconds of bad weather
REST = 40.0  # by then everything has to have come to rest
RESTART = 0.2  # mean seconds until a dead process is replaced
WITH_A_PORTAL = 10  # one history in so many: it reads everything, and takes its time

ALL: tuple[Service, ...] = tuple(
    import_module(f"services.{service}.app").SERVICE for service in SERVICES
)


@dataclass
class Verdict:
    """What was found; no violation is good news. `story` is told only when asked for."""

    seed: int
    violations: list[str] = field(default_factory=list)
    happened: Counter[Fault] = field(default_factory=Counter)
    story: list[str] = field(default_factory=list)
    records: int = 0


class History:
    """Everything that there is in one history."""

    def __init__(self, seed: int, *, tell: bool = False) -> None:
        self.verdict = Verdict(seed)
        self._telling = tell
        self._weather = Weather(seed)
        self._loop = VirtualLoop()
        self._log = Log()
        self._work = Workload(self._weather)
        self._names = count(1)
        self._processes: dict[str, list[Member]] = defaultdict(list)
        self._tasks: set[asyncio.Task[None]] = set()
        self._journals = {s.name: Journal(s.long_lived, self._look) for s in ALL}
        self._twins = {s.name: Fakes(self._journals[s.name], MemoryTables()) for s in ALL}
        self._shown = None if seed % WITH_A_PORTAL else MemoryStore()

    def run(self) -> Verdict:
        """Lives through it."""
        random.seed(self.verdict.seed)
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.call_soon(self._begin)
            self._loop.call_later(STORM, self._clear_up)
            self._loop.call_later(REST - 1, self._erase_again)
            self._loop.call_later(REST, self._loop.stop)
            self._loop.run_forever()
            self._look_back()
        finally:
            self._close()
        return self.verdict

    def _begin(self) -> None:
        self._log.listeners.append(self._hear)
        self._groups = {s.name: Group(self._log, [t.name for t in s.topics]) for s in ALL}
        if self._shown is not None:
            self._groups[PORTAL] = Group(self._log, [topic.name for topic in SHOWN])
        for program in self._groups:
            for _ in range(self._weather.random.choice((1, 1, 2))):
                self._start(program)
        for at, sent in self._work.messages():
            self._send(at, sent)
        self._restless()

    def _send(self, delay: float, sent: Sent) -> None:
        arguments = (sent.topic, sent.key, sent.value, sent.headers)
        self._loop.call_later(delay, self._log.write, *arguments)

    def _start(self, program: str) -> None:
        group = self._groups[program]
        name = f"{program}-{next(self._names)}"
        process = self._process(program, Host(name, self._weather, partial(self._tell, name)))
        process.host.on_death = lambda: self._bury(process, program)
        process.host.on_stop = lambda: self._spawn(group.doubt(process))
        process.host.on_wake = lambda: self._spawn(process.come_back())
        self._processes[program].append(process)
        self._tell(process.name, "starts")
        self._spawn(process.run())

    def _process(self, program: str, host: Host) -> Member:
        group = self._groups[program]
        if program == PORTAL and self._shown is not None:
            return Portal(host, group, self._shown)
        (service,) = (service for service in ALL if service.name == program)
        return Process(host, group, service, self._twins[program])

    def _bury(self, process: Member, program: str) -> None:
        self._processes[program].remove(process)
        self._spawn(self._groups[program].doubt(process))
        self._loop.call_later(self._weather.moment(RESTART), self._start, program)

    def _restless(self) -> None:
        """Now and then partitions change hands for no reason."""
        if self._loop.time() < STORM:
            for group in self._groups.values():
                if self._weather.strikes("rebalance"):
                    self._spawn(group.rebalance())
            self._loop.call_later(0.1, self._restless)

    def _clear_up(self) -> None:
        self._tell("world", "calm from here on")
        self._weather.clear_up()
        for processes in self._processes.values():
            for process in processes:
                process.host.wake()
        for group in self._groups.values():
            self._spawn(group.rebalance())  # what nobody could commit comes again

    def _erase_again(self) -> None:
        """What each process of the portal does from time to time."""
        if self._shown is not None:
            self._spawn(self._shown.erase_again(START))

    def _hear(self, record: MemoryRecord) -> None:
        self._tell("log", _brief(record)) if self._telling else None
        self.verdict.records += 1
        if record.topic == "payment.requests":
            for delay, answer in self._work.provider(record):
                self._send(delay, answer)

    def _look(self, document: Document) -> None:
        for violation in watch(document):
            self._tell("VIOLATION", violation)
            self.verdict.violations.append(violation)
        if self._telling:
            told = ", ".join(f"{e['type']} {e['data']}" for e in document["events"])
            self._tell("journal", f"{document['_id']}: {told or 'nothing new'}")

    def _look_back(self) -> None:
        evidence = Evidence(
            services={s.name: s for s in ALL},
            journals=self._journals,
            log=self._log,
            commands=self._work.commands,
            poison=self._work.poison,
            reused=self._work.reused,
            refused=self._work.refused,
            contested=self._work.contested,
            without_amount=self._work.without_amount,
            lag={name: group.lag for name, group in self._groups.items()},
            shown=self._shown,
        )
        self.verdict.violations += check(evidence)
        self.verdict.happened = self._weather.happened

    def _spawn(self, work: object) -> None:
        task = self._loop.create_task(work)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.verdict.violations.append(f"a process failed: {error!r}")

    def _tell(self, who: str, words: str) -> None:
        if self._telling:
            self.verdict.story.append(f"{self._loop.time():8.4f}  {who:<12}  {words}")

    def _close(self) -> None:
        while tasks := asyncio.all_tasks(self._loop):
            for task in tasks:
                task.cancel()
            self._loop.run_until_complete(asyncio.wait(tasks, timeout=1))
        self._loop.close()


def _brief(record: MemoryRecord) -> str:
    headers = dict(record.headers)
    name = headers.get("ce_type", b"").decode()
    key = (record.key or b"").decode()
    value = (record.value or b"").decode()
    return f"{record.topic}/{record.partition}@{record.offset} {name} {key} {value}"


@contextmanager
def silence() -> Iterator[None]:
    """No logs: what goes wrong is meant to."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    try:
        yield
    finally:
        structlog.configure(**before)


def live(seed: int, *, tell: bool = False) -> Verdict:
    """The history that `seed` makes."""
    return live_through(History(seed, tell=tell))


def live_through(history: History) -> Verdict:
    """Lives through a history.

    Snapshots are kept, and batches are divided, far sooner than in earnest: histories are short.
    """
    sooner = patch.object(context, "SNAPSHOT_EVERY", 4), patch.object(processor, "MIN_PART", 5)
    with silence(), sooner[0], sooner[1]:
        return history.run()
