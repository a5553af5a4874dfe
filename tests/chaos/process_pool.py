"""Starts services quickly: one process loads all modules and forks for each service.

python -m tests.chaos.process_pool    reads a line of JSON per process; answers with its id
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

from shared.contracts.topics import STARTED
from tests.chaos.clock import Clocks
from tests.processes import PROJECT, Running, ServiceProcess

PR_SET_PDEATHSIG = 1  # Linux: sets the signal that a process gets when its parent ends


class ProcessPool:
    """The process that forks; `make` starts a service."""

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
        """Forks a new process; returns its id."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        with self._lock:
            stdin.write(json.dumps(asked) + "\n")
            return int(stdout.readline())


class _Forked(ServiceProcess):
    def __init__(self, pool: ProcessPool, *arguments: Any) -> None:
        self._pool = pool
        super().__init__(*arguments)

    def _begin(self, environment: Mapping[str, str], plan: Sequence[str]) -> Running:
        asked = {"service": self.service, "plan": plan, "log": str(self.log)}
        return _Child(self._pool.fork(**asked, environment=dict(environment)))


class _Child:
    """A child of the forking process. Its exit code isn't known here: 0 means that it ended."""

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
    """Forks for each line of standard input; when it ends, the children end too."""
    service = import_module("tests.service")
    for name in STARTED:
        import_module(f"services.{name}.app")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children that end don't become zombies
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
    """Sets a forked process up as if it had been started separately."""
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
