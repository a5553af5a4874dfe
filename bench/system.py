"""A system of its own for a benchmark: engines, services and the portal, in a temporary folder."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import Processes
from ops.local.health import check_all
from ops.local.home import Home, State, find_settings
from ops.local.supervisor import Supervisor
from shared.runtime.settings import Settings


@dataclass(frozen=True)
class System:
    """A running system and its processes."""

    state: State
    settings: Settings
    home: Home

    @property
    def processes(self) -> Processes:
        """Its processes; one that was restarted is another one."""
        return Processes.of(self.state, self.home)

    async def lag(self) -> dict[str, int]:
        """The unread records of each instance, as it reports them."""
        healths = await check_all(self.state.instances)
        return {health.name: health.lag for health in healths if health.lag is not None}


@asynccontextmanager
async def running(scale: Mapping[str, int] | None = None) -> AsyncIterator[System]:
    """Starts a system and stops it afterwards; `scale` is the number of instances of a service."""
    with tempfile.TemporaryDirectory(prefix="waybill-bench-") as folder:
        home = Home(Path(folder))
        supervisor = Supervisor(home, "auto", scale or {}, print)
        try:
            state = await supervisor.start()
            yield System(state, find_settings(home), home)
        finally:
            await supervisor.stop()
