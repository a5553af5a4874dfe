"""What operators use a portal for: dead letters, lag, and the health of all processes."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from pydantic import BaseModel

from services.portal.settings import PortalSettings
from shared.dead_letters.operations import DeadLetterOperations
from shared.monitoring.lag import Lag, lags
from shared.monitoring.probe import Engine, engines
from shared.monitoring.processes import Instance, check_all, parse_targets
from shared.runtime.ports import Unavailable

SOURCE = "waybill-portal"
# A page reads all dead letters: beyond this number it would slow the portal down for everybody.
MAX_DEAD_LETTERS = 20_000
TOO_MANY_TEXT = (
    "the portal shows them up to 20,000. Use `waybill dead-letters`, which has no limit."
)
# Kafka may take long to report that it can't be reached.
TIMEOUT_SECONDS = 30.0

T = TypeVar("T")


class SystemHealth(BaseModel):
    """The health of Kafka, MongoDB, and the processes in `WAYBILL_PORTAL_WATCHES`."""

    engines: list[Engine]
    processes: list[Instance]


class Operations:
    """Operations on the running system. `health` never raises; everything else raises `Unavailable`
    if Kafka doesn't answer in time."""

    def __init__(self, settings: PortalSettings) -> None:
        self._settings = settings
        self._watched = parse_targets(settings.portal_watches)
        self.dead_letters = DeadLetterOperations(settings, SOURCE, MAX_DEAD_LETTERS)

    async def with_timeout(self, work: Coroutine[Any, Any, T]) -> T:
        """Awaits `work`; raises `Unavailable` after `TIMEOUT_SECONDS`."""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                return await work
        except TimeoutError:
            raise Unavailable("Kafka: no answer in time") from None

    async def lag(self) -> list[Lag]:
        """The lag of every consumer group on every partition."""
        return await self.with_timeout(lags(self._settings))

    async def health(self) -> SystemHealth:
        """The health of all engines and processes; those that don't answer are reported as such."""
        found, processes = await asyncio.gather(engines(self._settings), check_all(self._watched))
        return SystemHealth(engines=found, processes=processes)
