"""Runs the history of one seed: a time with faults, a time without, then the checks."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from itertools import count
from unittest.mock import patch

import structlog

from services.portal.projections.facts import TOPICS as SHOWN
from shared.contracts.topics import OPTIONAL, PAYMENT_EVENTS, PORTAL, SERVICES
from shared.runtime.decider.service import Service
from shared.runtime.ports import Document
from shared.runtime.processing import context, processor
from tests.cluster import Sent
from tests.fakes import MemoryRecord, MemoryTables
from tests.simulation.archiving import archive_now_and_then
from tests.simulation.capture_checks import site_of
from tests.simulation.deadlines import DEADLINES, DeadlineReader
from tests.simulation.faults import Fault, FaultInjector
from tests.simulation.host import Host
from tests.simulation.invariants import Evidence, check, watch
from tests.simulation.journal import Journal
from tests.simulation.kafka import Group, Log
from tests.simulation.loop import VirtualLoop
from tests.simulation.member import Member
from tests.simulation.portal import Portal
from tests.simulation.process import START, Fakes, Process
from tests.simulation.workload import Workload
from tests.unit.payment.gateway.memory_deadlines import MemoryDeadlines
from tests.unit.portal.memory import MemoryStore

FAULTS_FOR = 2.0  # seconds with faults
END = 40.0  # seconds after which everything has to be handled
RESTART = 0.2  # mean seconds until a dead process is replaced
WITH_A_PORTAL = 10  # one history in ten has a portal, which makes it slower


def _services(names: Iterable[str]) -> tuple[Service, ...]:
    return tuple(import_module(f"services.{name}.app").SERVICE for name in names)


ALL = _services(SERVICES)
WITH_OPTIONAL = _services((*SERVICES, *OPTIONAL))


@dataclass
class Verdict:
    """The result of a history; `lines` describe it if `show` was set."""

    seed: int
    violations: list[str] = field(default_factory=list)
    happened: Counter[Fault] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)
    records: int = 0
    archived: int = 0


class History:
    """All parts of one history."""

    def __init__(
        self, seed: int, *, show: bool = False, services: tuple[Service, ...] = ALL
    ) -> None:
        self._services = services
        self.verdict = Verdict(seed)
        self._showing = show
        self._injector = FaultInjector(seed)
        self._calendar = self._injector.calendar
        site = site_of(seed, self._injector.warehouses, split=self._injector.splits)
        self._site = self._calendar.site_of(site)
        self._loop = VirtualLoop()
        self._log = Log()
        self._work = Workload(self._injector)
        self._names = count(1)
        self._processes: dict[str, list[Member]] = defaultdict(list)
        self._tasks: set[asyncio.Task[None]] = set()
        self._journals = {s.name: Journal(s.long_lived, self._on_document) for s in services}
        self._fakes = {s.name: Fakes(self._journals[s.name], MemoryTables()) for s in services}
        self._deadlines = MemoryDeadlines()
        self._shown = None if seed % WITH_A_PORTAL else MemoryStore()

    def run(self) -> Verdict:
        """Runs the history and returns its result."""
        random.seed(self.verdict.seed)
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.call_soon(self._begin)
            self._loop.call_later(FAULTS_FOR, self._stop_injector)
            self._loop.call_later(END - 1, self._erase_again)
            self._loop.call_later(END, self._loop.stop)
            self._loop.run_forever()
            self._check()
        finally:
            self._close()
        return self.verdict

    def _begin(self) -> None:
        self._log.listeners.append(self._on_record)
        self._groups = {
            s.name: Group(self._log, [t.name for t in s.topics]) for s in self._services
        }
        if self._shown is not None:
            self._groups[PORTAL] = Group(self._log, [topic.name for topic in SHOWN])
        if self._calendar.expires:
            self._groups[DEADLINES] = Group(self._log, [PAYMENT_EVENTS.name])
            for at, hours in self._calendar.jumps:
                self._loop.call_later(at, self._jump, hours)
        for program in self._groups:
            for _ in range(self._injector.random.choice((1, 1, 2))):
                self._start(program)
        for at, sent in self._work.messages():
            self._send(at, sent)
        self._rebalance_at_random()
        for service in self._services:
            journal, seed = self._journals[service.name], self.verdict.seed
            self._spawn(archive_now_and_then(service, journal, seed, self._calendar))

    def _jump(self, hours: float) -> None:
        self._log_line("world", f"{hours:.1f} hours pass")
        self._calendar.jump(hours)

    def _send(self, delay: float, sent: Sent) -> None:
        arguments = (sent.topic, sent.key, sent.value, sent.headers)
        self._loop.call_later(delay, self._log.write, *arguments)

    def _start(self, program: str) -> None:
        group = self._groups[program]
        name = f"{program}-{next(self._names)}"
        process = self._process(program, Host(name, self._injector, partial(self._log_line, name)))
        process.host.on_death = lambda: self._replace(process, program)
        process.host.on_stop = lambda: self._spawn(group.doubt(process))
        process.host.on_wake = lambda: self._spawn(process.come_back())
        self._processes[program].append(process)
        self._log_line(process.name, "starts")
        self._spawn(process.run())

    def _process(self, program: str, host: Host) -> Member:
        group = self._groups[program]
        if program == PORTAL and self._shown is not None:
            return Portal(host, group, self._shown)
        if program == DEADLINES:
            return DeadlineReader(host, group, self._deadlines)
        (service,) = (service for service in self._services if service.name == program)
        return Process(host, group, service, self._fakes[program], self._site)

    def _replace(self, process: Member, program: str) -> None:
        self._processes[program].remove(process)
        self._spawn(self._groups[program].doubt(process))
        self._loop.call_later(self._injector.duration(RESTART), self._start, program)

    def _rebalance_at_random(self) -> None:
        """Rebalances groups at random times."""
        if self._loop.time() < FAULTS_FOR:
            for group in self._groups.values():
                if self._injector.happens("rebalance"):
                    self._spawn(group.rebalance())
            self._loop.call_later(0.1, self._rebalance_at_random)

    def _stop_injector(self) -> None:
        self._log_line("world", "calm from here on")
        self._injector.stop()
        for processes in self._processes.values():
            for process in processes:
                process.host.wake()
        for group in self._groups.values():
            self._spawn(group.rebalance())  # delivers uncommitted records again

    def _erase_again(self) -> None:
        """Each process of the portal does this periodically."""
        if self._shown is not None:
            self._spawn(self._shown.erase_again(START))

    def _on_record(self, record: MemoryRecord) -> None:
        self._log_line("log", _brief(record)) if self._showing else None
        self.verdict.records += 1
        if record.topic == "payment.events":
            self._work.hear_of_refund(record)
        if record.topic == "payment.requests":
            for delay, answer in self._work.provider(record):
                self._send(delay, answer)

    def _on_document(self, document: Document) -> None:
        for violation in watch(document):
            self._log_line("VIOLATION", violation)
            self.verdict.violations.append(violation)
        if self._showing:
            events = ", ".join(f"{e['type']} {e['data']}" for e in document["events"])
            self._log_line("journal", f"{document['_id']}: {events or 'nothing new'}")

    def _check(self) -> None:
        evidence = Evidence(
            services={s.name: s for s in self._services},
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
            now=START + self._calendar.passed,
        )
        self.verdict.violations += check(evidence)
        self.verdict.archived = sum(len(each.archived) for each in self._journals.values())
        self.verdict.happened = self._injector.happened

    def _spawn(self, work: object) -> None:
        task = self._loop.create_task(work)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.verdict.violations.append(f"a process failed: {error!r}")

    def _log_line(self, who: str, words: str) -> None:
        if self._showing:
            self.verdict.lines.append(f"{self._loop.time():8.4f}  {who:<12}  {words}")

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
    """Turns logs off, because the faults are intended."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    try:
        yield
    finally:
        structlog.configure(**before)


def run_seed(seed: int, *, show: bool = False) -> Verdict:
    """Runs the history of `seed`."""
    return run_history(History(seed, show=show))


def run_history(history: History) -> Verdict:
    """Runs a history.

    Histories are short, so snapshots are kept and batches are divided much sooner than usual.
    """
    limits = patch.object(context, "SNAPSHOT_EVERY", 4), patch.object(processor, "MIN_PART", 5)
    with silence(), limits[0], limits[1]:
        return history.run()
