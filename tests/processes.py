"""Services as child processes: started, looked at, stood still and killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil

from tests.polling import PATIENCE, eventually
from tests.process_pool import PROJECT, ProcessPool


class Running(Protocol):
    """What is asked of a process; see `subprocess.Popen`."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...
    def kill(self) -> None: ...


class ServiceProcess:
    """One process of a service.

    plan  what `tests.service` understands
    pool  starts the process; by default one that all tests of this run share
    """

    def __init__(
        self,
        service: str,
        environment: Mapping[str, str],
        log: Path,
        *plan: str,
        pool: ProcessPool | None = None,
    ) -> None:
        self.service = service
        self._pool = pool
        self.port = _free_port()
        self.log = log
        self._process = self._begin({**environment, "WAYBILL_HTTP_PORT": str(self.port)}, plan)

    def _begin(self, environment: Mapping[str, str], plan: Sequence[str]) -> Running:
        settings = {**os.environ, **environment}
        if sys.platform == "linux":
            return (self._pool or _shared_pool()).start(self.service, plan, settings, self.log)
        with self.log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.service", self.service, *plan],
                env=settings,
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def code(self) -> int | None:
        """How it has ended; None while it runs."""
        return self._process.poll()

    @property
    def stands_still(self) -> bool:
        """Whether it was stopped, by itself or by somebody else."""
        status: str = psutil.Process(self._process.pid).status()
        return status == psutil.STATUS_STOPPED

    def health(self) -> dict[str, Any]:
        """What it says about its readiness; nothing while it doesn't answer."""
        # It may be killed in the middle of its answer.
        with suppress(OSError, HTTPException, ValueError):
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=5) as answer:
                    return dict(json.load(answer))
            except HTTPError as answer:
                return dict(json.load(answer))
        return {}

    def ready(self) -> bool:
        """Whether it has its partitions and its engines."""
        assert self.code is None, f"{self.service} ended ({self.code}):\n{self.last_words()}"
        return bool(self.health().get("ready"))

    def metric(self, name: str) -> float:
        """The value of one of its counters."""
        with urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=PATIENCE) as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith(f"waybill_{name} "):
                    return float(line.split()[1])
        return 0.0

    def send(self, number: signal.Signals) -> None:
        """Sends it a signal."""
        self._process.send_signal(number)

    def ended(self, within: float = PATIENCE) -> int:
        """How it ends; fails the test if it doesn't in time."""
        try:
            return self._process.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.service} still runs:\n{self.last_words()}") from None

    def kill(self) -> None:
        """`kill -9`, whatever state it is in."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()

    def last_words(self, lines: int = 15) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def until_ready(*processes: ServiceProcess, within: float = PATIENCE) -> None:
    """Returns once all have their partitions."""
    eventually(lambda: all(process.ready() for process in processes), within=within)


@cache
def _shared_pool() -> ProcessPool:
    """It ends with this process, which holds the other end of its standard input."""
    return ProcessPool()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
