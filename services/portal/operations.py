"""What operators ask of a portal: dead letters, lag, and how everything is."""

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
# All letters are looked at for a page: more than these would be felt by everybody else.
MOST_LETTERS = 20_000
WORDS_FOR_TOO_MANY = "the portal looks at 20,000 at most, `waybill dead-letters` at all."
# Kafka may be slow to say that it isn't there.
PATIENCE_SECONDS = 30.0

T = TypeVar("T")


class SystemHealth(BaseModel):
    """How the engines and the processes are that this portal was told of."""

    engines: list[Engine]
    processes: list[Instance]


class Operations:
    """Every method, and everything that goes through `in_time`, raises `Unavailable` if Kafka
    doesn't answer."""

    def __init__(self, settings: PortalSettings) -> None:
        self._settings = settings
        self._watched = parse_targets(settings.portal_watches)
        self.letters = DeadLetterOperations(settings, SOURCE, MOST_LETTERS)

    async def in_time(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`, for which nobody has to wait for ever."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await work
        except TimeoutError:
            raise Unavailable("Kafka: no answer in time") from None

    async def lag(self) -> list[Lag]:
        """Where every consumer group stands on every partition."""
        return await self.in_time(lags(self._settings))

    async def health(self) -> SystemHealth:
        """How everything is; whatever doesn't answer says so, and nothing is raised."""
        found, processes = await asyncio.gather(engines(self._settings), check_all(self._watched))
        return SystemHealth(engines=found, processes=processes)
