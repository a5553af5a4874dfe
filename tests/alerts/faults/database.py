"""A MongoDB that hangs, and one whose disk fills."""

from __future__ import annotations

import signal
from contextlib import ExitStack, suppress

import httpx

from tests.alerts.background import TICK_SECONDS, customers, repeating
from tests.alerts.fault import Fault


class FrozenDatabase(Fault):
    """MongoDB hangs while customers order and people look at orders."""

    alerts = (
        "WaybillNotReady",
        "WaybillEngineDown",
        "WaybillRetries",
        "WaybillLagGrows",
        "WaybillRecordsOld",
        "WaybillReadingStalled",
        "WaybillPortalBehind",
        "WaybillPortalErrors",
    )
    words = "SIGSTOP of mongod while orders arrive and people open pages; SIGCONT"
    PER_SECOND = 40
    PEOPLE = 4

    def cause(self) -> None:
        """See `Fault`."""
        self._load = ExitStack()
        convert = customers(self.system, "database", self.PER_SECOND)
        self._load.enter_context(repeating(convert, TICK_SECONDS))
        self._load.enter_context(repeating(self._look, TICK_SECONDS, threads=self.PEOPLE))
        self.system.until_portal_is_behind()
        self.system.send_signal("mongod", signal.SIGSTOP)

    def mend(self) -> None:
        """See `Fault`."""
        self.system.send_signal("mongod", signal.SIGCONT)
        self._load.close()

    def _look(self) -> None:
        with suppress(httpx.HTTPError):
            self.system.portal.get("/api/orders")


class FullDisk(Fault):
    """The disk with MongoDB's data fills."""

    alerts = ("WaybillDiskFilling",)
    words = "a file that fills MongoDB's disk to 92 %; removed"
    lingers = True
    SHARE = 0.92

    @property
    def impossible(self) -> str:
        """See `Fault`."""
        return "" if self.system.disk.mounted else "no file system can be mounted here"

    def cause(self) -> None:
        """See `Fault`."""
        self.system.disk.fill(self.SHARE)

    def mend(self) -> None:
        """See `Fault`."""
        self.system.disk.clear()
