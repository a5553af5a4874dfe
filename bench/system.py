"""A system of its own for a benchmark: engines, services and the portal, in a temporary folder."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import Processes
from ops.local.health import check_all
from ops.local.home import Home, State, find_settings
from ops.local.supervisor import Supervisor
from services.portal.webhooks.reader import GROUP as WEBHOOKS
from shared.contracts.topics import PORTAL
from shared.monitoring.lag import Lag, lags
from shared.runtime.ports import Unavailable
from shared.runtime.settings import Settings

LOOK_SECONDS = 0.1
SETTLED_WITHIN = 600.0
ALWAYS = {"order", "payment", "shipment", PORTAL}  # what reads something about every order


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
        """Waits until everything is read and committed, so that no message is under way.

        Raises `TimeoutError`.
        """
        async with asyncio.timeout(within):
            while not await self._is_settled():
                await asyncio.sleep(LOOK_SECONDS)

    async def _is_settled(self) -> bool:
        try:
            return _all_read(await lags(self.settings))
        except Unavailable:  # a busy broker may be out of its cluster for a while
            return False


def _all_read(found: Sequence[Lag]) -> bool:
    """Whether all have committed what there is. Offsets were read before the ends of the topics."""
    # Webhooks are read for only while there are some.
    reading = [each for each in found if not each.group.endswith(WEBHOOKS)]
    # Before its first commit, a group isn't known.
    return {each.service for each in reading} >= ALWAYS and not any(e.behind for e in reading)


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
