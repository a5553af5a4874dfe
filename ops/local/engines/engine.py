"""Engines that can be started, stopped and killed, and restarted on the same data and port."""

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import psutil

from ops.local.engines import ports
from ops.local.engines.errors import EngineError
from ops.local.engines.process import end, kill, listens, spawn
from ops.local.home import Process

ATTEMPTS = 5
PATIENCE = 90.0
PAUSE = 0.05
FREE_WITHIN = 5.0
LEAST_FREE = 64 * 1024 * 1024


class Engine(ABC):
    """A Kafka or MongoDB that clients reach at `address`."""

    kind: str
    because: str = ""
    process: Process | None = None

    @property
    @abstractmethod
    def address(self) -> str:
        """The address for clients."""

    @property
    @abstractmethod
    def about(self) -> str:
        """A sentence that says what it is and where it runs."""

    @property
    def lives(self) -> bool:
        """Whether it is a running process on this machine."""
        return self.process is not None and self.process.find() is not None

    @abstractmethod
    def start(self) -> None:
        """Starts it if it isn't running; returns once it answers. Raises `EngineError`."""

    @abstractmethod
    def revive(self) -> None:
        """As `start`, but on the address that clients know."""

    @abstractmethod
    def stop(self) -> None:
        """Stops it cleanly if it is running."""

    @abstractmethod
    def kill(self) -> None:
        """Kills it, as a power cut would, if it is running."""


class GivenEngine(Engine):
    """A cluster that is used but never started or stopped."""

    kind = "given"

    def __init__(self, address: str, variable: str) -> None:
        self._address = address
        self._variable = variable

    @property
    def address(self) -> str:
        """The given address."""
        return self._address

    @property
    def about(self) -> str:
        """Names the variable but not its value, which may contain a password."""
        return f"the cluster that {self._variable} names; nothing is started or stopped."

    def start(self) -> None:
        """Does nothing; the cluster is assumed to be running."""

    def revive(self) -> None:
        """Does nothing."""

    def stop(self) -> None:
        """Does nothing."""

    def kill(self) -> None:
        """Does nothing."""


class LocalEngine(Engine):
    """A process on this machine that keeps all its files in one folder, its home.

    folder  the name of its home in the data folder
    wanted  the preferred ports, the one for clients first
    """

    folder: str
    wanted: Sequence[int]

    def __init__(self, data_dir: Path, process: Process | None = None) -> None:
        self.home = (data_dir / self.folder).resolve()
        self.process = process
        self._ports = self.home / "ports.json"

    @property
    def port(self) -> int:
        """The port for clients. Raises `FileNotFoundError` before the first start."""
        return ports.recall(self._ports)[0]

    @property
    def address(self) -> str:
        """Host and port for clients."""
        return f"{ports.HOST}:{self.port}"

    @property
    def output(self) -> Path:
        """The file with the process's output."""
        return self.home / "output.log"

    @abstractmethod
    def prepare(self, ports: Sequence[int]) -> list[str]:
        """Writes the files that a start on these ports needs; returns the command."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it is ready for clients."""

    def start(self) -> None:
        """As `Engine.start`; chooses other ports if another process takes the chosen ones."""
        if self.lives:
            return
        self.home.mkdir(parents=True, exist_ok=True)
        for _ in range(ATTEMPTS):
            chosen = ports.claim(self._ports, self.wanted)
            if self._starts_on(chosen):
                return
            if all(ports.is_free(port) for port in chosen):
                break
        raise self._not_started()

    def revive(self) -> None:
        """As `Engine.revive`. Raises `EngineError` if another process has taken a port."""
        if self.lives:
            return
        known = ports.recall(self._ports)
        if taken := [port for port in known if not ports.is_free(port)]:
            raise EngineError(f"port {taken[0]} is taken by {ports.holder(taken[0])}.")
        if not self._starts_on(known):
            raise self._not_started()

    def stop(self) -> None:
        """As `Engine.stop`; kills a process that doesn't stop."""
        if self.process:
            end(self.process)

    def kill(self) -> None:
        """As `Engine.kill`, with SIGKILL."""
        if self.process:
            kill(self.process)
            self._await_free_ports()

    def _await_free_ports(self) -> None:
        """Waits until the ports of a killed process are free; its last threads may hold them."""
        deadline = time.monotonic() + FREE_WITHIN
        while time.monotonic() < deadline:
            if all(ports.is_free(port) for port in ports.recall(self._ports)):
                return
            time.sleep(PAUSE)

    def _starts_on(self, chosen: Sequence[int]) -> bool:
        self.process = spawn(self.prepare(chosen), self.output)
        return self._comes_up(self.process)

    def _not_started(self) -> EngineError:
        if psutil.disk_usage(str(self.home)).free < LEAST_FREE:
            return EngineError(f"the disk of {self.home} is full.", self._log_tails())
        return EngineError(f"{self.kind} could not be started.", self._log_tails())

    def _comes_up(self, process: Process) -> bool:
        deadline = time.monotonic() + PATIENCE
        while process.find() and time.monotonic() < deadline:
            if listens(process, self.port) and self.answers():
                return True
            time.sleep(PAUSE)
        kill(process)
        return False

    def _log_tails(self) -> str:
        logs = sorted(self.home.glob("*.log"), key=lambda log: log.stat().st_mtime)
        lines = [
            line for log in logs for line in log.read_text("utf-8", "replace").splitlines()[-5:]
        ]
        return "\n".join([f"Its logs in {self.home} end with:", *lines])
