"""What goes wrong, when, and how often it did."""

import random
from collections import Counter
from math import log
from typing import Literal

Fault = Literal[
    "crash",  # a process dies; what it had in memory is lost
    "stop",  # it stands still, past the session time-out or not, and wakes up later
    "unreachable",  # an engine did nothing
    "answer lost",  # an engine did it, and nobody was told
    "torn publish",  # some of the records were written
    "late write",  # a record of a failed publish is written after all, later
    "commit lost",  # offsets weren't committed
    "rewind",  # records are delivered again
    "rebalance",  # somebody joins or leaves, and partitions change hands in the midst of a batch
    "slow partition",  # a partition brings nothing for a while
    "clock skew",  # a process has another time than the others
    "repeat",  # a producer sends a message again
    "poison",  # a record that means nothing
    "reuse",  # a sender takes an id that is in use for something else
]
# How likely each is at each occasion, on a bad day.
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
MOST_DEATHS = 6


class Weather:
    """Draws everything that is left to chance. Each history has a weather of its own: some faults
    often, some seldom, some never. `clear_up` ends the faults; then everything has to come right.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.happened: Counter[Fault] = Counter()
        self._rates = {f: r * self.random.choice((0, 0.3, 1, 3)) for f, r in _RATES.items()}

    def strikes(self, fault: Fault) -> bool:
        """Whether it happens now."""
        rate = self._rates.get(fault, 0)
        if not rate or self.random.random() >= rate:
            return False
        self.happened[fault] += 1
        if fault == "crash" and self.happened[fault] >= MOST_DEATHS:
            self._rates[fault] = 0
        return True

    def clear_up(self) -> None:
        """From here on nothing goes wrong."""
        self._rates.clear()

    def moment(self, mean: float) -> float:
        """Seconds that something takes."""
        return -log(1 - self.random.random()) * mean
