"""Where a local system keeps its data, and writes down that it runs for other shells to find."""

import os
from pathlib import Path

import psutil
from pydantic import BaseModel, SecretStr, ValidationError

from ops.errors import UsageError
from shared.runtime.secrets import SettingsError
from shared.runtime.settings import Settings, read_settings

PROJECT = Path(__file__).resolve().parents[2]


class Process(BaseModel):
    """A process, told from a later one with the same id by the time of its creation."""

    pid: int
    created: float

    @classmethod
    def me(cls) -> "Process":
        """This very process."""
        return cls(pid=os.getpid(), created=psutil.Process().create_time())

    @classmethod
    def of(cls, pid: int) -> "Process | None":
        """The process with this id, if it runs."""
        try:
            return cls(pid=pid, created=psutil.Process(pid).create_time())
        except psutil.Error:
            return None

    def find(self) -> psutil.Process | None:
        """The running process, or None when it is gone or its id is somebody else's now."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < 0.1
            gone = process.status() == psutil.STATUS_ZOMBIE
        except psutil.Error:
            return None
        return process if same and not gone else None


class Instance(BaseModel):
    """One running instance of a service."""

    name: str
    service: str
    port: int
    process: Process | None = None

    @property
    def url(self) -> str:
        """Where its HTTP answers."""
        return f"http://127.0.0.1:{self.port}"


class State(BaseModel):
    """A local system, as `waybill up` wrote it down in `state.json`."""

    supervisor: Process
    kafka: str
    mongo: str
    engines: list[str] = []
    instances: list[Instance] = []
    ready: bool = False

    def running(self) -> bool:
        """Whether its supervisor lives."""
        return self.supervisor.find() is not None

    def leftovers(self) -> list[psutil.Process]:
        """The service processes that still live."""
        found = [i.process.find() for i in self.instances if i.process]
        return [process for process in found if process]


class Home:
    """The data folder of a local system: `.waybill`, or where `WAYBILL_HOME` points."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self._state = folder / "state.json"

    @classmethod
    def nearest(cls) -> "Home":
        """That of this folder or of the nearest one above that has any; else a new one here."""
        if named := os.environ.get("WAYBILL_HOME"):
            return cls(Path(named).resolve())
        here = Path.cwd()
        homes = (folder / ".waybill" for folder in (here, *here.parents))
        return cls(next((home for home in homes if home.is_dir()), here / ".waybill"))

    def state(self) -> State | None:
        """What was written down last; None if nothing was, or it can't be read."""
        try:
            return State.model_validate_json(self._state.read_bytes())
        except (OSError, ValidationError):
            return None

    def write(self, state: State) -> None:
        """Writes the state down, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self._state.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(state.model_dump_json(indent=2), encoding="utf-8")
        draft.replace(self._state)

    def clear(self) -> None:
        """Forgets the state."""
        self._state.unlink(missing_ok=True)


def find_settings(home: Home | None = None) -> Settings:
    """The settings of a tool: the environment's, else those of the local system that runs here.

    Raises `UsageError` for settings that can't be used.
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
