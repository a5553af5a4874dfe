"""Injects faults, some of them at the same time, until so many processes were killed."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from tests.chaos.faults import Draw, Fault, possible
from tests.chaos.world import World

AT_ONCE = 6
GAP = 0.6  # mean seconds from one fault to the next
# The probability that a target may be hit again before it has recovered.
ON_TOP = 0.7
WORKERS = 64


@dataclass
class Recovery:
    """How long the recovery from a fault took; `alone` if there was no other fault meanwhile."""

    kind: str
    seconds: float
    alone: bool


@dataclass
class Record:
    """The result of a run."""

    happened: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    recoveries: list[Recovery] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


class FaultSchedule:
    """Draws faults from a seed and injects them; never hits a target twice at the same time.

    say  called with each line of the log
    """

    def __init__(self, world: World, seed: int, say: Callable[[str], None] | None = None) -> None:
        self.record = Record()
        self._world = world
        self._draw = random.Random(seed)
        self._say = say
        self._kinds = possible(world)
        self._hit: set[str] = set()
        self._begun = self._ended = 0  # faults; a recovery that sees neither change was alone
        self._lock = threading.Lock()
        self._start = time.monotonic()

    def run(self, kills: int, *, apart: bool = False) -> Record:
        """Injects faults until so many processes were killed; returns when all have recovered.

        apart  wait for each recovery before the next fault
        """
        with ThreadPoolExecutor(WORKERS) as pool:
            works = []
            while self.record.kills < kills and not self.record.wrong:
                fault = self._next()
                works.append(pool.submit(self._inject, fault, self._draw.random() < ON_TOP))
                time.sleep(self._draw.expovariate(1 / GAP))
                if apart:
                    wait(works)
            wait(works)
            for work in works:
                work.result()
        return self.record

    def run_each(self, *kinds: Draw) -> Record:
        """Injects a fault of each kind that is possible here, all at once; waits for recovery."""
        chosen = [kind(self._world, self._draw) for kind in kinds if kind in self._kinds]
        with ThreadPoolExecutor(WORKERS) as pool:
            works = [pool.submit(self._inject, fault, on_top=False) for fault in chosen]
            for work in works:
                work.result()
        return self.record

    def _next(self) -> Fault:
        while True:
            (kind,) = self._draw.choices(list(self._kinds), list(self._kinds.values()))
            fault = kind(self._world, self._draw)
            with self._lock:
                if len(self._hit) < AT_ONCE and not fault.hits & self._hit:
                    self._hit |= fault.hits
                    return fault
            time.sleep(0.1)

    def _inject(self, fault: Fault, on_top: bool) -> None:
        self._log(f"{fault.kind}: {fault.words}")
        with self._lock:
            self._begun += 1
            before = self._begun, self._ended
            self.record.happened[fault.kind] += 1
        killed = fault.happen()
        with self._lock:
            self.record.kills += killed
            if on_top:
                self._hit -= fault.hits
        seconds = self._world.recovered(fault.suffers)
        with self._lock:
            alone = before == (self._begun, self._ended) and before[0] == before[1] + 1
            self._ended += 1
            if not on_top:  # otherwise another fault may have hit it by now
                self._hit -= fault.hits
            if seconds is None:
                self.record.wrong.append(f"{fault.kind}: {fault.words}: no recovery in time")
            else:
                self.record.recoveries.append(Recovery(fault.kind, seconds, alone))
        self._log(f"{fault.kind}: recovered after {seconds or -1:.1f} s")

    def _log(self, words: str) -> None:
        line = f"{time.monotonic() - self._start:8.2f}  {words}"
        self.record.log.append(line)
        if self._say:
            self._say(line)
