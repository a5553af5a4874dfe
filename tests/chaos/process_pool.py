"""Starts services at little cost: one process has loaded the modules of all, and forks for each.

python -m tests.chaos.process_pool    takes a line of JSON for each process; answers with its id
"""

from __future__ import annotations

import ctypes
import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from shared.contracts.topics import PROCESSES
from tests.chaos.clock import Clocks
from tests.processes import PROJECT, Running, ServiceProcess

PR_SET_PDEATHSIG = 1  # Linux: what a process gets when its parent is gone


class ProcessPool:
    """The process that forks. `make` starts a service."""

    def __init__(self, clocks: Clocks) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.chaos.process_pool"],
            env={**os.environ, **clocks.environment},
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def make(
        self, service: str, environment: Mapping[str, str], log: Path, *plan: str
    ) -> ServiceProcess:
        """See `ServiceProcess`."""
        return _Forked(self, service, environment, log, *plan)

    def fork(self, **asked: Any) -> int:
        """The id of a new process."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        with self._lock:
            stdin.write(json.dumps(asked) + "\n")
            return int(stdout.readline())


class _Forked(ServiceProcess):
    def __init__(self, process_pool: ProcessPool, *arguments: Any) -> None:
        self._nursery = process_pool
        super().__init__(*arguments)

    def _begin(self, environment: Mapping[str, str], plan: Sequence[str]) -> Running:
        asked = {"service": self.service, "plan": plan, "log": str(self.log)}
        return _Child(self._nursery.fork(**asked, environment=dict(environment)))


class _Child:
    """Somebody else's child, and so its exit code is known to nobody here: 0 is "it ended"."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._process = psutil.Process(pid)

    def poll(self) -> int | None:
        return None if self._process.is_running() else 0

    def wait(self, timeout: float | None = None) -> int:
        try:
            self._process.wait(timeout)
        except psutil.TimeoutExpired as error:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0) from error
        return 0

    def send_signal(self, sig: int) -> None:
        try:
            self._process.send_signal(sig)
        except psutil.NoSuchProcess as error:
            raise ProcessLookupError(self.pid) from error

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def main() -> None:
    """Forks whenever it is told to, until there is nobody to tell it; then all end with it."""
    service = import_module("tests.service")
    for name in PROCESSES:
        import_module(f"services.{name}.app")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who ends is gone, and no zombie
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if not pid:
            _become(asked)
            service.main(asked["service"], *asked["plan"])
            return
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _become(asked: Mapping[str, Any]) -> None:
    """As if it had been started by itself."""
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number, file in enumerate((nothing, log, log)):
        os.dup2(file, number)
    os.environ.update(asked["environment"])
    random.seed()
    if clock := os.environ.get("CHAOS_CLOCK"):
        ctypes.CDLL(None).go_by_clock(clock.encode())


if __name__ == "__main__":
    main()
