"""The data folder of a local system, and its state, which other processes read."""

import os
import time
from pathlib import Path

import psutil
from pydantic import BaseModel, SecretStr, ValidationError

from ops.errors import UsageError
from ops.local.ending import runs
from shared.runtime.secrets import SettingsError
from shared.runtime.settings import Settings, read_settings

PROJECT = Path(__file__).resolve().parents[2]


class Process(BaseModel):
    """A process; its creation time distinguishes it from a later one with the same id."""

    pid: int
    created: float

    @classmethod
    def me(cls) -> "Process":
        """Returns this process."""
        return cls(pid=os.getpid(), created=psutil.Process().create_time())

    @classmethod
    def of(cls, pid: int) -> "Process | None":
        """Returns the process with this id, or None."""
        try:
            return cls(pid=pid, created=psutil.Process(pid).create_time())
        except psutil.Error:
            return None

    def find(self) -> psutil.Process | None:
        """Returns the running process; None if it is gone or another one has its id."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < 0.1
        except psutil.Error:
            return None
        return process if same and runs(process) else None


class Restart(BaseModel):
    """A restart that is due.

    at       seconds since the epoch
    because  how the process ended, or why the last attempt failed
    """

    at: float
    because: str

    @classmethod
    def after(cls, delay: float, because: str) -> "Restart":
        """Returns a restart in `delay` seconds."""
        return cls(at=time.time() + delay, because=because)

    @property
    def when(self) -> str:
        """Why and when, such as 'ended (signal 9); starts again in 12 s'."""
        left = round(self.at - time.time())
        return f"{self.because}; starts again {f'in {left} s' if left > 0 else 'now'}"


class Instance(BaseModel):
    """One running instance of a service."""

    name: str
    service: str
    port: int
    process: Process | None = None
    restart: Restart | None = None

    @property
    def url(self) -> str:
        """The address of its HTTP server."""
        return f"http://127.0.0.1:{self.port}"


class State(BaseModel):
    """A local system, as `waybill up` recorded it in `state.json`.

    engines   what was chosen and why, a line each
    restarts  the engines that are down, by name
    """

    supervisor: Process
    kafka: str
    mongo: str
    engines: list[str] = []
    instances: list[Instance] = []
    restarts: dict[str, Restart] = {}
    ready: bool = False

    def running(self) -> bool:
        """Whether its supervisor runs."""
        return self.supervisor.find() is not None

    def due_restarts(self) -> dict[str, Restart]:
        """Returns what is down and will be started again, by the names of engines and services."""
        services = {i.name: i.restart for i in self.instances if i.restart}
        return self.restarts | services

    def leftovers(self) -> list[psutil.Process]:
        """Returns the service processes that still run."""
        found = [i.process.find() for i in self.instances if i.process]
        return [process for process in found if process]


class Home:
    """The data folder of a local system: `.waybill`, or the one that `WAYBILL_HOME` names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self._state = folder / "state.json"

    @classmethod
    def nearest(cls) -> "Home":
        """Returns the `.waybill` of this folder or the nearest parent; else a new one here."""
        if named := os.environ.get("WAYBILL_HOME"):
            return cls(Path(named).resolve())
        here = Path.cwd().resolve()
        homes = (folder / ".waybill" for folder in (here, *here.parents))
        return cls(next((home for home in homes if home.is_dir()), here / ".waybill"))

    def state(self) -> State | None:
        """Returns the state; None if there is none, or it can't be read."""
        try:
            return State.model_validate_json(self._state.read_bytes())
        except (OSError, ValidationError):
            return None

    @property
    def damaged(self) -> bool:
        """Whether there is a state that can't be read."""
        return self._state.exists() and self.state() is None

    def write(self, state: State) -> None:
        """Writes the state atomically."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self._state.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(state.model_dump_json(indent=2), encoding="utf-8")
        draft.replace(self._state)

    def clear(self) -> None:
        """Deletes the state."""
        self._state.unlink(missing_ok=True)


def find_settings(home: Home | None = None) -> Settings:
    """Returns a tool's settings: from the environment, or else of the local system that runs here.

    Raises `UsageError` for invalid settings.
    """
    state = (home or Home.nearest()).state()
    found: dict[str, object] = {}
    if state and (state.running() or state.leftovers()):
        if "WAYBILL_KAFKA" not in os.environ:
            found["kafka"] = state.kafka
        if not os.environ.keys() & {"WAYBILL_MONGO", "WAYBILL_MONGO_FILE"}:
            found["mongo"] = SecretStr(state.mongo)
    try:
        settings = read_settings(Settings, **found)
    except SettingsError as error:
        raise UsageError(f"The settings can't be used: {error}") from None
    if not settings.site.exists() and "WAYBILL_SITE" not in os.environ:
        settings = settings.model_copy(update={"site": PROJECT / settings.site})
    return settings
