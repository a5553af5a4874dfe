"""Causes the faults one after the other, and times what Prometheus says."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from tests.alerts.alert_log import AlertLog, Firing
from tests.alerts.fault import Fault

POLL_SECONDS = 0.5
FIRES_WITHIN = 240.0
CLEARS_WITHIN = 300.0


@dataclass
class Outcome:
    """What came of one alert; seconds are None if it didn't fire, or clear, in time.

    fired     seconds from the fault
    cleared   seconds from its repair
    also      what else began to fire meanwhile
    why_not   why the fault couldn't be caused or mended
    """

    alert: str
    fault: str
    fired: float | None = None
    cleared: float | None = None
    also: list[str] = field(default_factory=list)
    why_not: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it fired and cleared."""
        return self.fired is not None and self.cleared is not None and not self.why_not


@dataclass
class _Caused:
    fault: Fault
    began: float
    mended: float
    firings: list[Firing]


class Drill:
    """The faults of one system. `say` gets a line for each step."""

    def __init__(self, log: AlertLog, say: Callable[[str], None]) -> None:
        self._log = log
        self._say = say
        self._caused: list[_Caused] = []
        self._lingering: list[Firing] = []

    def run(self, faults: Sequence[Fault]) -> list[Outcome]:
        """Causes and mends each fault; returns the outcome of every alert."""
        outcomes = {fault: self._run(fault) for fault in faults}
        self._say("waiting for what lingers")
        self._wait(lambda: not self._log.now(), CLEARS_WITHIN)
        for caused in self._caused:
            _note_clearing(caused, outcomes[caused.fault])
        return [each for several in outcomes.values() for each in several]

    def _run(self, fault: Fault) -> list[Outcome]:
        outcomes = [Outcome(alert, fault.words) for alert in fault.alerts]
        if fault.impossible:
            for each in outcomes:
                each.why_not = fault.impossible
            return outcomes
        self._wait(lambda: not self._unexplained(), CLEARS_WITHIN)
        self._say(fault.words)
        began = time.monotonic()
        failed = self._try(lambda: self._until_all_fire(fault, began))
        mended = time.monotonic()
        self._say(f"  {mended - began:.0f} s: {', '.join(self._names(began))}; mended")
        failed = failed + self._try(fault.mend)
        if not fault.lingers:
            self._wait(lambda: not self._unexplained(), CLEARS_WITHIN)
            self._say(f"  {time.monotonic() - mended:.0f} s: cleared")
        firings = self._log.since(began)
        if fault.lingers:
            self._lingering += [each for each in firings if each.alert in fault.alerts]
        self._caused.append(_Caused(fault, began, mended, firings))
        also = sorted({each.alert for each in firings} - {*fault.alerts})
        for outcome in outcomes:
            outcome.also = also
            outcome.why_not = failed
            first = next((each for each in firings if each.alert == outcome.alert), None)
            outcome.fired = first.began - began if first else None
        return outcomes

    def _until_all_fire(self, fault: Fault, began: float) -> None:
        fault.cause()
        self._wait(lambda: self._all_fire(fault, began), FIRES_WITHIN, fault.go_on)

    def _try(self, work: Callable[[], None]) -> str:
        """Does it; returns what went wrong, so that the other faults are still caused."""
        try:
            work()
        except (AssertionError, httpx.HTTPError, BufferError) as error:
            self._say(f"  failed: {error!r}")
            return type(error).__name__
        return ""

    def _all_fire(self, fault: Fault, began: float) -> bool:
        return {*fault.alerts} <= {each.alert for each in self._log.since(began)}

    def _names(self, began: float) -> list[str]:
        return sorted({each.alert for each in self._log.since(began)})

    def _unexplained(self) -> list[Firing]:
        """What fires, except for what is expected to for a while."""
        return [each for each in self._log.now() if each not in self._lingering]

    def _wait(
        self,
        condition: Callable[[], bool],
        within: float,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        """Waits until the condition is true, or for this many seconds."""
        deadline = time.monotonic() + within
        while not condition() and time.monotonic() < deadline:
            meanwhile()
            time.sleep(POLL_SECONDS)


def _note_clearing(caused: _Caused, outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        ends = [each.ended for each in caused.firings if each.alert == outcome.alert]
        if ends and None not in ends:
            outcome.cleared = max(0.0, max(end for end in ends if end) - caused.mended)
