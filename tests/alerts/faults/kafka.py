"""A broker that hangs."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack

import httpx

from tests.alerts.background import TICK_SECONDS, customers, repeating
from tests.alerts.fault import Fault
from tests.polling import eventually

WRITTEN_WITHIN = 4.0
TRIES = 20
METRIC = "\nwaybill_unpublished_seconds "


class FrozenKafka(Fault):
    """The broker hangs just after a process has written to its journal."""

    alerts = ("WaybillUnpublished",)
    words = "SIGSTOP of Kafka between a batch's journal and its topics; SIGCONT"
    PER_SECOND = 40

    def cause(self) -> None:
        """Freezes it again and again, until the moment is right."""
        self._load = ExitStack()
        convert = customers(self.system, "kafka", self.PER_SECOND)
        self._load.enter_context(repeating(convert, TICK_SECONDS))
        for _ in range(TRIES):
            self.system.send_signal("kafka", signal.SIGSTOP)
            if self._is_caught():
                return
            self.system.send_signal("kafka", signal.SIGCONT)
            time.sleep(1)  # so that more is decided before the next try
        raise AssertionError(f"nothing was unpublished in {TRIES} tries")

    def mend(self) -> None:
        """See `Fault`."""
        self._load.close()
        self.system.send_signal("kafka", signal.SIGCONT)

    def _is_caught(self) -> bool:
        """Whether something is in a journal and not in its topic; what is under way ends first."""
        try:
            eventually(lambda: self._unpublished() > WRITTEN_WITHIN / 2, within=WRITTEN_WITHIN)
        except AssertionError:
            return False
        return True

    def _unpublished(self) -> float:
        return max(self._unpublished_by(each.url) for each in self.system.instances)

    def _unpublished_by(self, url: str) -> float:
        text = httpx.get(f"{url}/metrics", timeout=30).text
        return float(text.partition(METRIC)[2].partition("\n")[0] or 0)
