"""Faults of a service's process."""

from __future__ import annotations

import signal
from itertools import count

from tests.alerts.fault import Fault
from tests.alerts.prometheus import Prometheus
from tests.alerts.system import System

SERVICE = "cart"


class FrozenService(Fault):
    """The only process of a service hangs, while people send it commands from the portal."""

    alerts = ("WaybillServiceAbsent", "WaybillInstanceDown", "WaybillCommandsUnanswered")
    words = "SIGSTOP of cart, which the portal sends commands; SIGCONT"

    def __init__(self, system: System, prometheus: Prometheus) -> None:
        super().__init__(system, prometheus)
        self._numbers = count()

    def cause(self) -> None:
        """See `Fault`."""
        self.system.send_signal(SERVICE, signal.SIGSTOP)

    def go_on(self) -> None:
        """Creates a draft, as somebody who takes an order by phone."""
        draft = {"cart_id": f"frozen-{next(self._numbers)}", "market": "US"}
        answer = self.system.portal.post(
            "/api/commands/cart.create-draft", json=draft, headers={"Prefer": "wait=1"}
        )
        assert answer.status_code == 202, answer.text

    def mend(self) -> None:
        """See `Fault`."""
        self.system.send_signal(SERVICE, signal.SIGCONT)


class DyingService(Fault):
    """A process is killed as soon as it answers; `waybill up` starts it again each time."""

    alerts = ("WaybillRestartLoop",)
    words = "SIGKILL of cart, again after each start; left alone"
    lingers = True

    def __init__(self, system: System, prometheus: Prometheus) -> None:
        super().__init__(system, prometheus)
        self._seen: float | None = None

    def cause(self) -> None:
        """See `Fault`."""
        self._seen = self._scraped_start()
        self.system.send_signal(SERVICE, signal.SIGKILL)

    def go_on(self) -> None:
        """Kills it again once Prometheus has scraped the new process."""
        start = self._scraped_start()
        if start is not None and start != self._seen:
            self._seen = start
            self.system.send_signal(SERVICE, signal.SIGKILL)

    def mend(self) -> None:
        """Leaves it alone."""

    def _scraped_start(self) -> float | None:
        address = self.system.instance(SERVICE).url.removeprefix("http://")
        return self.prometheus.value(f'process_start_time_seconds{{instance="{address}"}}')
