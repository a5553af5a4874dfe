"""A system of its own for a benchmark: engines, services and the portal, in a temporary folder."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import Processes
from ops.local.health import check_all
from ops.local.home import Home, State, find_settings
from ops.local.supervisor import Supervisor
from shared.runtime.settings import Settings

LOOK_SECONDS = 0.02
SETTLED_WITHIN = 600.0
IDLE_LOOKS = 50  # without unread records: no message is between two services any more


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

    async def settle(self, within: float = SETTLED_WITHIN) -> None:
        """Waits until every process has read everything. Raises `TimeoutError`."""
        idle = 0
        async with asyncio.timeout(within):
            while idle < IDLE_LOOKS:
                idle = 0 if any((await self.lag()).values()) else idle + 1
                await asyncio.sleep(LOOK_SECONDS)


@asynccontextmanager
async def running(
    scale: Mapping[str, int] | None = None, folder: Path | None = None
) -> AsyncIterator[System]:
    """Starts a system and stops it afterwards.

    scale   the number of instances of a service
    folder  what has the engines' data, and is kept; else a temporary one
    """
    with ExitStack() as stack:
        if folder is None:
            temporary = tempfile.TemporaryDirectory(prefix="waybill-bench-")
            folder = Path(stack.enter_context(temporary))
        home = Home(folder)
        supervisor = Supervisor(home, "auto", scale or {}, print)
        try:
            state = await supervisor.start()
            yield System(state, find_settings(home), home)
        finally:
            await supervisor.stop()
