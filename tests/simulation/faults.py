"""The faults of the simulation, and how likely each is."""

import random
from collections import Counter
from math import log
from typing import Literal

from tests.simulation.calendar import Calendar

Fault = Literal[
    "crash",  # a process dies and loses its memory
    "stop",  # a process freezes and resumes later, perhaps after its session has expired
    "unreachable",  # an engine doesn't execute a request
    "answer lost",  # an engine executes a request, but its answer is lost
    "torn publish",  # only some of the records are written
    "late write",  # a record of a failed publish is written later
    "commit lost",  # offsets aren't committed
    "rewind",  # records are delivered again
    "rebalance",  # partitions are reassigned during a batch
    "slow partition",  # a partition delivers nothing for a while
    "clock skew",  # a process's clock differs from the others
    "repeat",  # a producer sends a message again
    "poison",  # a malformed record
    "reuse",  # a sender uses a known id for other content
]
# The probability of each fault, at each occasion, before it is scaled for a history.
_RATES: dict[Fault, float] = {
    "crash": 0.01,
    "stop": 0.004,
    "unreachable": 0.02,
    "answer lost": 0.02,
    "torn publish": 0.03,
    "late write": 0.5,
    "commit lost": 0.05,
    "rewind": 0.03,
    "rebalance": 0.05,
    "slow partition": 0.1,
    "clock skew": 0.5,
    "repeat": 0.1,
    "poison": 0.05,
    "reuse": 0.05,
}
FAULTS = tuple(_RATES)
MOST_CRASHES = 6
# The warehouses of the market, by priority, if it has several. So it has in these histories of
# sixteen: the others stay what they were, and with them the seeds that find planted bugs.
_SEVERAL = (*[("seattle", "rotterdam")] * 2, ("seattle", "rotterdam", "osaka"))
_WITH_SEVERAL = (4, 13)
# Its market has several and splits shipments over them in these histories of 32.
_WITH_SPLITS = (12, 20, 27, 30, 31)


class FaultInjector:
    """Draws faults, and every other random value of a history; `returns` draws those of returns.

    In each history some faults are frequent, some rare, and some never happen. After `stop` none
    happen any more, and the system has to recover.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        # Of its own, so that histories without returns stay what they were before there were any.
        self.returns = random.Random(f"returns of {seed}")
        # The same for histories in which a market has several warehouses.
        self.sourcing = random.Random(f"warehouses of {seed}")
        self.warehouses: tuple[str, ...] = ("seattle",)
        self.splitting = random.Random(f"{seed}:split")
        self.splits = seed % 32 in _WITH_SPLITS
        if seed % 16 in _WITH_SEVERAL or self.splits:
            self.warehouses = self.sourcing.choice(_SEVERAL)
        # The same for histories in which authorizations expire.
        self.calendar = Calendar(seed)
        if self.splits and self.splitting.random() < 0.5:
            self.warehouses = _SEVERAL[-1]
        self.happened: Counter[Fault] = Counter()
        self._rates = {f: r * self.random.choice((0, 0.3, 1, 3)) for f, r in _RATES.items()}

    def happens(self, fault: Fault) -> bool:
        """Draws whether a fault happens now."""
        rate = self._rates.get(fault, 0)
        if not rate or self.random.random() >= rate:
            return False
        self.happened[fault] += 1
        if fault == "crash" and self.happened[fault] >= MOST_CRASHES:
            self._rates[fault] = 0
        return True

    def stop(self) -> None:
        """Ends all faults."""
        self._rates.clear()

    def duration(self, mean: float) -> float:
        """Draws a duration in seconds, exponentially distributed around `mean`."""
        return -log(1 - self.random.random()) * mean
