"""What every engine can do: start, stop, be killed, and come back on the same data and port."""

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from ops.local.engines import ports
from ops.local.engines.errors import EngineError
from ops.local.engines.process import end, kill, listens, spawn
from ops.local.home import Process

ATTEMPTS = 5
PATIENCE = 90.0
PAUSE = 0.05
VACATED_WITHIN = 5.0


class Engine(ABC):
    """Something that others reach at `address`."""

    kind: str
    because: str = ""
    process: Process | None = None

    @property
    @abstractmethod
    def address(self) -> str:
        """What clients are told."""

    @property
    @abstractmethod
    def about(self) -> str:
        """What it is and where, in one sentence."""

    @property
    def lives(self) -> bool:
        """Whether it is a process on this machine that runs."""
        return self.process is not None and self.process.find() is not None

    @abstractmethod
    def start(self) -> None:
        """Returns once it answers; at once if it does already. Raises `EngineError`."""

    @abstractmethod
    def stop(self) -> None:
        """Ends it cleanly; nothing if it doesn't run."""

    @abstractmethod
    def kill(self) -> None:
        """Ends it as a power cut would; nothing if it doesn't run."""


class GivenEngine(Engine):
    """A cluster that somebody else runs: it is used, never started or stopped."""

    kind = "given"

    def __init__(self, address: str, variable: str) -> None:
        self._address = address
        self._variable = variable

    @property
    def address(self) -> str:
        """As it was given."""
        return self._address

    @property
    def about(self) -> str:
        """Names the variable, not its value: that may hold a password."""
        return f"the cluster that {self._variable} names; nothing is started or stopped."

    def start(self) -> None:
        """Nothing: it is taken to run."""

    def stop(self) -> None:
        """Nothing."""

    def kill(self) -> None:
        """Nothing."""


class LocalEngine(Engine):
    """A process on this machine, with all that it keeps in one folder, its home.

    `folder` is the name of its home in the data folder, `wanted` are the ports it likes best,
    the one for clients first.
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
    def output(self) -> Path:
        """The file that gets what the process prints."""
        return self.home / "output.log"

    @abstractmethod
    def prepare(self, ports: Sequence[int]) -> list[str]:
        """Writes what has to be there before a start on these ports; returns the command."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether clients can work with it now."""

    def start(self) -> None:
        """As `Engine.start`; takes other ports when somebody was faster on the chosen ones."""
        if self.lives:
            return
        self.home.mkdir(parents=True, exist_ok=True)
        for _ in range(ATTEMPTS):
            chosen = ports.claim(self._ports, self.wanted)
            self.process = spawn(self.prepare(chosen), self.output)
            if self._comes_up(self.process):
                return
            if all(ports.is_free(port) for port in chosen):
                break
        raise EngineError(f"{self.kind} could not be started.", self._last_words())

    def stop(self) -> None:
        """As `Engine.stop`; kills what doesn't stop."""
        if self.process:
            end(self.process)

    def kill(self) -> None:
        """As `Engine.kill`: SIGKILL."""
        if self.process:
            kill(self.process)
            self._vacate()

    def _vacate(self) -> None:
        """Waits for the ports of a killed process: its last threads may hold them a moment more."""
        deadline = time.monotonic() + VACATED_WITHIN
        while time.monotonic() < deadline:
            if all(ports.is_free(port) for port in ports.recall(self._ports)):
                return
            time.sleep(PAUSE)

    def _comes_up(self, process: Process) -> bool:
        deadline = time.monotonic() + PATIENCE
        while process.find() and time.monotonic() < deadline:
            if listens(process, self.port) and self.answers():
                return True
            time.sleep(PAUSE)
        kill(process)
        return False

    def _last_words(self) -> str:
        logs = sorted(self.home.glob("*.log"), key=lambda log: log.stat().st_mtime)
        told = [
            line for log in logs for line in log.read_text("utf-8", "replace").splitlines()[-5:]
        ]
        return "\n".join([f"Its logs are in {self.home}, and end with:", *told])
