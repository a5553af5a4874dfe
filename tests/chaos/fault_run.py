"""Faults one after another, and on top of each other, until so many processes were killed."""

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
# How often whom a fault has hit may be hit again before it has come round.
ON_TOP = 0.7
HANDS = 64


@dataclass
class Recovery:
    """How long it took to come round after a fault; `alone` if no other one was in the way."""

    kind: str
    seconds: float
    alone: bool


@dataclass
class Record:
    """What a storm did."""

    happened: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    recoveries: list[Recovery] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    story: list[str] = field(default_factory=list)


class Storm:
    """Draws from a seed what happens; who is hit already is left alone. `say` hears the story."""

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

    def rage(self, kills: int, *, apart: bool = False) -> Record:
        """Returns once so many processes were killed, and all have come round; `apart`: each time
        before the next fault."""
        with ThreadPoolExecutor(HANDS) as hands:
            works = []
            while self.record.kills < kills and not self.record.wrong:
                fault = self._next()
                works.append(hands.submit(self._happen, fault, self._draw.random() < ON_TOP))
                time.sleep(self._draw.expovariate(1 / GAP))
                if apart:
                    wait(works)
            wait(works)
            for work in works:
                work.result()
        return self.record

    def each(self, *kinds: Draw) -> Record:
        """One fault of each kind that can be had here, all within a moment; and all come round."""
        chosen = [kind(self._world, self._draw) for kind in kinds if kind in self._kinds]
        with ThreadPoolExecutor(HANDS) as hands:
            works = [hands.submit(self._happen, fault, on_top=False) for fault in chosen]
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

    def _happen(self, fault: Fault, on_top: bool) -> None:
        self._tell(f"{fault.kind}: {fault.words}")
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
            if not on_top:  # else it may be another fault's by now
                self._hit -= fault.hits
            if seconds is None:
                self.record.wrong.append(f"{fault.kind}: {fault.words}: not over in time")
            else:
                self.record.recoveries.append(Recovery(fault.kind, seconds, alone))
        self._tell(f"{fault.kind}: over after {seconds or -1:.1f} s")

    def _tell(self, words: str) -> None:
        line = f"{time.monotonic() - self._start:8.2f}  {words}"
        self.record.story.append(line)
        if self._say:
            self._say(line)
