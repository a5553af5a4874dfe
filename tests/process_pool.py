"""Starts services quickly: one process loads all modules and forks for each service.

Loading the modules of a service takes 2.5 to 5 seconds of a core, forking takes some milliseconds,
and the tests start hundreds of processes. `waybill up`, which has tests of its own, starts each one
separately.

python -m tests.process_pool    reads a line of JSON per request; see `ProcessPool`
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from shared.contracts.topics import PROCESSES

PROJECT = Path(__file__).parents[1]
PR_SET_PDEATHSIG = 1  # Linux: sets the signal that a process gets when its parent ends
LOOK_SECONDS = 0.01


class ProcessPool:
    """The process that forks. It is the parent of the services, which end when it ends.

    environment  added to its own environment, such as LD_PRELOAD; services get the one that is
                 given when they start
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.process_pool"],
            env={**os.environ, **(environment or {})},
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            start_new_session=True,
        )

    def start(
        self, service: str, plan: Sequence[str], environment: Mapping[str, str], log: Path
    ) -> ForkedProcess:
        """Starts a process of a service with exactly this environment; see `tests.service`."""
        asked = {"service": service, "plan": plan, "environment": dict(environment)}
        pid = self.ask(**asked, log=str(log))
        assert pid is not None
        return ForkedProcess(self, pid)

    def ask(self, **request: Any) -> int | None:
        """Sends a request; returns a new process's id, or the exit code that was asked for."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        with self._lock:
            stdin.write(json.dumps(request) + "\n")
            found: int | None = json.loads(stdout.readline())
        return found

    def close(self) -> None:
        """Ends the process that forks, and all services that still run."""
        self._process.kill()
        self._process.communicate()


class ForkedProcess:
    """A child of the process that forks, used like a `subprocess.Popen`."""

    def __init__(self, pool: ProcessPool, pid: int) -> None:
        self.pid = pid
        self._pool = pool
        self._code: int | None = None

    def poll(self) -> int | None:
        """Returns the exit code, negative for a signal, or None while it runs."""
        if self._code is None:
            self._code = self._pool.ask(ended=self.pid)
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        """Waits for its end; returns the exit code. Raises `subprocess.TimeoutExpired`."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(LOOK_SECONDS)
        return code

    def send_signal(self, sig: int) -> None:
        """Sends a signal; does nothing if it has ended."""
        if self.poll() is None:  # nobody else can get its id before `poll` has seen its end
            os.kill(self.pid, sig)

    def kill(self) -> None:
        """Ends it at once."""
        self.send_signal(signal.SIGKILL)


def main() -> None:
    """Answers the requests on standard input; when they end, the children end too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about other people's modules
        service = import_module("tests.service")
        for name in PROCESSES:
            import_module(f"services.{name}.app")
    gc.collect()
    gc.freeze()  # children share what was loaded as long as no collection touches it
    for line in sys.stdin:
        asked = json.loads(line)
        if "ended" in asked:
            _answer(_exit_code(asked["ended"]))
        elif pid := os.fork():
            _answer(pid)
        else:
            _become(asked)
            service.main(asked["service"], *asked["plan"])
            return


def _answer(answer: int | None) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _exit_code(pid: int) -> int | None:
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def _become(asked: Mapping[str, Any]) -> None:
    """Sets a forked process up as if it had been started separately."""
    os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for number, file in enumerate((nothing, log, log)):
        os.dup2(file, number)
    os.environ.clear()
    os.environ.update(asked["environment"])
    random.seed()
    if clock := os.environ.get("CHAOS_CLOCK"):
        ctypes.CDLL(None).go_by_clock(clock.encode())


if __name__ == "__main__":
    main()
